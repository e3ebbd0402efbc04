"""Record a real Prometheus under a load with planted incidents.

The script starts a Prometheus on the loopback interface that scrapes itself, drives its HTTP API with a
load of known shape, plants incidents at known times, and saves what the query API then answers:

* ``requests.json``: ``prometheus_http_requests_total`` by handler and code, every scrape;
* ``latency.json``: ``prometheus_http_request_duration_seconds_bucket``, every scrape;
* ``starts.json``: ``process_start_time_seconds`` on a grid, the witness of the restart;
* ``incidents.json``: what was planted and when, and the driver's own tally of what it sent.

Only the standard library is needed, and ``prometheus`` on the path (Debian's package ``prometheus``).

    python3 record.py --out . --minutes 80

Times are Unix seconds in UTC. Nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import dataclasses
import http.client
import json
import math
import random
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from pathlib import Path
from typing import Any

PORT = 19190
SCRAPE_SECONDS = 5
CYCLE_MINUTES = 10.0
WORKERS = 8
REQUESTS_PER_SECOND = 24.0
BACKGROUND_ERROR_RATE = 1 / 2000
DOWN_SECONDS = 20.0
SEED = 20261122

CONFIG = f"""\
global:
  scrape_interval: {SCRAPE_SECONDS}s
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["127.0.0.1:{PORT}"]
"""

# What the load asks for: weight, path and query of a request that succeeds at once.
REQUESTS = (
    (0.55, "/api/v1/query", {"query": "up"}),
    (0.25, "/api/v1/query_range", {"query": "up", "step": "15"}),
    (0.10, "/api/v1/labels", {}),
    (0.10, "/api/v1/series", {"match[]": "up"}),
)


@dataclasses.dataclass(frozen=True)
class Incident:
    """One planted incident; times in minutes after the recording's begin."""

    kind: str
    begin: float
    end: float
    handler: str
    share: float
    description: str


INCIDENTS = (
    Incident("errors", 12, 15, "/api/v1/query", 0.30, "three in ten instant queries time out at once (503)"),
    Incident("slow", 27, 32, "/api/v1/query_range", 0.40, "two in five range queries run a heavy subquery"),
    Incident("restart", 44, 44, "", 1.0, "the server is down for 20 s and starts again with every counter at 0"),
    Incident("quiet", 54, 58, "", 1.0, "the load stops altogether"),
    Incident("errors", 66, 68, "/api/v1/query_range", 0.60, "three in five range queries cannot be executed (422)"),
)


class Server:
    """A Prometheus that scrapes itself, on the loopback interface."""

    def __init__(self, folder: Path) -> None:
        """Write the configuration into ``folder``, where the data will live too."""
        self.folder = folder
        (folder / "prometheus.yml").write_text(CONFIG)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and return once it says that it is ready."""
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={self.folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{PORT}",
                "--log.level=warn",
            ]
        )
        for _ in range(300):
            try:
                if get("/-/ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError("Prometheus did not become ready within 30 s")

    def stop(self) -> None:
        """Terminate the server and wait until it is gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)


def get(path: str, parameters: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Answer of one GET request: status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        connection.request("GET", path + query)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class Load:
    """The traffic: independent workers, each a Poisson process whose rate follows the cycle."""

    def __init__(self, begin: float, minute: float) -> None:
        """Begin at the Unix time ``begin``; a minute of the timetable lasts ``minute`` seconds."""
        self.begin = begin
        self.minute = minute
        self.sent: Counter[tuple[str, int]] = Counter()
        self.refused = 0
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.heavy = "up"
        self.workers = [threading.Thread(target=self._work, args=(i,)) for i in range(WORKERS)]

    def run(self, minutes: float) -> None:
        """Drive the load for ``minutes`` of the timetable."""
        for worker in self.workers:
            worker.start()
        time.sleep(max(0.0, self.begin + minutes * self.minute - time.time()))
        self.over.set()
        for worker in self.workers:
            worker.join()

    def _work(self, index: int) -> None:
        draw = random.Random(SEED + index)
        while not self.over.is_set():
            at = (time.time() - self.begin) / self.minute
            rate = REQUESTS_PER_SECOND * (1 + 0.6 * math.sin(2 * math.pi * at / CYCLE_MINUTES)) / WORKERS
            self.over.wait(draw.expovariate(rate))
            at = (time.time() - self.begin) / self.minute
            if any(i.kind == "quiet" and i.begin <= at < i.end for i in INCIDENTS):
                continue
            self.send(*self._request(draw, at))

    def send(self, path: str, parameters: dict[str, str]) -> float:
        """Send one request, count what became of it, and return how many seconds it took."""
        begun = time.perf_counter()
        try:
            status, _ = get(path, parameters)
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.refused += 1
        else:
            with self.lock:
                self.sent[path, status] += 1
        return time.perf_counter() - begun

    def _request(self, draw: random.Random, at: float) -> tuple[str, dict[str, str]]:
        """Path and parameters of the next request at minute ``at`` of the timetable."""
        weights = [weight for weight, _, _ in REQUESTS]
        _, path, parameters = draw.choices(REQUESTS, weights)[0]
        parameters = dict(parameters)
        if path == "/api/v1/query_range":
            now = time.time()
            parameters |= {"start": f"{now - 300:.3f}", "end": f"{now:.3f}"}
        planted = {i.kind for i in INCIDENTS if i.handler == path and i.begin <= at < i.end and draw.random() < i.share}
        if path.startswith("/api/v1/query") and ("errors" in planted or draw.random() < BACKGROUND_ERROR_RATE):
            parameters |= failing(path)
        elif "slow" in planted:
            parameters |= {"query": self.heavy, "step": "300"}
        return path, parameters


def failing(path: str) -> dict[str, str]:
    """Parameters with which the server cannot answer: 503 (timed out) or 422 (cannot be executed)."""
    if path == "/api/v1/query":
        return {"timeout": "0.000001"}
    return {"query": 'go_gc_duration_seconds * on(job) {__name__=~"go_gc_duration_seconds|up"}'}


def heavy_query(load: Load) -> str:
    """A query that keeps the server busy for 0.2 s or more, found by trying."""
    resolution_ms = 1000
    while True:
        rate = "rate(prometheus_http_request_duration_seconds_bucket[1m])"
        query = f"max_over_time(sum({rate})[20m:{resolution_ms}ms])"
        if load.send("/api/v1/query", {"query": query}) > 0.2 or resolution_ms <= 20:
            return query
        resolution_ms //= 2


def save(path: Path, endpoint: str, parameters: dict[str, str]) -> None:
    """Write the query API's answer to ``path``, one series a line."""
    status, body = get(endpoint, parameters)
    if status != 200:
        raise RuntimeError(f"{endpoint} answered {status}: {body[:300]!r}")
    answer = json.loads(body)
    lines = ",\n".join(json.dumps(series, separators=(",", ":")) for series in answer["data"]["result"])
    kind = json.dumps(answer["data"]["resultType"])
    path.write_text(f'{{"status":"success","data":{{"resultType":{kind},"result":[\n{lines}\n]}}}}\n')


def record(out: Path, minutes: float, minute: float) -> None:
    """Run the whole timetable, a minute of it taking ``minute`` seconds, and save the answers in ``out``."""
    folder = Path(tempfile.mkdtemp(prefix="recording-"))
    server = Server(folder)
    server.start()
    try:
        time.sleep(3 * SCRAPE_SECONDS)
        # Every counter the load can touch exists, and has been scraped, before the recording begins.
        for _, path, parameters in REQUESTS:
            span = {"start": f"{time.time() - SCRAPE_SECONDS:.3f}", "end": f"{time.time():.3f}"}
            get(path, parameters | span)
            if path.startswith("/api/v1/query"):
                get(path, parameters | span | failing(path))
        time.sleep(2 * SCRAPE_SECONDS)

        load = Load(time.time(), minute)
        planted: list[dict[str, Any]] = []
        conductor = threading.Thread(target=conduct, args=(load, server, minutes, planted))
        conductor.start()
        load.run(minutes)
        conductor.join()
        end = time.time()
        time.sleep(2 * SCRAPE_SECONDS)

        span = f"[{math.ceil(time.time() - load.begin + SCRAPE_SECONDS)}s]"
        api = 'handler=~"/api/v1/(query|query_range|labels|series)"'
        now = {"time": f"{time.time():.3f}"}
        grid = {"start": f"{load.begin:.0f}", "end": f"{end:.0f}", "step": str(SCRAPE_SECONDS)}
        save(
            out / "requests.json",
            "/api/v1/query",
            {"query": f"prometheus_http_requests_total{{{api}}}{span}"} | now,
        )
        duration = "prometheus_http_request_duration_seconds_bucket"
        save(out / "latency.json", "/api/v1/query", {"query": f"{duration}{{{api}}}{span}"} | now)
        save(out / "starts.json", "/api/v1/query_range", {"query": "process_start_time_seconds"} | grid)
        tally = {
            "begin": round(load.begin, 3),
            "end": round(end, 3),
            "scrape_seconds": SCRAPE_SECONDS,
            "incidents": planted,
            "sent": [{"handler": h, "code": c, "requests": n} for (h, c), n in sorted(load.sent.items())],
            "refused": load.refused,
        }
        (out / "incidents.json").write_text(json.dumps(tally, indent=2) + "\n")
    finally:
        server.stop()
        shutil.rmtree(folder)


def conduct(load: Load, server: Server, minutes: float, planted: list[dict[str, Any]]) -> None:
    """Carry out what the workers cannot (the restart), and write down when each incident really was."""
    for incident in INCIDENTS:
        if incident.begin >= minutes:
            break
        lead = 0.5 if incident.kind == "slow" else 0.0
        time.sleep(max(0.0, load.begin + (incident.begin - lead) * load.minute - time.time()))
        if incident.kind == "slow":
            load.heavy = heavy_query(load)
        begin = load.begin + incident.begin * load.minute
        end = load.begin + incident.end * load.minute
        if incident.kind == "restart":
            begin = time.time()
            server.stop()
            time.sleep(DOWN_SECONDS * load.minute / 60)
            server.start()
            end = time.time()
        planted.append(
            {
                "kind": incident.kind,
                "begin": round(begin, 3),
                "end": round(end, 3),
                "handler": incident.handler,
                "description": incident.description,
            }
        )


def main() -> None:
    """Read the command line and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the four files")
    parser.add_argument("--minutes", type=float, default=80.0, help="length of the timetable")
    parser.add_argument("--minute", type=float, default=60.0, help="seconds that a minute lasts (less: a rehearsal)")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    record(arguments.out, arguments.minutes, arguments.minute)


if __name__ == "__main__":
    main()
