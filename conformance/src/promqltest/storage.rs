//! The series that a script has loaded.

use std::collections::BTreeMap;

use slo_core::histogram::{Native, Reset};
use slo_io::{Labels, Selector};

use super::classic::convert;
use super::native::equal;
use super::problem::{Attempt, Problem};
use super::series::{Described, StartTimes};

/// How long a sample stands for its series when none follows, in milliseconds.
const LOOKBACK: i64 = 300_000;

/// What a series was at one instant.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Float(f64),
    Histogram(Native),
    /// The series ended.
    Stale,
}

/// A sample; times in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) time: i64,
    pub(super) value: Value,
    /// When what it counts had begun at 0, where that is known.
    pub(super) start: Option<i64>,
}

/// What a `load` command holds.
#[derive(Clone, Debug)]
pub(super) struct Load {
    /// In milliseconds.
    pub(super) step: i64,
    pub(super) with_custom_histograms: bool,
    pub(super) series: Vec<(Labels, Vec<Described>, Option<StartTimes>)>,
    /// Lines that could not be read; the others are loaded all the same.
    pub(super) refused: Vec<(String, Problem)>,
}

/// The samples of all series, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Storage(BTreeMap<Labels, Vec<Point>>);

impl Storage {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds what a `load` command describes.
    pub(super) fn load(&mut self, load: &Load) -> Attempt<()> {
        // A series that a command describes twice is as it was described last.
        let mut described: BTreeMap<Labels, Vec<Point>> = BTreeMap::new();
        for (labels, points, starts) in &load.series {
            described.insert(labels.clone(), expand(load.step, points, starts.as_deref()));
        }
        if load.with_custom_histograms {
            for (labels, points) in convert(&described)? {
                self.append(labels, points);
            }
        }
        for (labels, points) in described {
            self.append(labels, points);
        }
        Ok(())
    }

    fn append(&mut self, labels: Labels, points: Vec<Point>) {
        let series = self.0.entry(labels).or_default();
        for point in points {
            // The first sample of an instant stays.
            if let Err(place) = series.binary_search_by_key(&point.time, |known| known.time) {
                series.insert(place, point);
            }
        }
        hint_as_stored(series);
    }

    /// The series that a selector selects.
    pub(super) fn select<'a>(
        &'a self,
        selector: &'a Selector,
    ) -> impl Iterator<Item = (&'a Labels, &'a [Point])> {
        self.0
            .iter()
            .filter(|(labels, _)| selector.matches(labels))
            .map(|(labels, points)| (labels, points.as_slice()))
    }
}

/// The last sample in `at - 5 min < t <= at`, none if the series has ended by then.
pub(super) fn latest(points: &[Point], at: i64) -> Option<&Point> {
    let last = points.get(points.partition_point(|p| p.time <= at).checked_sub(1)?)?;
    (last.time > at.saturating_sub(LOOKBACK) && !matches!(last.value, Value::Stale)).then_some(last)
}

/// The samples in `begin < t <= end`, without the marks of an end.
pub(super) fn between(points: &[Point], begin: i64, end: i64) -> Vec<Point> {
    let from = points.partition_point(|p| p.time <= begin);
    let to = points.partition_point(|p| p.time <= end).max(from);
    let inside = points.get(from..to).unwrap_or_default();
    inside.iter().filter(|p| !matches!(p.value, Value::Stale)).cloned().collect()
}

/// A described series as samples.
fn expand(step: i64, points: &[Described], starts: Option<&[Option<i64>]>) -> Vec<Point> {
    let mut expanded = Vec::new();
    let mut time = 0_i64;
    for (index, described) in points.iter().enumerate() {
        let value = match described {
            Described::Nothing => None,
            Described::Stale => Some(Value::Stale),
            Described::Float(value, _) => Some(Value::Float(*value)),
            Described::Histogram(histogram, _) => Some(Value::Histogram(histogram.clone())),
        };
        let distance = starts
            .filter(|starts| !starts.is_empty())
            .and_then(|s| s.get(index % s.len()).copied().flatten());
        // 0 is how Prometheus writes that it does not know.
        let start = distance.map(|distance| time.saturating_add(distance)).filter(|start| *start != 0);
        expanded.extend(value.map(|value| Point { time, value, start }));
        time = time.saturating_add(step);
    }
    expanded
}

/// Gives each histogram the hint with which Prometheus reads it back.
///
/// Its chunks hold counters without resets between them, so that all but the first of a chunk are known not to be
/// resets; of the first it makes no use. A chunk ends at a reset, at a float and where bucket layouts do not go together.
fn hint_as_stored(series: &mut [Point]) {
    let mut previous: Option<Native> = None;
    for point in series {
        let Value::Histogram(histogram) = &mut point.value else {
            previous = None;
            continue;
        };
        let written = histogram.clone();
        if written.reset_hint() != Reset::Gauge {
            let continues = previous
                .as_ref()
                .is_some_and(|p| written.reset_hint() != Reset::Reset && goes_on(p, &written));
            let hint = if continues { Reset::NotReset } else { Reset::Unknown };
            *histogram = histogram.clone().hint(hint);
        }
        previous = Some(written).filter(|h| h.reset_hint() != Reset::Gauge);
    }
}

fn goes_on(previous: &Native, next: &Native) -> bool {
    let without_hint = |h: &Native| h.clone().hint(Reset::Unknown);
    let (previous, next) = (without_hint(previous), without_hint(next));
    equal(&previous, &next)
        || previous.schema() == next.schema()
            && previous.bounds() == next.bounds()
            && previous.zero_bucket().0 == next.zero_bucket().0
            && !next.detect_reset(&previous)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(time: i64, value: f64) -> Point {
        Point { time, value: Value::Float(value), start: None }
    }

    #[test]
    fn a_sample_stands_for_its_series_for_less_than_five_minutes() {
        // Version 3: the window of the lookback is open to the left, as every range.
        let points = [float(0, 1.0)];
        assert!(latest(&points, 299_999).is_some());
        assert!(latest(&points, 300_000).is_none());
        assert!(latest(&points, -1).is_none());
    }

    #[test]
    fn a_series_that_ended_has_no_value() {
        let points = [float(0, 1.0), Point { time: 10, value: Value::Stale, start: None }];
        assert!(latest(&points, 9).is_some() && latest(&points, 10).is_none());
        assert_eq!(between(&points, -1, 10).len(), 1);
    }

    #[test]
    fn a_range_is_open_to_the_left() {
        let points = [float(0, 1.0), float(10, 2.0), float(20, 3.0)];
        assert_eq!(between(&points, 0, 20).len(), 2);
        assert_eq!(between(&points, 20, 0).len(), 0);
    }
}
