//! A test for low traffic that may be looked at after every event.

mod evidence;
#[cfg(feature = "serde")]
mod state;
#[cfg(test)]
mod tests;
mod verdict;

pub use verdict::{Restart, SequentialVerdict};

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::interval::check_design_effect;
use crate::objective::Objective;
use crate::slo::Slo;
use evidence::Evidence;

/// Up to here the evidence of a total is finite.
const MAX_TOTAL: f64 = 1e300;

/// A test of whether more goes wrong than the budget allows, that may be asked after every event.
///
/// A burn rate over a window takes one failure of ten requests for a burn of 100. This test weighs each event as evidence
/// instead, and its promise holds however often one looks and whenever one stops.
///
/// # Method
///
/// With `b` the budget and `f = power_at`, each event multiplies the e-value by its likelihood at a burn of `f` over that
/// at a burn of 1, and the detector, which forgets evidence once it speaks for the budget, alike:
///
/// ```text
/// L = f^(bad/d) · ((1 - f b) / (1 - b))^(good/d)      d = design_effect
/// E = E L from E = 1,   C = max(C, 1) L,   p = 1 / max E
/// ```
///
/// [`Restart::Never`]: alarm once `E >= 1/alpha`. If at every event the chance that it is bad, given all before, is some
/// `p <= b`, then the mean factor is `p f + (1 - p) (1 - f b) / (1 - b) = 1 + (p - b) (f - 1) / (1 - b) <= 1`, so that `E`
/// is a supermartingale at every rate within the budget, constant or not, and by Ville's inequality
/// **P(ever alarm | rate <= budget) <= alpha**.
///
/// [`Restart::WhenCleared`]: alarm once `C >= 1/alpha`. `C` is at most the sum of the e-values of tests begun at each
/// observation; that sum less the number of observations is a supermartingale, and so **the mean number of observations
/// before a false alarm is at least `1/alpha`**, whatever was before. An observation is a call of
/// [`observe`](Self::observe) with at least one event.
///
/// An alarm stays until [`reset`](Self::reset). A test that never restarts goes blind: good months are evidence that a
/// bad hour has to make up for first. It answers a question with a beginning, such as a release; to watch a service,
/// restart.
///
/// **What is assumed.** Not that events are independent, nor that rates are constant, but that none is bad with a chance
/// beyond `b` given those before. Bad events that come in bursts break this while their mean keeps within the budget:
/// where ten events fail together, each ten with a chance of exactly 0.1 %, a test of 99.9 % at `alpha` = 1 % alarms
/// with a probability above 20 %. With a `design_effect` of `d` the promises hold again for bursts of up to `d` events
/// that fail together, each with a chance of at most `b`. Counts need not be whole: an event may be bad in part. They
/// must not be scaled up: one event of a sample of 1 % is one event and not a hundred. Two tests cannot be merged, as
/// each has its own order of events: observe the sums of their counts, or take the mean of their e-values, which is an
/// e-value.
///
/// **What it costs.** A burn below [`least_burn`](Self::least_burn), 3.9 at `power_at` = 10, need never be noticed. At
/// 99.9 %, mean hours from the beginning of a burn to the first alarm, with at most one false alarm in 30 days promised
/// (`alpha` = 1 / observations in 30 days; every event at 10 an hour, else every minute), beside the first three of the
/// workbook's rules; false alarms in 30 days exactly at the budget:
///
/// | requests/h | false | burn 5 | 14.4 | 100 | workbook: false | burn 5 | 14.4 | 100 |
/// |---|---|---|---|---|---|---|---|---|
/// | 10 | 0.003 | 226 | 40 | 4.3 | 7.2 | 19 | 6.9 | 1.0 |
/// | 100 | 0.005 | 30 | 4.5 | 0.52 | 7.9 | 6.3 | 1.7 | 0.21 |
/// | 1 000 | 0.03 | 3.0 | 0.47 | 0.06 | 0.0 | 12.2 | 1.4 | 0.16 |
/// | 10 000 | 0.16 | 0.35 | 0.06 | 0.02 | 0.0 | 14.4 | 1.3 | 0.15 |
///
/// At 10 an hour the workbook's rules are quick because a single failure fires them, seven times a month with nothing
/// wrong; a burn of 5 is one failure in 200 requests there, which no test tells from chance within a day.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `alpha` | | (0, 1) | probability, or alarms per observation |
/// | `power_at` | | above 1, below 1 / budget | burn rate |
/// | `restart` | never | | |
/// | `design_effect` | 1 | 1 or more, finite | events that go bad together |
///
/// # Examples
///
/// ```
/// use slo_core::{SequentialTest, Slo};
///
/// let slo = Slo::new("99%".parse()?, "30d".parse()?);
/// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
/// // One failure of ten requests is ten budgets, and no more than an anecdote: 10 · (0.9 / 0.99)^9.
/// let verdict = test.observe(1.0, 10.0)?;
/// assert!(!verdict.alarm && (verdict.e_value - 10.0 * (0.9_f64 / 0.99).powi(9)).abs() < 1e-13);
/// // Three of thirty are evidence: 4.24³ = 76; four of forty suffice.
/// assert!(!test.observe(2.0, 20.0)?.alarm);
/// assert!(test.observe(1.0, 10.0)?.alarm);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Wald, A. (1945). Sequential tests of statistical hypotheses. *Annals of Mathematical Statistics* 16, 117-186. Ramdas,
/// A., Grünwald, P., Vovk, V., Shafer, G. (2023). Game-theoretic statistics and safe anytime-valid inference. *Statistical
/// Science* 38(4), 576-601. Shin, J., Ramdas, A., Rinaldo, A. (2024). E-detectors: a nonparametric framework for
/// sequential change detection. *New England Journal of Statistics in Data Science* 2(2), 229-260.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "state::State", into = "state::State")
)]
pub struct SequentialTest {
    objective: Objective,
    alpha: f64,
    power_at: f64,
    design_effect: f64,
    restart: Restart,
    evidence: Evidence,
    seen: Seen,
}

/// What was observed since the last reset.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen {
    observations: u64,
    /// Of all events.
    counts: Counts,
    /// Of the events since the detector last held no evidence.
    recent: Counts,
    /// The greatest log e-value, 0 at the beginning.
    ln_peak: f64,
    /// The greatest log of the detector, 0 at the beginning.
    ln_recent_peak: f64,
}

impl SequentialTest {
    /// A test against an objective's budget, quickest at one burn rate, with a false alarm probability.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert!(!SequentialTest::new(&slo, 0.01, 10.0)?.alarm());
    /// // At 80 % no burn exceeds 5: then every event is bad.
    /// let coarse = Slo::new("80%".parse()?, "30d".parse()?);
    /// assert!(SequentialTest::new(&coarse, 0.01, 5.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < alpha < 1` and `1 < power_at < 1/budget`.
    pub fn new(slo: &Slo, alpha: f64, power_at: f64) -> Result<Self> {
        Self::of(slo.objective(), alpha, power_at)
    }

    fn of(objective: Objective, alpha: f64, power_at: f64) -> Result<Self> {
        Error::check_fraction("alpha", alpha)?;
        let evidence = Evidence::new(objective, power_at)?;
        let (design_effect, restart) = (1.0, Restart::default());
        Ok(Self { objective, alpha, power_at, design_effect, restart, evidence, seen: Seen::default() })
    }

    /// Whether evidence for the budget counts against a later alarm; never restarted unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Restart, SequentialTest, Slo};
    ///
    /// // A good month, and then an hour of which a tenth fails.
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let mut never = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// let mut watch = never.clone().restart(Restart::WhenCleared);
    /// for test in [&mut never, &mut watch] {
    ///     test.observe(10.0, 10_000.0)?;
    ///     test.observe(10.0, 100.0)?;
    /// }
    /// assert!(!never.alarm() && watch.alarm());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// How many bad events come of one cause; 1 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// // Each event is tried twice, with one outcome: two of them are one piece of evidence.
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let mut retried = SequentialTest::new(&slo, 0.01, 10.0)?.design_effect(2.0)?;
    /// let mut once = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// assert_eq!(retried.observe(4.0, 20.0)?, once.observe(2.0, 10.0)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it is at least 1 and finite.
    pub fn design_effect(mut self, factor: f64) -> Result<Self> {
        self.design_effect = check_design_effect(factor)?;
        Ok(self)
    }

    /// Takes events in, and says what all of them are evidence of. No event at all changes nothing.
    ///
    /// Events observed together are looked at once, so that an alarm may come later, and never more easily, than if they
    /// were observed one by one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// // Two bad events in a row: 10² = 1/alpha.
    /// assert!(!test.observe(1.0, 1.0)?.alarm);
    /// assert!(test.observe(1.0, 1.0)?.alarm);
    /// assert!(test.observe(2.0, 1.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Counts::bad_total`], and [`Error::OutOfRange`] past 10^300 events; nothing is taken in then.
    pub fn observe(&mut self, bad: f64, total: f64) -> Result<SequentialVerdict> {
        let more = Counts::bad_total(bad, total)?;
        let mut seen = self.seen;
        seen.counts = seen.counts.merge(&more)?;
        seen.recent = seen.recent.merge(&more)?;
        if seen.counts.total() > MAX_TOTAL {
            return Err(Error::out_of_range("the total count"));
        }
        if more.has_traffic() {
            seen.observations = seen.observations.saturating_add(1);
            seen.ln_peak = seen.ln_peak.max(self.ln(seen.counts));
            let ln_recent = self.ln(seen.recent);
            seen.ln_recent_peak = seen.ln_recent_peak.max(ln_recent);
            if ln_recent <= 0.0 {
                seen.recent = Counts::default();
            }
            self.seen = seen;
        }
        Ok(self.verdict())
    }

    /// What the events so far are evidence of.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.05, 10.0)?;
    /// let verdict = test.observe(1.0, 3.0)?;
    /// assert_eq!(verdict, test.verdict());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn verdict(&self) -> SequentialVerdict {
        SequentialVerdict {
            alarm: self.alarm(),
            e_value: self.e_value(),
            ln_e_value: self.ln_e_value(),
            p_value: self.p_value(),
        }
    }

    /// Whether the evidence has reached `1/alpha` since the last reset.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// test.observe(3.0, 3.0)?;
    /// // It stays: what came after does not undo what was seen.
    /// test.observe(0.0, 1e6)?;
    /// assert!(test.alarm());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn alarm(&self) -> bool {
        let peak = match self.restart {
            Restart::Never => self.seen.ln_peak,
            Restart::WhenCleared => self.seen.ln_recent_peak,
        };
        // A decimal's logarithm is right to a unit in its last place, and so is a threshold met exactly.
        peak >= -self.alpha.ln() * (1.0 - 4.0 * f64::EPSILON)
    }

    /// The e-value of all events since the last reset, at most the greatest float.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// assert_eq!(test.e_value(), 1.0);
    /// test.observe(1e6, 1e6)?;
    /// assert_eq!(test.e_value(), f64::MAX);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn e_value(&self) -> f64 {
        self.ln_e_value().exp().min(f64::MAX)
    }

    /// The logarithm of the e-value, right to about 1e-15 of the greater of its two parts.
    ///
    /// # Method
    ///
    /// ```text
    /// (bad · ln f + good · ln((1 - f b) / (1 - b))) / d
    /// ```
    ///
    /// of the exact counts since the last reset.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// test.observe(1e6, 1e6)?;
    /// assert!((test.ln_e_value() / (1e6 * 10.0_f64.ln()) - 1.0).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn ln_e_value(&self) -> f64 {
        self.ln(self.seen.counts)
    }

    /// The always-valid p-value: one over the greatest e-value since the last reset.
    ///
    /// `P(ever p <= alpha | rate <= budget) <= alpha`, for every alpha at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// test.observe(1.0, 1.0)?;
    /// test.observe(0.0, 500.0)?;
    /// assert!((test.p_value() - 0.1).abs() < 1e-16 && test.e_value() < 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn p_value(&self) -> f64 {
        (-self.seen.ln_peak).exp()
    }

    /// The logarithm of the detector: the evidence of the events since it last spoke for the budget; 0 where there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// test.observe(0.0, 1e6)?;
    /// assert_eq!(test.ln_detector(), 0.0);
    /// test.observe(1.0, 1.0)?;
    /// assert!((test.ln_detector() - 10.0_f64.ln()).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn ln_detector(&self) -> f64 {
        self.ln(self.seen.recent)
    }

    /// Forgets all events, and the alarm: what the promises speak of begins here.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let fresh = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// let mut test = fresh.clone();
    /// test.observe(5.0, 5.0)?;
    /// test.reset();
    /// assert_eq!(test, fresh);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn reset(&mut self) {
        self.seen = Seen::default();
    }

    /// The counts since the last reset.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// test.observe(1.0, 10.0)?;
    /// test.observe(0.0, 5.0)?;
    /// assert_eq!(test.counts(), Counts::bad_total(1.0, 15.0)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn counts(&self) -> Counts {
        self.seen.counts
    }

    /// How often events were observed since the last reset.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let mut test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// test.observe(1.0, 10.0)?;
    /// test.observe(0.0, 0.0)?;
    /// assert_eq!(test.observations(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn observations(&self) -> u64 {
        self.seen.observations
    }

    /// The burn rate above which evidence grows; one below it need never be noticed.
    ///
    /// # Method
    ///
    /// ```text
    /// the burn at which bad events of share burn · b and good ones of the rest leave the e-value where it is
    /// ```
    ///
    /// about `(f - 1) / ln f` where the budget is small.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9999%".parse()?, "30d".parse()?);
    /// let test = SequentialTest::new(&slo, 0.01, 10.0)?;
    /// assert!((test.least_burn() - 9.0 / 10.0_f64.ln()).abs() < 1e-4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn least_burn(&self) -> f64 {
        self.evidence.balance() / self.objective.budget().to_f64()
    }

    /// The target whose budget is tested.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{SequentialTest, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(SequentialTest::new(&slo, 0.01, 10.0)?.objective(), slo.objective());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn objective(&self) -> Objective {
        self.objective
    }

    /// The log likelihood ratio of these counts.
    fn ln(&self, counts: Counts) -> f64 {
        self.evidence.ln(counts) / self.design_effect
    }
}
