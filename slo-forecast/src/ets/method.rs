//! Exponential smoothing by likelihood: the method and its settings.

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use super::bounds::EtsBounds;
use super::fit::{self, Search};
use super::intervals::Intervals;
use super::model::EtsModel;
use super::problem::{Problem, Ranges, Solution, Start};
use super::spec::EtsSpec;
use crate::forecaster::{Forecaster, Model};
use crate::recursion::{Coefficients, Recursion, Scale};

/// The longest season: the states of a day of seconds.
const MAX_PERIOD: usize = 86_400;

/// Exponential smoothing in state space form, estimated by the greatest likelihood.
///
/// # Method
///
/// Level `l`, trend `b` and season `s` follow the error of each forecast `f`; with a trend and a season that are added,
///
/// ```text
/// f = l + φ b + s      l' = l + φ b + α e      b' = φ b + β e      s' = s + γ e
/// ```
///
/// and in the other models they are multiplied where the [`EtsSpec`] says so. An additive error is `e = y - f`, a
/// multiplicative one `ε = (y - f) / f`. Coefficients and the states before the first value are those for which
///
/// ```text
/// ln L = -n/2 ln Σ (y - f)²     or     -n/2 ln Σ ε² - Σ ln |f|
/// ```
///
/// is greatest, as R's package forecast states it: the normal likelihood with the best variance, less its constants. The
/// seasonal states before the first value have the sum 0, or the mean 1.
///
/// The derivative by all coefficients and states comes from one pass back over the series. Searches set out from six
/// places, and the best three go on to their end. A greater maximum elsewhere cannot be excluded.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `spec` | | thirty models | |
/// | `period` | 1 | 2 to 86,400 with a season | places |
/// | `bounds` | usual | | |
/// | `alpha`, `beta`, `gamma` | estimated | [0, 1] | |
/// | `phi` | estimated | (0, 1] | |
/// | `missing` | error | | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Ets, Model};
///
/// // A line with a season of 3, 0 and -3, and nothing else.
/// let values: Vec<f64> = (0..18).map(|t| 10.0 + f64::from(t) + [3.0, 0.0, -3.0][t as usize % 3]).collect();
/// let model = Ets::new("AAA".parse()?).period(3).fit(&values)?;
/// let forecast = model.forecast(3, &[])?;
/// for (found, expected) in forecast.mean().iter().zip([31.0, 29.0, 27.0]) {
///     assert!((found - expected).abs() < 1e-6);
/// }
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008). *Forecasting with Exponential Smoothing: The
/// State Space Approach*. Springer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ets {
    spec: EtsSpec,
    period: usize,
    bounds: EtsBounds,
    alpha: Option<f64>,
    beta: Option<f64>,
    gamma: Option<f64>,
    phi: Option<f64>,
    missing: Missing,
    intervals: Option<Intervals>,
}

impl Ets {
    /// The method for one of the thirty models.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ets, Model};
    ///
    /// // Values about a level that stays: the mean of what is left is the forecast.
    /// let model = Ets::new("ANN".parse()?).fit(&[3.0, 5.0, 3.0, 5.0, 3.0, 5.0, 3.0, 5.0])?;
    /// assert!((model.forecast(1, &[])?.mean()[0] - 4.0).abs() < 1e-2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(spec: EtsSpec) -> Self {
        Self {
            spec,
            period: 1,
            bounds: EtsBounds::Usual,
            alpha: None,
            beta: None,
            gamma: None,
            phi: None,
            missing: Missing::Error,
            intervals: None,
        }
    }

    /// The length of a season in places; what a model without season ignores.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let values = [1.0, 9.0, 2.0, 8.0, 1.0, 9.0, 2.0, 9.0, 1.0];
    /// let model = Ets::new("ANA".parse()?).period(2).fit(&values)?;
    /// assert_eq!(model.initial().season.len(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn period(self, period: usize) -> Self {
        Self { period, ..self }
    }

    /// What the coefficients may be; [`EtsBounds::Usual`] if not set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ets, EtsBounds};
    ///
    /// // Each value turns back on the one before: the best gain of the error is more than all of it.
    /// let values = [1.0, 1.4, 2.4, 3.0, 4.3, 4.6, 6.2, 6.3, 8.1, 8.0, 10.2, 9.6];
    /// let alpha = |bounds| Ok(Ets::new("ANN".parse()?).bounds(bounds).fit(&values)?.coefficients().alpha);
    /// assert_eq!(alpha(EtsBounds::Usual), Ok(0.9999));
    /// assert!(alpha(EtsBounds::Admissible)? > 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn bounds(self, bounds: EtsBounds) -> Self {
        Self { bounds, ..self }
    }

    /// Sets the gain of the level instead of estimating it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let model = Ets::new("ANN".parse()?).alpha(0.25).fit(&[3.0, 5.0, 4.0, 6.0, 3.0])?;
    /// assert_eq!(model.coefficients().alpha, 0.25);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(self, alpha: f64) -> Self {
        Self { alpha: Some(alpha), ..self }
    }

    /// Sets the gain of the trend instead of estimating it: `b' = φ b + β e`, R's `beta`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let model = Ets::new("AAN".parse()?).beta(0.125).fit(&[3.0, 5.0, 4.0, 6.0, 3.0, 7.0, 8.0])?;
    /// assert_eq!(model.coefficients().beta, Some(0.125));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn beta(self, beta: f64) -> Self {
        Self { beta: Some(beta), ..self }
    }

    /// Sets the gain of the season instead of estimating it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 3.0, 7.0, 2.0, 8.0];
    /// let model = Ets::new("ANA".parse()?).period(2).gamma(0.125).fit(&values)?;
    /// assert_eq!(model.coefficients().gamma, Some(0.125));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn gamma(self, gamma: f64) -> Self {
        Self { gamma: Some(gamma), ..self }
    }

    /// Sets the damping of the trend instead of estimating it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 3.0, 7.0, 8.0, 8.0];
    /// let model = Ets::new("AAdN".parse()?).phi(0.9).fit(&values)?;
    /// assert_eq!(model.coefficients().phi, Some(0.9));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn phi(self, phi: f64) -> Self {
        Self { phi: Some(phi), ..self }
    }

    /// What a NaN means: refused, or a place whose value is not known, where the states go on without error; refused
    /// if not set. Infinities are always refused.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_forecast::{Ets, Model};
    ///
    /// let values = [1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0, 7.0, 8.0];
    /// let model = Ets::new("AAN".parse()?).missing(Missing::Skip).fit(&values)?;
    /// assert!((model.fitted()[2] - 3.0).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(self, missing: Missing) -> Self {
        Self { missing, ..self }
    }

    /// Where the intervals come from; if not set, a normal law where it has a closed form, else 5000 simulated paths.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ets, Intervals, Law, Model};
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 3.0, 7.0, 8.0, 8.0];
    /// let law = |method: Ets| Ok::<_, slo_core::Error>(method.fit(&values)?.forecast(1, &[])?.law());
    /// assert_eq!(law(Ets::new("MNN".parse()?))?, Law::Normal);
    /// assert_eq!(law(Ets::new("MNN".parse()?).intervals(Intervals::simulated()))?, Law::Sample);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn intervals(self, intervals: Intervals) -> Self {
        Self { intervals: Some(intervals), ..self }
    }

    pub(super) const fn chosen_intervals(&self) -> Option<Intervals> {
        self.intervals
    }

    /// The model of a series, from one value more than there are numbers to estimate on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ets, Model};
    ///
    /// let model = Ets::new("MNN".parse()?).fit(&[10.0, 12.0, 9.0, 11.0, 10.0])?;
    /// assert!(model.report().converged && model.likelihood().is_some());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period or a coefficient that means nothing, one that the model has no use for,
    /// and values that are not positive where a part of the model is a factor; [`Error::TooShort`];
    /// [`Error::NonFinite`]; [`Error::OutOfRange`] where squares of errors leave the range of floats;
    /// [`Error::LimitExceeded`] for a longer period.
    pub fn fit(&self, values: &[f64]) -> Result<EtsModel> {
        self.search(values, Search::Whole)
    }

    /// The model that such a search finds.
    pub(super) fn search(&self, values: &[f64], search: Search) -> Result<EtsModel> {
        self.check()?;
        self.check_values(values)?;
        let recursion = self.recursion();
        let mut seen = values.iter().filter(|y| !y.is_nan());
        let first = seen.next();
        if seen.all(|y| Some(y) == first) {
            return Ok(EtsModel::constant(*self, values));
        }
        let scale = Scale::of(values, self.is_multiplicative());
        let shrunk: Vec<f64> = values.iter().map(|y| scale.shrink(*y)).collect();
        let problem = Problem {
            values: &shrunk,
            recursion,
            period: self.places(),
            error: self.spec.error,
            ranges: self.ranges(),
            stable: self.bounds.is_stable(),
        };
        let shrink = |mut start: Start| {
            scale.shrink_states(recursion, &mut start.states);
            start
        };
        let search = match search {
            Search::From(start) => Search::From(shrink(start)),
            Search::Beside(start) => Search::Beside(shrink(start)),
            unknown => unknown,
        };
        let found = match search {
            Search::From(start) => fit::again(&problem, start),
            // The maximum within the usual bounds is within the admissible ones, or next to them.
            search if self.bounds == EtsBounds::Admissible => {
                let usual = Self { bounds: EtsBounds::Usual, ..*self };
                let start = fit::best(&Problem { ranges: usual.ranges(), stable: true, ..problem }, &search);
                start.and_then(|found| {
                    let Solution { coefficients, initial, .. } = found;
                    fit::again(&problem, Start { coefficients, states: initial })
                })
            }
            search => fit::best(&problem, &search),
        };
        let solution = found.filter(|found| found.minimum.value.is_finite());
        let solution = solution.ok_or_else(|| Error::Degenerate {
            name: "values",
            reason: format!("no coefficients of {} were found for which every state is a number", self.spec),
        })?;
        EtsModel::new(*self, values, &shrunk, scale, solution)
    }

    /// Which model.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// assert_eq!(Ets::new("AAdN".parse()?).spec().to_string(), "AAdN");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn spec(&self) -> EtsSpec {
        self.spec
    }

    pub(super) const fn recursion(&self) -> Recursion {
        self.spec.recursion()
    }

    /// The length of a season in places; 1 for a model without season.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// assert_eq!(Ets::new("ANA".parse()?).period(7).season_length(), 7);
    /// assert_eq!(Ets::new("ANN".parse()?).period(7).season_length(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn season_length(&self) -> usize {
        if self.spec.is_seasonal() { self.period } else { 1 }
    }

    /// How many seasonal states there are.
    pub(super) const fn places(&self) -> usize {
        if self.spec.is_seasonal() { self.period } else { 0 }
    }

    /// How many numbers are estimated, the variance of the errors among them.
    pub(super) const fn parameters(&self) -> usize {
        let trend = self.spec.trend;
        let coefficients = self.alpha.is_none() as usize
            + (trend.exists() && self.beta.is_none()) as usize
            + (self.spec.is_seasonal() && self.gamma.is_none()) as usize
            + (trend.is_damped() && self.phi.is_none()) as usize;
        let season = self.places().saturating_sub(1);
        coefficients + 1 + trend.exists() as usize + season + 1
    }

    pub(super) const fn is_multiplicative(&self) -> bool {
        self.spec.is_multiplicative()
    }

    /// What the coefficients may be, those that are set being what they are.
    fn ranges(&self) -> Ranges {
        let mut ranges = self.bounds.ranges();
        if let Some(beta) = self.beta {
            ranges.beta = (beta, beta);
            ranges.alpha.0 = ranges.alpha.0.max(beta.min(ranges.alpha.1));
        }
        if let Some(gamma) = self.gamma {
            ranges.gamma = (gamma, gamma);
            ranges.alpha.1 = ranges.alpha.1.min((1.0 - gamma).max(ranges.alpha.0));
        }
        if let Some(alpha) = self.alpha {
            ranges.alpha = (alpha, alpha);
        }
        if let Some(phi) = self.phi {
            ranges.phi = (phi, phi);
        }
        ranges
    }

    pub(super) fn missing_is_skipped(&self) -> bool {
        self.missing == Missing::Skip
    }

    /// What stands for the coefficients where no value tells anything of them.
    pub(super) fn coefficients_of_a_constant(&self) -> Coefficients {
        let trend = self.spec.trend;
        Coefficients {
            alpha: self.alpha.unwrap_or(0.5),
            beta: if trend.exists() { self.beta.unwrap_or(0.05) } else { 0.0 },
            gamma: if self.spec.is_seasonal() { self.gamma.unwrap_or(0.05) } else { 0.0 },
            phi: if trend.is_damped() { self.phi.unwrap_or(0.95) } else { 1.0 },
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.spec.is_seasonal() && self.period < 2 {
            return Err(Error::invalid(
                "period",
                self.period,
                "must be at least 2 for a model with a season",
            ));
        }
        if self.places() > MAX_PERIOD {
            let (value, limit) = (self.period as u64, MAX_PERIOD as u64);
            return Err(Error::LimitExceeded { what: "places of a season", value, limit });
        }
        let trend = self.spec.trend;
        for (name, value, exists, least) in [
            ("alpha", self.alpha, true, 0.0),
            ("beta", self.beta, trend.exists(), 0.0),
            ("gamma", self.gamma, self.spec.is_seasonal(), 0.0),
            ("phi", self.phi, trend.is_damped(), f64::MIN_POSITIVE),
        ] {
            let Some(value) = value else { continue };
            if !exists {
                return Err(Error::invalid(name, value, "the model has no such part"));
            }
            if !(least..=1.0).contains(&value) {
                return Err(Error::invalid(name, value, "must be a share, and phi more than 0"));
            }
        }
        Ok(())
    }

    fn check_values(&self, values: &[f64]) -> Result<()> {
        let needed = self.parameters() + 1;
        let missing = match self.missing {
            Missing::Error => 0,
            Missing::Skip => values.iter().filter(|y| y.is_nan()).count(),
        };
        if values.len() - missing < needed {
            return Err(Error::TooShort { name: "values", len: values.len() - missing, needed });
        }
        for (index, value) in values.iter().enumerate() {
            let is_missing = value.is_nan() && self.missing == Missing::Skip;
            if !value.is_finite() && !is_missing {
                return Err(Error::NonFinite { name: "values", index, value: *value });
            }
            self.check_positive(index, *value)?;
        }
        Ok(())
    }

    /// Refuses a value that no factor can make.
    pub(super) fn check_positive(&self, index: usize, value: f64) -> Result<()> {
        if self.is_multiplicative() && value <= 0.0 {
            let reason = format!("at place {index}: all values of {} have to be positive", self.spec);
            return Err(Error::invalid("values", value, reason));
        }
        Ok(())
    }
}

impl Forecaster for Ets {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}
