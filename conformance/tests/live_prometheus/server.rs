//! A Prometheus of our own, for as long as a test runs.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a start or an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells the folders of one process apart.
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// A running Prometheus, stopped and cleaned away when dropped.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
}

impl Server {
    /// Whether both programs can be run, and are of version 2: version 3 counts otherwise.
    pub(crate) fn is_installed() -> bool {
        ["prometheus", "promtool"].iter().all(|program| {
            let output = Command::new(program).arg("--version").output().ok();
            // Which of the two streams it is written to depends on the version.
            let said = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
            String::from_utf8_lossy(&said).contains(", version 2.")
        })
    }

    /// Starts Prometheus over the samples of an `OpenMetrics` text.
    pub(crate) fn start(text: &str) -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("slo-prometheus-{}-{number}", std::process::id()));
        let blocks = folder.join("data");
        fs::create_dir_all(&blocks).expect("a temporary folder can be made");
        let input = folder.join("samples.txt");
        let config = folder.join("prometheus.yml");
        fs::write(&input, text).expect("a file can be written");
        fs::write(&config, "global: {}\n").expect("a file can be written");
        let made = Command::new("promtool")
            .args(["tsdb", "create-blocks-from", "openmetrics", "--quiet"])
            .args([&input, &blocks])
            .output()
            .expect("promtool can be run");
        assert!(made.status.success(), "promtool: {}", String::from_utf8_lossy(&made.stderr));

        // Between our asking for a free port and Prometheus' taking it, another may.
        let mut tries = 0;
        loop {
            tries += 1;
            let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
            let address = free.local_addr().expect("a bound socket has an address");
            drop(free);
            let log = fs::File::create(folder.join("log.txt")).expect("a file can be written");
            let process = Command::new("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", blocks.display()))
                .arg(format!("--web.listen-address={address}"))
                .arg("--storage.tsdb.retention.time=100y")
                .arg("--query.timeout=10s")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log)
                .spawn()
                .expect("prometheus can be run");
            let mut server = Self { process, folder: folder.clone(), address };
            if server.becomes_ready() {
                return server;
            }
            let log = fs::read_to_string(folder.join("log.txt")).unwrap_or_default();
            assert!(tries < 3, "prometheus does not start:\n{log}");
            server.stop();
            // The folder serves the next try.
            server.folder = PathBuf::new();
        }
    }

    fn becomes_ready(&mut self) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if self.process.try_wait().is_ok_and(|status| status.is_some()) {
                return false;
            }
            if self.get("/-/ready").is_some_and(|(status, _)| status == 200) {
                return true;
            }
            sleep(Duration::from_millis(50));
        }
        false
    }

    fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// The status and the body of the answer to a GET; none where there is no answer.
    fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        // Version 1.0 answers in one piece and closes.
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, body.to_owned()))
    }

    /// The values of a range query, by the label `id` and by instant in milliseconds.
    pub(crate) fn range(
        &self,
        query: &str,
        start: i64,
        end: i64,
        step: i64,
    ) -> BTreeMap<String, BTreeMap<i64, f64>> {
        let seconds = |milliseconds: i64| format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
        let encoded: Vec<String> = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let encoded = encoded.concat();
        let (start, end, step) = (seconds(start), seconds(end), seconds(step));
        let path = format!("/api/v1/query_range?query={encoded}&start={start}&end={end}&step={step}");
        let (status, body) = self.get(&path).expect("prometheus answers");
        assert_eq!(status, 200, "{query}: {body}");
        let answer: Value = serde_json::from_str(&body).expect("prometheus answers in JSON");
        let results = answer["data"]["result"].as_array().expect("the answer has results");
        results
            .iter()
            .map(|result| {
                let id = result["metric"]["id"].as_str().expect("every series has the label").to_owned();
                let values = result["values"].as_array().expect("a series has values");
                (id, values.iter().map(point).collect())
            })
            .collect()
    }
}

/// An instant in milliseconds, and the value at it.
fn point(pair: &Value) -> (i64, f64) {
    let seconds = pair[0].to_string();
    let (whole, rest) = seconds.split_once('.').unwrap_or((&seconds, "0"));
    let milliseconds =
        format!("{whole}{rest:0<3}").parse().expect("times are decimals of three places at most");
    let value = pair[1].as_str().and_then(|text| text.parse().ok()).expect("values are numbers in text");
    (milliseconds, value)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        // What stays in the temporary folder is not worth a failure.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
