//! Monitors that are written down and read back.

use super::laws::{policies, run, slo, steps, timed};
use super::*;

fn firing() -> BudgetMonitor {
    let mut monitor = monitor([rule(30, 20, 5.0).keep_firing(seconds(60))]);
    for (time, bad) in [(10, 0.0), (20, 9.0), (40, 9.0), (90, 0.0)] {
        monitor.record(at(time), bad_total(bad, 10.0)).unwrap();
    }
    assert_eq!(monitor.firing().len(), 1);
    monitor
}

#[test]
fn every_field_is_checked() {
    let text = serde_json::to_value(firing()).unwrap();
    assert!(serde_json::from_value::<BudgetMonitor>(text.clone()).is_ok());
    for (path, value) in [
        ("/version", "2"),
        ("/version", "0"),
        ("/resolution", "\"0s\""),
        ("/resolution", "\"1ns\""),
        ("/resolution", "\"7s\""),
        ("/late", "\"never\""),
        ("/duplicate", "1"),
        ("/clock", "null"),
        ("/clock", "\"1970-01-01T00:01:31Z\""),
        ("/clock", "\"1970-01-01T00:01:19Z\""),
        ("/buckets", "[]"),
        ("/buckets/0", "2"),
        ("/buckets/0", "-9"),
        ("/buckets/2", "9223372036854775807"),
        ("/buckets/2", "9"),
        ("/bad", "[0]"),
        ("/bad/0", "1"),
        ("/bad/1", "100"),
        ("/bad/3", "-1"),
        ("/total/0", "1"),
        ("/total/1", "1e301"),
        ("/total/3", "10"),
        ("/rests", "[]"),
        ("/rests", "[[1,0],[1,0],[1,0],[1,0]]"),
        ("/total/3", "30.5"),
        ("/dropped", "4"),
        ("/dropped", "9223372036854775807"),
        ("/open/bucket", "4"),
        ("/open/bucket", "9223372036854775807"),
        ("/open/before/bad/0", "99"),
        ("/open", "null"),
        ("/recorded/total/0", "3"),
        ("/recorded/bad/1", "0.5"),
        ("/rules", "[]"),
        ("/rules/0/held", "{\"since\":\"1970-01-01T00:00:20Z\",\"before\":[0,0]}"),
        ("/rules/0/failed", "null"),
        ("/rules/0/failed", "\"1970-01-01T00:01:31Z\""),
        ("/rules/0/alert", "null"),
        ("/rules/0/alert/begin", "\"1970-01-01T00:01:31Z\""),
        ("/rules/0/alert/burn", "-1"),
        ("/rules/0/alert/before", "[99,0]"),
        ("/rules/0/alert/before", "[-1,0]"),
    ] {
        let mut damaged = text.clone();
        *damaged.pointer_mut(path).unwrap() = serde_json::from_str(value).unwrap();
        let read = serde_json::from_value::<BudgetMonitor>(damaged);
        assert!(read.is_err(), "{path} = {value} is read as {read:?}");
    }
    for field in text.as_object().unwrap().keys() {
        let mut damaged = text.clone();
        damaged.as_object_mut().unwrap().remove(field);
        let optional = text[field].is_null();
        assert_eq!(serde_json::from_value::<BudgetMonitor>(damaged).is_ok(), optional, "without {field}");
    }
    let mut damaged = text;
    damaged["more"] = 1.into();
    assert!(serde_json::from_value::<BudgetMonitor>(damaged).is_err());
}

#[test]
fn another_version_is_named() {
    let text =
        serde_json::to_string(&firing()).unwrap().replacen("\"version\":1", "\"version\":2,\"new\":0", 1);
    let error = serde_json::from_str::<BudgetMonitor>(&text).unwrap_err().to_string();
    assert!(error.starts_with("it is of version 2, and this is version 1"), "{error}");
}

#[test]
fn an_empty_monitor_is_written_and_read() {
    let empty = monitor([rule(30, 20, 5.0)]);
    let text = serde_json::to_string(&empty).unwrap();
    assert_eq!(serde_json::from_str::<BudgetMonitor>(&text).unwrap(), empty);
}

proptest! {
    #[test]
    fn what_is_read_back_goes_on_bit_for_bit(
        steps in steps(60),
        policy in policies(),
        window in 1_000_i64..60_000,
        split in 0_usize..60,
        fractional in any::<bool>(),
        late in -60_i64..0,
    ) {
        let steps = timed(&steps, fractional);
        let mut monitor = BudgetMonitor::new(slo(window), policy, seconds(10)).unwrap();
        let (first, second) = steps.split_at(split.min(steps.len()));
        run(&mut monitor, first);
        if let Some((last, _)) = first.last() {
            let _ = monitor.record(last.saturating_sub(seconds(-late)), Counts::good_bad(1.1, 2.7).unwrap());
        }
        let text = serde_json::to_string(&monitor).unwrap();
        let mut resumed: BudgetMonitor = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&resumed, &monitor);
        prop_assert_eq!(resumed.next_change(), monitor.next_change());
        prop_assert_eq!(run(&mut resumed, second), run(&mut monitor, second));
        prop_assert_eq!(&resumed, &monitor);
    }
}
