//! Against a literal second statement of Prometheus' rule, and counted events.

use proptest::prelude::*;

use super::Extrapolation::{Exact, Prometheus, Prometheus2};
use super::*;

/// The rule of 5.4, line by line, for samples without marks and births.
fn restated(samples: &[(i64, f64)], begin: i64, end: i64, version: u8) -> Option<f64> {
    let inside: Vec<(i64, f64)> = samples
        .iter()
        .copied()
        .filter(|(t, _)| *t <= end && (*t > begin || (version == 2 && *t == begin)))
        .collect();
    if inside.len() < 2 {
        return None;
    }
    let ((first_t, first), (last_t, last)) = (inside[0], inside[inside.len() - 1]);
    let mut v = last - first;
    for pair in inside.windows(2) {
        if pair[1].1 < pair[0].1 {
            v += pair[0].1;
        }
    }
    let ms = |a: i64, b: i64| (b - a) as f64 / 1000.0;
    let (mut ds, mut de, interval) = (ms(begin, first_t), ms(last_t, end), ms(first_t, last_t));
    let a = interval / (inside.len() - 1) as f64;
    let threshold = 1.1 * a;
    let clamp = |ds: f64| if v > 0.0 && first >= 0.0 { ds.min(interval * (first / v)) } else { ds };
    if version == 2 {
        ds = clamp(ds);
    }
    if ds >= threshold {
        ds = a / 2.0;
    }
    if version == 3 {
        ds = clamp(ds);
    }
    if de >= threshold {
        de = a / 2.0;
    }
    Some(v * ((interval + ds + de) / interval))
}

/// Events, the scrapes of a counter of them that restarts, and births where they are known.
#[derive(Debug, Clone)]
struct World {
    /// How many events happened in each millisecond-long slot.
    events: Vec<u8>,
    /// The slots after which the counter is back at 0.
    restarts: Vec<bool>,
    /// The slots after which it is read.
    reads: Vec<bool>,
}

fn world() -> impl Strategy<Value = World> {
    let len = 60_usize;
    (
        prop::collection::vec(0_u8..5, len),
        prop::collection::vec(prop::bool::weighted(0.05), len),
        prop::collection::vec(prop::bool::weighted(0.4), len),
    )
        .prop_map(|(events, restarts, reads)| World { events, restarts, reads })
}

impl World {
    /// The reads as (time, value, birth), and the events until each slot's end that a reader could know of: those between
    /// the last read before a restart and the restart are lost to any counter.
    fn reads(&self) -> (Vec<(i64, f64, i64)>, Vec<f64>) {
        let (mut value, mut birth, mut unread, mut known) = (0.0, -1_i64, 0.0, 0.0);
        let (mut reads, mut totals) = (Vec::new(), Vec::new());
        for (slot, &events) in self.events.iter().enumerate() {
            let time = i64::try_from(slot).unwrap() * 10;
            value += f64::from(events);
            unread += f64::from(events);
            if self.reads[slot] {
                known += unread;
                unread = 0.0;
                reads.push((time, value, birth));
            }
            totals.push(known);
            if self.restarts[slot] {
                (value, birth, unread) = (0.0, time + 5, 0.0);
            }
        }
        (reads, totals)
    }
}

fn millis(t: i64) -> Timestamp {
    Timestamp::from_nanos(t * 1_000_000)
}

proptest! {
    #[test]
    fn exact_increase_is_the_true_number_of_events_between_the_reads(
        world in world(), begin in -100_i64..500, length in 1_i64..700,
    ) {
        let (reads, totals) = world.reads();
        let times: Vec<Timestamp> = reads.iter().map(|r| millis(r.0)).collect();
        let values: Vec<f64> = reads.iter().map(|r| r.1).collect();
        let births: Vec<Option<Timestamp>> = reads.iter().map(|r| Some(millis(r.2))).collect();
        let samples = Samples::new(&times, &values).unwrap().created(&births).unwrap();
        let end = begin + length;
        let found = increase(&samples, millis(begin), millis(end), Exact).unwrap();
        let inside: Vec<&(i64, f64, i64)> = reads.iter().filter(|r| r.0 > begin && r.0 <= end).collect();
        let total = |time: i64| totals[usize::try_from(time / 10).unwrap()];
        let expected = match inside[..] {
            [] => None,
            [first, .., last] => {
                let before = if first.2 >= begin { total(first.0) - first.1 } else { total(first.0) };
                Some(total(last.0) - before)
            }
            [one] => (one.2 >= begin).then_some(one.1),
        };
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn extrapolated_increase_is_the_rule_restated(
        world in world(), begin in -100_i64..500, length in 1_i64..700,
    ) {
        let (reads, _) = world.reads();
        let times: Vec<Timestamp> = reads.iter().map(|r| millis(r.0)).collect();
        let values: Vec<f64> = reads.iter().map(|r| r.1).collect();
        let samples = Samples::new(&times, &values).unwrap();
        let pairs: Vec<(i64, f64)> = reads.iter().map(|r| (r.0, r.1)).collect();
        for (extrapolation, version) in [(Prometheus, 3), (Prometheus2, 2)] {
            let (begin, end) = (begin, begin + length);
            let found = increase(&samples, millis(begin), millis(end), extrapolation).unwrap();
            let expected = restated(&pairs, begin, end, version);
            prop_assert_eq!(found, expected);
            let per_second = rate(&samples, millis(begin), millis(end), extrapolation).unwrap();
            prop_assert_eq!(per_second.is_some(), expected.is_some());
            if let (Some(rate), Some(increase)) = (per_second, expected) {
                let expected = increase / (length as f64 / 1000.0);
                prop_assert!((rate - expected).abs() <= 1e-12 * expected.abs());
            }
        }
    }

    #[test]
    fn many_windows_are_single_ones_to_the_bit(
        values in prop::collection::vec(prop_oneof![
            8 => (0_u32..1000).prop_map(f64::from),
            2 => (0_u32..1000).prop_map(|v| f64::from(v) / 7.0),
            1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(STALE_NAN),
        ], 0..60),
        births in prop::collection::vec(prop::option::of(-50_i64..600), 60),
        instants in prop::collection::vec(-50_i64..700, 0..40),
        sorted: bool, whole: bool, finite: bool, window in 1_i64..300,
    ) {
        let mut values = values;
        for value in &mut values {
            if finite && !value.is_finite() && !is_stale(*value) {
                *value = 1.0;
            }
            if whole && value.is_finite() {
                *value = value.floor();
            }
        }
        let times: Vec<Timestamp> = (0..values.len()).map(|i| millis(i64::try_from(i).unwrap() * 10)).collect();
        let births: Vec<Option<Timestamp>> = births[..values.len()].iter().map(|b| b.map(millis)).collect();
        let samples = Samples::new(&times, &values).unwrap().created(&births).unwrap();
        let mut instants: Vec<Timestamp> = instants.into_iter().map(millis).collect();
        if sorted {
            instants.sort_unstable();
        }
        let length = Duration::from_nanos(window * 1_000_000);
        for extrapolation in [Prometheus, Prometheus2, Exact] {
            let (Ok(grown), Ok(per_second)) = (
                increases(&samples, &instants, length, extrapolation),
                rates(&samples, &instants, length, extrapolation),
            ) else {
                prop_assert!(extrapolation == Exact && !finite);
                continue;
            };
            for ((&end, grown), per_second) in instants.iter().zip(grown).zip(per_second) {
                let begin = end.saturating_sub(length);
                let one = increase(&samples, begin, end, extrapolation).unwrap().unwrap_or(f64::NAN);
                prop_assert_eq!(one.to_bits(), grown.to_bits());
                let one = rate(&samples, begin, end, extrapolation).unwrap().unwrap_or(f64::NAN);
                prop_assert_eq!(one.to_bits(), per_second.to_bits());
            }
        }
    }

    #[test]
    fn windows_that_share_a_read_add_up(
        world in world(), cut in 0_usize..60,
    ) {
        // Closed at a read on both sides, exact increases of adjacent windows are that of both together.
        let (reads, _) = world.reads();
        prop_assume!(reads.len() >= 3);
        let times: Vec<Timestamp> = reads.iter().map(|r| millis(r.0)).collect();
        let values: Vec<f64> = reads.iter().map(|r| r.1).collect();
        let samples = Samples::new(&times, &values).unwrap();
        let place = 1 + cut % (reads.len() - 2);
        let just_before = |t: Timestamp| Timestamp::from_nanos(t.nanos() - 1);
        let ask = |from: usize, to: usize| increase(&samples, just_before(times[from]), times[to], Exact).unwrap().unwrap();
        prop_assert_eq!(ask(0, place) + ask(place, reads.len() - 1), ask(0, reads.len() - 1));
    }
}
