//! Eight threads record by themselves, one shard each; merged, the shards are the monitor that has seen every record.
//!
//! ```sh
//! cargo run --release -p slo --example shards
//! ```
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::thread;

use slo::{AlertPolicy, BudgetMonitor, Counts, Duration, Error, Result, Slo, Timestamp};

/// How many threads record.
const SHARDS: u32 = 8;

/// Two hours of records, four a second.
const RECORDS: u32 = 2 * 3_600 * 4;

/// The instant and the counts of a record: a tenth of all requests fails from the second hour on, for ten minutes.
fn record(number: u32) -> Result<(Timestamp, Counts)> {
    let at = Timestamp::from_nanos(i64::from(number) * 250_000_000);
    let fails = (14_400..16_800).contains(&number);
    Ok((at, Counts::bad_total(if fails { 10.0 } else { 0.0 }, 100.0)?))
}

/// A monitor that has seen every so many records, from the first of its own on.
fn recorded(empty: &BudgetMonitor, first: u32, every: u32) -> Result<BudgetMonitor> {
    let mut monitor = empty.clone();
    for number in (first..RECORDS).step_by(usize::try_from(every).unwrap_or(1)) {
        let (at, counts) = record(number)?;
        monitor.record(at, counts)?;
    }
    Ok(monitor)
}

fn main() -> Result<()> {
    let slo = Slo::new("99.9%".parse()?, "30d".parse()?).name("checkout");
    let policy = AlertPolicy::google_sre(slo.window())?;
    let empty = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;

    let shards = thread::scope(|scope| {
        let threads: Vec<_> = (0..SHARDS)
            .map(|shard| {
                scope.spawn({
                    let empty = &empty;
                    move || recorded(empty, shard, SHARDS)
                })
            })
            .collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Result<BudgetMonitor>>| {
            thread.join().unwrap_or_else(|_| Err(Error::out_of_range("a shard")))
        };
        threads.into_iter().map(join).collect::<Result<Vec<_>>>()
    })?;

    let mut merged = empty.clone();
    for shard in &shards {
        merged.merge(shard)?;
    }
    assert_eq!(merged, recorded(&empty, 0, 1)?, "shards and the single monitor differ");

    let Some(last) = merged.decided() else { return Ok(()) };
    println!("{} until {last}: {}", merged.slo(), merged.budget());
    for alert in merged.firing() {
        println!("  {}", alert.explain());
    }
    if let Some(next) = merged.next_change() {
        println!("  unless more is recorded, an alert changes at {next}");
    }
    Ok(())
}
