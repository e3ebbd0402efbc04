//! The score of the Numenta anomaly benchmark.

mod profile;
mod sweep;
#[cfg(test)]
mod tests;

use std::fmt;

use slo_core::{Error, Result};

pub use profile::Profile;
pub(super) use sweep::{Sweep, probation};

use super::draws::Draws;
use super::labels::Labels;
use super::scored::{Scored, last_point};
use super::threshold::Threshold;

/// NAB's score of a corpus at one threshold for all its series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NabScore {
    /// What hits, false alarms and misses are worth.
    pub profile: Profile,
    /// Where the threshold comes from.
    pub chosen: Threshold,
    /// What a score must exceed to be flagged; infinite where nothing is best flagged.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub threshold: f64,
    /// How many windows there are to find.
    pub windows: usize,
    /// The score, 100 at best and 0 without a flag, beside that of detectors that know nothing.
    pub scored: Scored,
}

impl fmt::Display for NabScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scored { value, random, last_point } = self.scored;
        write!(
            f,
            "{value:.2} (random {random:.2}, last point {last_point:.2}) over {} windows",
            self.windows
        )?;
        f.write_str(match self.chosen {
            Threshold::Best => "; the threshold was chosen with the labels, which no detector at work has",
            Threshold::At(_) => "",
        })
    }
}

/// The score of the Numenta anomaly benchmark: early hits count more, false alarms more the farther from a window.
///
/// # Method
///
/// The first 15% of a series, at most 750 values, are not scored. A window is worth its earliest hit, and a miss
/// costs `miss`. With w the window's width, at the place i of a window from b on, and d places behind the last value
/// of the window before:
///
/// ```text
/// hit          = hit · s((i - b)/w - 1)/s(-1),       s(p) = 2/(1 + exp(5 p)) - 1
/// false alarm  = false_alarm · s(d/(w - 1)),         -1 for s where d >= 3 (w - 1) and before the first window
/// score        = 100 (Σ - null)/(perfect - null),    null = -miss · windows, perfect = hit · windows
/// ```
///
/// A score above the threshold is a flag; [`Threshold::Best`] is the benchmark's way: one threshold for the whole
/// corpus, the best that there is, found exactly. Scores that are NaN or -∞ are never flagged. The windows are those
/// at hand that reach past the probation. The random value is the mean over ten detectors that score at random, each
/// at its own best threshold, or, at a given one, over ten random orders of each series' scores.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, Profile, Threshold, nab};
///
/// let labels = Labels::new(100, &[(50, 60)])?;
/// let first_of_window: Vec<f64> = (0..100).map(|place| f64::from(u8::from(place == 50))).collect();
/// let found = nab(&[(&first_of_window, &labels)], Profile::STANDARD, Threshold::Best)?;
/// assert_eq!(found.scored.value, 100.0);
/// // A false alarm before the first window costs 0.11 of the 2 between null and perfect.
/// let early: Vec<f64> = (0..100).map(|place| f64::from(u8::from(place == 50 || place == 20))).collect();
/// let found = nab(&[(&early, &labels)], Profile::STANDARD, Threshold::At(0.5))?;
/// assert!((found.scored.value - 94.5).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`] unless there is one score for each label, [`Error::Degenerate`] without a window to
/// find, and [`Error::InvalidParameter`] for a profile that rewards mistakes or a threshold that is NaN.
///
/// # References
///
/// Lavin, A. and Ahmad, S. (2015). Evaluating real-time anomaly detection algorithms: the Numenta anomaly benchmark.
/// *ICMLA*, 38-44.
pub fn nab(series: &[(&[f64], &Labels)], profile: Profile, threshold: Threshold) -> Result<NabScore> {
    profile.check()?;
    for (scores, labels) in series {
        Error::check_lengths("scores", scores.len(), "labels", labels.len())?;
    }
    if let Threshold::At(threshold) = threshold
        && threshold.is_nan()
    {
        return Err(Error::invalid("threshold", threshold, "must be a number"));
    }
    let corpus = |scores: &mut dyn FnMut(&[f64]) -> Vec<f64>| {
        Corpus::new(series.iter().map(|(given, labels)| Sweep::new(&scores(given), labels, &profile)))
    };
    let at = |corpus: &Corpus| match threshold {
        Threshold::Best => corpus.best(|_| true),
        Threshold::At(threshold) => (threshold, corpus.at(threshold)),
    };
    let own = corpus(&mut <[f64]>::to_vec);
    let windows = own.windows();
    if windows == 0 {
        let reason = "no window reaches past the probation".to_owned();
        return Err(Error::Degenerate { name: "labels", reason });
    }
    let (found, raw) = at(&own);
    let share = |raw: f64| normalised(raw, windows, &profile);
    let random = (0..10).map(|seed| {
        let mut draws = Draws::seeded(seed);
        let drawn = corpus(&mut |given| match threshold {
            Threshold::Best => draws.scores(given.len()),
            Threshold::At(_) => {
                let mut shuffled = given.to_vec();
                draws.shuffle(&mut shuffled);
                shuffled
            }
        });
        share(at(&drawn).1)
    });
    let random = random.sum::<f64>() / 10.0;
    let last = corpus(&mut |given| last_point(given.len()));
    let last = match threshold {
        Threshold::Best => last.best(|_| true).1,
        Threshold::At(_) => last.at(0.5),
    };
    let scored = Scored { value: share(raw), random, last_point: share(last) };
    Ok(NabScore { profile, chosen: threshold, threshold: found, windows, scored })
}

/// 100 for all windows at their first place and nothing else, 0 without a flag.
pub(super) fn normalised(raw: f64, windows: usize, profile: &Profile) -> f64 {
    let windows = windows as f64;
    let null = -profile.miss * windows;
    100.0 * (raw - null) / (profile.hit * windows - null)
}

/// The sweeps of several series, with their gains in one order.
#[derive(Clone, Debug)]
pub(super) struct Corpus {
    sweeps: Vec<Sweep>,
    /// All gains by descending score, each with the number of its series.
    gains: Vec<(f64, f64, usize)>,
}

impl Corpus {
    pub(super) fn new(sweeps: impl Iterator<Item = Sweep>) -> Self {
        let sweeps: Vec<Sweep> = sweeps.collect();
        let numbered = sweeps.iter().enumerate();
        let mut gains: Vec<(f64, f64, usize)> = numbered
            .flat_map(|(series, sweep)| sweep.gains.iter().map(move |(score, gain)| (*score, *gain, series)))
            .collect();
        gains.sort_by(|left, right| right.0.total_cmp(&left.0));
        Self { sweeps, gains }
    }

    pub(super) fn windows(&self) -> usize {
        self.sweeps.iter().map(|sweep| sweep.windows).sum()
    }

    /// What one series adds at a threshold.
    pub(super) fn series_at(&self, series: usize, threshold: f64) -> f64 {
        self.sweeps.get(series).map_or(0.0, |sweep| sweep.at(threshold))
    }

    pub(super) fn at(&self, threshold: f64) -> f64 {
        self.sweeps.iter().map(|sweep| sweep.at(threshold)).sum()
    }

    /// The greatest threshold with the best score over some of the series, and that score.
    pub(super) fn best(&self, included: impl Fn(usize) -> bool) -> (f64, f64) {
        let numbered = self.sweeps.iter().enumerate();
        let without: f64 =
            numbered.filter(|(series, _)| included(*series)).map(|(_, sweep)| sweep.without).sum();
        let (mut gained, mut best) = (0.0, (f64::INFINITY, 0.0));
        for group in self.gains.chunk_by(|left, right| left.0 == right.0) {
            let included = group.iter().filter(|(.., series)| included(*series));
            gained += included.map(|(_, gain, _)| gain).sum::<f64>();
            if let Some((score, ..)) = group.first()
                && gained > best.1
            {
                best = (score.next_down(), gained);
            }
        }
        (best.0, without + best.1)
    }
}
