//! From what samples saw to what a window held.

use crate::time::Timestamp;

/// How the samples of a window become the increase over the window.
///
/// Samples seldom lie on the borders of a window, so what they saw is less than what happened. Prometheus assumes
/// that it went on beyond the first and the last sample as between them; that is right on average and wrong, by up to
/// one sample interval at each end, for every single window.
///
/// # Method
///
/// ```text
/// I = t_n - t_1,   a = I / (n - 1),   S = t_1 - begin,   E = end - t_n,   v = the increase between the samples
/// S <- a/2 if S >= 1.1 a;   S <- min(S, I v_1 / v) for a counter with v > 0, v_1 >= 0;   E <- a/2 if E >= 1.1 a
/// result = v (I + S + E) / I
/// ```
///
/// Prometheus 2 bounds `S` by the counter's zero first and halves afterwards, which differs where the zero lies between
/// `a/2` and `1.1 a` before the first sample.
///
/// # References
///
/// Prometheus 3.14 and 2.42, `rate`, `increase` and `delta`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Extrapolation {
    /// As Prometheus 3 does, over the left-open range `begin < t <= end`.
    #[default]
    Prometheus,
    /// As Prometheus 2 does, over the closed range `begin <= t <= end`.
    Prometheus2,
    /// Not at all: what was counted from the first sample to the last one of `begin < t <= end`.
    #[cfg_attr(feature = "serde", serde(rename = "none"))]
    Exact,
}

/// The time between two instants in seconds, rounded as Prometheus does that counts milliseconds.
pub(crate) fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    const MILLI: i64 = 1_000_000;
    let nanos = to.saturating_since(from).nanos();
    if nanos % MILLI == 0 { (nanos / MILLI) as f64 / 1e3 } else { nanos as f64 / 1e9 }
}

/// The samples of one window, as far as an increase depends on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// How many there are, at least one.
    pub(crate) count: usize,
    /// When the first was taken.
    pub(crate) first_time: Timestamp,
    /// When the last was taken.
    pub(crate) last_time: Timestamp,
    /// The first value and the increase since, where a counter's zero bounds the extrapolation.
    pub(crate) zero: Option<(f64, f64)>,
    /// When the counter began at 0, if that is known and counts.
    pub(crate) created: Option<Timestamp>,
}

/// What an increase is multiplied by, and whether all of the first value belongs to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edges {
    /// The increase over the window, as a multiple of that between the samples.
    pub(crate) factor: f64,
    /// Whether the counter began inside the window, so that the increase between the samples lacks the first value.
    pub(crate) from_zero: bool,
}

impl Seen {
    /// How Prometheus 3 extrapolates to the window `(begin, end]`; not at all from a single sample of unknown age.
    pub(crate) fn prometheus(self, begin: Timestamp, end: Timestamp) -> Option<Edges> {
        let (interval, mean) = self.intervals();
        let threshold = mean * 1.1;
        let mut after = seconds(self.last_time, end);
        if after >= threshold {
            after = mean / 2.0;
        }
        if let Some(created) = self.created.filter(|c| *c > begin && *c < self.first_time) {
            let factor = extrapolated(seconds(created, self.last_time), 0.0, after);
            return Some(Edges { factor, from_zero: true });
        }
        if self.count < 2 {
            return None;
        }
        let mut before = seconds(begin, self.first_time);
        if before >= threshold {
            before = mean / 2.0;
        }
        if let Some(to_zero) = self.to_zero(interval).filter(|z| *z < before) {
            before = to_zero;
        }
        Some(Edges { factor: extrapolated(interval, before, after), from_zero: false })
    }

    /// How Prometheus 2 extrapolates to the window `[begin, end]`.
    pub(crate) fn prometheus2(self, begin: Timestamp, end: Timestamp) -> Option<Edges> {
        if self.count < 2 {
            return None;
        }
        let (interval, mean) = self.intervals();
        let threshold = mean * 1.1;
        let mut before = seconds(begin, self.first_time);
        if let Some(to_zero) = self.to_zero(interval).filter(|z| *z < before) {
            before = to_zero;
        }
        let within = |gap: f64| if gap < threshold { gap } else { mean / 2.0 };
        let after = within(seconds(self.last_time, end));
        Some(Edges { factor: extrapolated(interval, within(before), after), from_zero: false })
    }

    /// The seconds from the first to the last sample, and of them from one to the next in the mean.
    fn intervals(self) -> (f64, f64) {
        let interval = seconds(self.first_time, self.last_time);
        let mean = if self.count > 1 { interval / (self.count - 1) as f64 } else { 0.0 };
        (interval, mean)
    }

    /// How long before the first sample the counter was 0, had it always grown as between the samples.
    fn to_zero(self, interval: f64) -> Option<f64> {
        self.zero
            .filter(|(first, gained)| *gained > 0.0 && *first >= 0.0)
            .map(|(first, gained)| interval * (first / gained))
    }
}

/// What an increase over `interval` seconds is multiplied by to cover `before` and `after` it too.
fn extrapolated(interval: f64, before: f64, after: f64) -> f64 {
    if interval == 0.0 { 1.0 } else { (interval + before + after) / interval }
}
