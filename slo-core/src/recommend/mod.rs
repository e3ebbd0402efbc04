//! Which target could be held: what the past, drawn anew, does to a ladder of them.

mod blocks;
mod result;
#[cfg(test)]
mod tests;

pub use result::{CandidateTarget, TargetRecommendation};

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::objective::Objective;
use crate::series::CountSeries;
use crate::stats::Random;
use crate::sum::Sum;
use crate::time::Duration;
use crate::window::Window;
use blocks::Blocks;

/// Blocks that one recommendation may draw.
const MAX_DRAWS: u64 = 100_000_000;

/// What these draws are for: they have nothing to do with others of the same seed.
const PURPOSE: u64 = 0x7461_7267_6574; // "target"

/// The targets that people choose from.
const LADDER: [&str; 7] = ["90%", "95%", "99%", "99.5%", "99.9%", "99.95%", "99.99%"];

/// Recommends the highest target that the past, drawn anew window by window, would have broken rarely enough.
///
/// # Method
///
/// A window is put together from blocks of the series, each beginning at an instant drawn uniformly and wrapping around
/// the end of the data, so that every record is as likely as any other; counts are added, so that an hour weighs as much
/// as its traffic. A target is breached where
///
/// ```text
/// Σ bad > (1 - target) · Σ total
/// ```
///
/// decided exactly; its breach probability is the share of such windows, over the same windows for all targets. What ties
/// errors together within a block is kept, what reaches beyond is lost: a block should be longer than an incident, and
/// there should be many of them. What never happened in the series happens in no window either.
///
/// A service that needs others for every event cannot be better than the product of their availabilities: no target
/// above it is recommended.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` | | of any length | |
/// | `candidates` | 90, 95, 99, 99.5, 99.9, 99.95, 99.99 % | at least one | |
/// | `limit` | 0.05 | (0, 1) | probability of a breach in one window |
/// | `block` | one day, or the window if that is shorter | positive, at most half the series | duration |
/// | `samples` | 10 000 | positive | windows |
/// | `dependencies` | none | | availabilities |
/// | `seed` | 0 | | |
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
///
/// // Sixty days, of which every tenth fails to one in a hundred: 0.1 % on average, but some months have five such days.
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_days(1));
/// let bad: Vec<f64> = (0..60).map(|day| if day % 10 == 0 { 100.0 } else { 0.0 }).collect();
/// let series = CountSeries::bad_total(axis, &bad, &[10_000.0; 60])?;
/// let found = TargetRecommender::new("30d".parse()?).recommend(&series)?;
/// assert_eq!(found.target(), Some("99.5%".parse()?));
/// // 99.9 % allows three such days of thirty: 1 - P(X <= 3) for X binomial of 30 and a tenth.
/// let three_nines = &found.candidates[4];
/// assert!((three_nines.breach_probability() - 0.353).abs() < 0.02);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Politis, D. N., Romano, J. P. (1992). A circular block-resampling procedure for stationary data. In *Exploring the
/// Limits of Bootstrap*. Wiley, 263-270. Treynor, B., Dahlin, M., Rau, V., Beyer, B. (2017). The calculus of service
/// availability. *ACM Queue* 15(2).
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRecommender {
    window: Window,
    candidates: Option<Vec<Objective>>,
    limit: f64,
    block: Option<Duration>,
    samples: u64,
    dependencies: Vec<Objective>,
    seed: u64,
}

impl TargetRecommender {
    /// A recommender of targets to be held over a window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let good = CountSeries::bad_total(axis, &[0.0; 72], &[100.0; 72])?;
    /// let found = TargetRecommender::new("7d".parse()?).recommend(&good)?;
    /// assert_eq!(found.target(), Some("99.99%".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(window: Window) -> Self {
        let (limit, samples) = (0.05, 10_000);
        Self { window, candidates: None, limit, block: None, samples, dependencies: Vec::new(), seed: 0 }
    }

    /// The targets to choose from; from 90 % to 99.99 % unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[3.0; 72], &[100.0; 72])?;
    /// let recommender = TargetRecommender::new("7d".parse()?).candidates(["96%".parse()?, "98%".parse()?]);
    /// assert_eq!(recommender.recommend(&series)?.target(), Some("96%".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn candidates(mut self, candidates: impl Into<Vec<Objective>>) -> Self {
        self.candidates = Some(candidates.into());
        self
    }

    /// How probable a breach may be in one window; 0.05 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_days(1));
    /// let bad: Vec<f64> = (0..60).map(|day| if day % 10 == 0 { 100.0 } else { 0.0 }).collect();
    /// let series = CountSeries::bad_total(axis, &bad, &[10_000.0; 60])?;
    /// let daring = TargetRecommender::new("30d".parse()?).limit(0.5);
    /// assert_eq!(daring.recommend(&series)?.target(), Some("99.9%".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn limit(mut self, limit: f64) -> Self {
        self.limit = limit;
        self
    }

    /// The length of a block; one day, or the window if that is shorter, unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 72], &[100.0; 72])?;
    /// let found = TargetRecommender::new("7d".parse()?).block(Duration::from_hours(6)).recommend(&series)?;
    /// assert_eq!(found.block, Duration::from_hours(6));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn block(mut self, block: Duration) -> Self {
        self.block = Some(block);
        self
    }

    /// How many windows are drawn; 10 000 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 72], &[100.0; 72])?;
    /// let found = TargetRecommender::new("7d".parse()?).samples(100).recommend(&series)?;
    /// // No breach in a hundred windows leaves it at most 3.7 % likely.
    /// assert!((found.candidates[0].monte_carlo()?.upper - 0.037).abs() < 1e-3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn samples(mut self, samples: u64) -> Self {
        self.samples = samples;
        self
    }

    /// The targets of the services that every event needs; none unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 72], &[100.0; 72])?;
    /// // 0.999 · 0.9995 = 0.9985005
    /// let needs = TargetRecommender::new("7d".parse()?).dependencies(["99.9%".parse()?, "99.95%".parse()?]);
    /// let found = needs.recommend(&series)?;
    /// assert_eq!((found.ceiling, found.target()), (Some(0.9985005), Some("99.5%".parse()?)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn dependencies(mut self, dependencies: impl Into<Vec<Objective>>) -> Self {
        self.dependencies = dependencies.into();
        self
    }

    /// Where the drawing of windows begins; 0 unless said otherwise. The same seed gives the same numbers.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let bad: Vec<f64> = (0..72).map(|hour| f64::from(hour % 7)).collect();
    /// let series = CountSeries::bad_total(axis, &bad, &[100.0; 72])?;
    /// let seeded = |seed| TargetRecommender::new("7d".parse()?).candidates(["97%".parse()?]).seed(seed).recommend(&series);
    /// assert_eq!(seeded(1)?, seeded(1)?);
    /// assert_ne!(seeded(1)?, seeded(2)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Draws windows from the series and holds the candidates against them.
    ///
    /// The series is taken as it is: `slo.counted(&series)` takes exclusions away and makes slices first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// // Two days of a hundred events an hour, five of them bad: 95 % is met exactly, whatever is drawn.
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[5.0; 48], &[100.0; 48])?;
    /// let found = TargetRecommender::new("30d".parse()?).recommend(&series)?;
    /// let probabilities: Vec<f64> = found.candidates.iter().map(|c| c.breach_probability()).collect();
    /// assert_eq!(probabilities, [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a setting outside its range; [`Error::TooShort`] if the series is shorter than two
    /// blocks; [`Error::Degenerate`] without traffic; [`Error::LimitExceeded`] past 10^8 blocks in all windows.
    pub fn recommend(&self, series: &CountSeries) -> Result<TargetRecommendation> {
        Error::check_fraction("limit", self.limit)?;
        let limit = Fraction::try_from(self.limit)?;
        if self.samples == 0 {
            return Err(Error::invalid("samples", self.samples, "must be positive"));
        }
        let objectives = match &self.candidates {
            Some(candidates) => candidates.clone(),
            None => LADDER.iter().map(|target| target.parse()).collect::<Result<_>>()?,
        };
        if objectives.is_empty() {
            return Err(Error::TooShort { name: "candidates", len: 0, needed: 1 });
        }
        let length = self.window.length();
        let block = self.block.unwrap_or(Duration::from_days(1).min(length)).check_positive("block")?;
        let blocks = Blocks::new(series, block, length)?;
        let draws = blocks.per_window().saturating_mul(self.samples);
        if draws > MAX_DRAWS {
            return Err(Error::LimitExceeded { what: "blocks drawn", value: draws, limit: MAX_DRAWS });
        }
        let breaches = self.breaches(&objectives, &blocks)?;
        let ceiling = ceiling(&self.dependencies);
        let candidates = objectives.into_iter().zip(breaches).map(|(objective, breaches)| {
            let achievable = ceiling.is_none_or(|ceiling| objective.target().to_f64() <= ceiling);
            let rare = Sum::new(breaches as f64).cmp_share(Sum::new(self.samples as f64), limit).is_le();
            CandidateTarget { objective, breaches, samples: self.samples, acceptable: achievable && rare }
        });
        let (window, limit, candidates) = (self.window, self.limit, candidates.collect());
        Ok(TargetRecommendation { window, block, limit, ceiling, candidates })
    }

    /// In how many windows each objective is breached.
    fn breaches(&self, objectives: &[Objective], blocks: &Blocks<'_>) -> Result<Vec<u64>> {
        let mut random = Random::new(self.seed, PURPOSE);
        let mut breaches = vec![0; objectives.len()];
        for _ in 0..self.samples {
            let window = blocks.window(&mut random)?;
            for (breaches, objective) in breaches.iter_mut().zip(objectives) {
                *breaches += u64::from(breached(window, *objective));
            }
        }
        Ok(breaches)
    }
}

fn breached(counts: Counts, objective: Objective) -> bool {
    counts.bad.cmp_share(counts.total, objective.budget()).is_gt()
}

/// The product of the dependencies' targets: exactly, and rounded once, while its terms fit.
fn ceiling(dependencies: &[Objective]) -> Option<f64> {
    let targets = || dependencies.iter().map(Objective::target);
    let exact = targets().try_fold(Fraction::ONE, |product, target| product.times(target).ok());
    let rounded = || targets().map(|target| target.to_f64()).product();
    (!dependencies.is_empty()).then(|| exact.map_or_else(rounded, |product| product.to_f64()))
}
