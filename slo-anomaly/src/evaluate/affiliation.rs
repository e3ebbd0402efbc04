//! Distances between alarms and windows as probabilities.

use std::ops::Range;

use super::labels::Labels;
use super::threshold::PrecisionRecall;

/// Precision and recall by the places of flags and windows, each place an interval of length 1.
pub(super) fn affiliation_of(flags: &[bool], labels: &Labels) -> PrecisionRecall {
    let runs = Labels::from_flags(flags);
    let windows = labels.windows();
    let (mut precision, mut affiliated, mut recall) = (0.0, 0.0, 0.0);
    let mut first = 0;
    for (number, window) in windows.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|number| windows.get(number));
        let middle =
            |left: &Range<usize>, right: &Range<usize>| f64::midpoint(left.end as f64, right.start as f64);
        let zone = Zone {
            begin: before.map_or(0.0, |before| middle(before, window)),
            end: windows.get(number + 1).map_or(labels.len() as f64, |next| middle(window, next)),
            start: window.start as f64,
            stop: window.end as f64,
        };
        // Runs and zones both ascend, and a run may reach into several zones.
        let rest = runs.windows().get(first..).unwrap_or_default();
        first += rest.iter().take_while(|run| run.end as f64 <= zone.begin).count();
        let rest = runs.windows().get(first..).unwrap_or_default();
        let inside: Vec<(f64, f64)> = rest
            .iter()
            .take_while(|run| (run.start as f64) < zone.end)
            .map(|run| ((run.start as f64).max(zone.begin), (run.end as f64).min(zone.end)))
            .collect();
        if inside.is_empty() {
            continue;
        }
        precision += zone.precision(&inside);
        recall += zone.recall(&inside);
        affiliated += 1.0;
    }
    let precision = (affiliated > 0.0).then(|| precision / affiliated);
    PrecisionRecall::of_shares(precision, recall / windows.len() as f64)
}

/// A window from `start` to `stop` and what lies nearer to it than to another.
struct Zone {
    begin: f64,
    end: f64,
    start: f64,
    stop: f64,
}

impl Zone {
    fn len(&self) -> f64 {
        self.end - self.begin
    }

    /// The mean over all x in the alarms of P(dist(X, window) > dist(x, window)).
    fn precision(&self, alarms: &[(f64, f64)]) -> f64 {
        let (mut total, mut length) = (0.0, 0.0);
        let window = self.stop - self.start;
        for (begin, end) in alarms {
            length += end - begin;
            total += overlap((*begin, *end), (self.start, self.stop));
            // Outside at distance d, |window| + min(d, left) + min(d, right) of the zone is as near.
            let ahead = (self.start - end.min(self.start), self.start - begin.min(self.start));
            let behind = (begin.max(self.stop) - self.stop, end.max(self.stop) - self.stop);
            for (near, far) in [ahead, behind] {
                let margins = [self.start - self.begin, self.end - self.stop];
                let nearer: f64 = margins.iter().map(|margin| integral_of_min((near, far), *margin)).sum();
                total += (far - near) * (1.0 - window / self.len()) - nearer / self.len();
            }
        }
        total / length
    }

    /// The mean over all y in the window of P(|X - y| > dist(y, alarms)).
    fn recall(&self, alarms: &[(f64, f64)]) -> f64 {
        let mut total = 0.0;
        // Between two alarms the nearer one changes half-way; before the first and after the last there is one.
        let mut from = self.begin;
        for (number, (begin, end)) in alarms.iter().enumerate() {
            let to = alarms.get(number + 1).map_or(self.end, |next| f64::midpoint(*end, next.0));
            total += overlap((*begin, *end), (self.start, self.stop));
            total += self.recalled((from.max(self.start), begin.min(self.stop)), *begin);
            total += self.recalled((end.max(self.start), to.min(self.stop)), *end);
            from = to;
        }
        total / (self.stop - self.start)
    }

    /// The integral over all y of a stretch, whose nearest alarm ends at `at`.
    fn recalled(&self, (from, to): (f64, f64), at: f64) -> f64 {
        if from >= to {
            return 0.0;
        }
        // Within d = |y - at| of y lies min(d, y - begin) + min(d, end - y) of the zone. On the side of `at` that is d,
        // as `at` lies in the zone; on the other d up to where y is half-way between `at` and that end of the zone.
        let (near, far) = ((from - at).abs().min((to - at).abs()), (from - at).abs().max((to - at).abs()));
        let side = if to <= at { at - self.begin } else { self.end - at };
        let same_side = (far - near) * (far + near) / 2.0;
        let half = (side / 2.0).clamp(near, far);
        let other_side =
            (half - near) * (half + near) / 2.0 + (far - half) * (side - f64::midpoint(far, half));
        (to - from) - (same_side + other_side) / self.len()
    }
}

/// How long two intervals overlap.
fn overlap(left: (f64, f64), right: (f64, f64)) -> f64 {
    (left.1.min(right.1) - left.0.max(right.0)).max(0.0)
}

/// The integral of min(d, margin) over d from `near` to `far`.
fn integral_of_min((near, far): (f64, f64), margin: f64) -> f64 {
    let knee = margin.clamp(near, far);
    (knee - near) * (knee + near) / 2.0 + (far - knee) * margin
}
