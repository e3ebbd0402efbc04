//! Demand that comes now and then: Croston's method and its family.

mod model;
mod options;
mod smoothing;
mod state;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

use crate::fitted::{Fitted, check_squares};
use crate::forecaster::{Forecaster, Model};
use crate::report::FitReport;
use smoothing::{Found, weight};
use state::{Blocks, Parts, State};

pub use model::CrostonModel;
pub use options::{CrostonVariant, Smoothing};

/// The most values that a block may have.
const LONGEST: usize = 1000;

/// Croston's method and its family, for series in which most values are 0.
///
/// # Method
///
/// Values above 0 are demands. With z the smoothed demand, p the smoothed number of places from one demand to the next,
/// both smoothed where there is demand, and d the smoothed indicator of demand, smoothed everywhere:
///
/// ```text
/// Classic  z / p                      SBA  (1 - β/2) z / p           SBJ  (1 - β/(2 - β)) z / p
/// TSB      d z
/// ADIDA    s_K / K                    IMAPA  Σ_{k <= K} s_k / (k K)
/// ```
///
/// where `s_k` is the smoothed sum of blocks of k values, the last of which ends with the series, and K is the mean number of
/// places from one demand to the next, rounded, halves to even. Smoothing is simple, `x ← x + α (new - x)`, and starts
/// with the first number; α is for demands and sums, β for intervals and probabilities. Before the first demand, 0 is
/// expected; before the first block, the mean of the values so far.
///
/// The forecast is the same for each step. No model lies behind these methods whose errors could be followed into the
/// future: [`innovations`](Model::innovations) are the errors one step ahead, and a future adds such errors to the
/// forecast, which does not learn from them. So the standard error is the root of the mean squared error one step
/// ahead at each step, and intervals are normal. That is rough: demand is never below 0, and seldom near its mean.
/// [`Conformal`](crate::Conformal) gives intervals from the errors themselves.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | [`variant`](Self::variant) | [`CrostonVariant::Classic`] | | |
/// | [`alpha`](Self::alpha) | `Set(0.1)` | `[0, 1]`, or [`Smoothing::Optimised`] | |
/// | [`beta`](Self::beta) | `Set(0.1)` | `[0, 1]`, or [`Smoothing::Optimised`] | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Croston, Model};
///
/// // Six at each third place.
/// let model = Croston::new().fit(&[0.0, 0.0, 6.0].repeat(5))?;
/// assert_eq!(model.forecast(2, &[])?.mean(), [2.0, 2.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Croston, J. D. (1972). Forecasting and stock control for intermittent demands. *Operational Research Quarterly*
/// 23(3), 289-303.
///
/// Syntetos, A. A., Boylan, J. E. (2005). The accuracy of intermittent demand estimates. *International Journal of
/// Forecasting* 21(2), 303-314.
///
/// Shale, E. A., Boylan, J. E., Johnston, F. R. (2006). Forecasting for intermittent demand: the estimation of an
/// unbiased average. *Journal of the Operational Research Society* 57(5), 588-592.
///
/// Teunter, R. H., Syntetos, A. A., Babai, M. Z. (2011). Intermittent demand: linking forecasting to inventory
/// obsolescence. *European Journal of Operational Research* 214(3), 606-615.
///
/// Nikolopoulos, K., Syntetos, A. A., Boylan, J. E., Petropoulos, F., Assimakopoulos, V. (2011). An
/// aggregate-disaggregate intermittent demand approach (ADIDA) to forecasting. *Journal of the Operational Research
/// Society* 62(3), 544-554.
///
/// Petropoulos, F., Kourentzes, N. (2015). Forecast combinations for intermittent demand. *Journal of the Operational
/// Research Society* 66(6), 914-924.
///
/// Shenstone, L., Hyndman, R. J. (2005). Stochastic models underlying Croston's method for intermittent demand
/// forecasting. *Journal of Forecasting* 24(6), 389-402.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Croston {
    variant: CrostonVariant,
    alpha: Smoothing,
    beta: Smoothing,
}

impl Default for Croston {
    fn default() -> Self {
        Self::new()
    }
}

impl Croston {
    /// Croston's own method, with weights of 0.1.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::Croston::new(), slo_forecast::Croston::default());
    /// ```
    pub const fn new() -> Self {
        Self { variant: CrostonVariant::Classic, alpha: Smoothing::Set(0.1), beta: Smoothing::Set(0.1) }
    }

    /// Which method of the family; the default is [`CrostonVariant::Classic`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Croston, CrostonVariant, Model};
    ///
    /// let model = Croston::new().variant(CrostonVariant::Sba).fit(&[0.0, 0.0, 6.0].repeat(5))?;
    /// assert_eq!(model.forecast(1, &[])?.mean(), [0.95 * 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn variant(mut self, variant: CrostonVariant) -> Self {
        self.variant = variant;
        self
    }

    /// How fast the size of demands, or the sums of blocks, are learnt; the default is `Smoothing::Set(0.1)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Croston, Model, Smoothing};
    ///
    /// // The last demand alone, over an interval of 2.
    /// let model = Croston::new().alpha(Smoothing::Set(1.0)).fit(&[0.0, 4.0, 0.0, 8.0])?;
    /// assert_eq!(model.forecast(1, &[])?.mean(), [4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: Smoothing) -> Self {
        self.alpha = alpha;
        self
    }

    /// How fast intervals, or the probability of demand, are learnt; the default is `Smoothing::Set(0.1)`.
    ///
    /// [`CrostonVariant::Adida`] and [`CrostonVariant::Imapa`] have neither.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Croston, Model, Smoothing};
    ///
    /// // A demand of 4, and the last interval alone.
    /// let model = Croston::new().beta(Smoothing::Set(1.0)).fit(&[4.0, 0.0, 0.0, 0.0, 4.0])?;
    /// assert_eq!(model.forecast(1, &[])?.mean(), [1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn beta(mut self, beta: Smoothing) -> Self {
        self.beta = beta;
        self
    }

    /// Variant, `alpha` and `beta` as they are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Croston, CrostonVariant, Smoothing};
    ///
    /// let settings = Croston::new().settings();
    /// assert_eq!(settings, (CrostonVariant::Classic, Smoothing::Set(0.1), Smoothing::Set(0.1)));
    /// ```
    pub const fn settings(&self) -> (CrostonVariant, Smoothing, Smoothing) {
        (self.variant, self.alpha, self.beta)
    }

    /// The model of a series, from two values on.
    ///
    /// Where there is no demand, 0 goes on for certain, and the report says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Croston, Model};
    ///
    /// let model = Croston::new().fit(&[0.0, 4.0, 0.0, 0.0])?;
    /// // Nothing is expected before the first demand, and a demand at each second place after it.
    /// assert_eq!((model.fitted(), model.residuals()), (&[0.0, 2.0, 2.0][..], &[4.0, -2.0, -2.0][..]));
    /// let never = Croston::new().fit(&[0.0; 5])?;
    /// assert_eq!((never.forecast(1, &[])?.mean(), never.report().warnings.len()), (&[0.0][..], 1));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a weight outside `[0, 1]` and for a value below 0; [`Error::TooShort`],
    /// [`Error::NonFinite`]; [`Error::LimitExceeded`] for blocks of more than 1,000 values; [`Error::OutOfRange`] where
    /// sums or squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<CrostonModel> {
        self.check()?;
        Fitted::check(values, 2)?;
        values.iter().try_for_each(|value| check_demand(*value))?;
        let (state, report) = self.prepare(values)?;
        let mut model = CrostonModel {
            method: *self,
            state,
            squares: 0.0,
            count: 0,
            history: Fitted::new(values, 1, Vec::new()),
            report,
        };
        let mut fitted = Vec::with_capacity(values.len() - 1);
        for (place, value) in values.iter().enumerate() {
            let expected = model.take(*value)?;
            if place > 0 {
                fitted.push(expected);
            }
        }
        model.history = Fitted::new(values, 1, fitted);
        Ok(model)
    }

    /// Refuses weights that are none.
    fn check(&self) -> Result<()> {
        self.alpha.check("alpha")?;
        self.beta.check("beta")
    }

    /// The state before the first value, with the weights that it takes, and how they were found.
    fn prepare(&self, values: &[f64]) -> Result<(State, FitReport)> {
        let demands: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        let mut places = Vec::with_capacity(demands.len());
        places.extend((1_u64..).zip(values).filter(|(_, value)| **value > 0.0).map(|(place, _)| place));
        let mut found = Vec::new();
        let state = match self.variant {
            CrostonVariant::Classic | CrostonVariant::Sba | CrostonVariant::Sbj => {
                let starts = std::iter::once(0).chain(places.iter().copied());
                let intervals: Vec<f64> =
                    places.iter().zip(starts).map(|(place, before)| (place - before) as f64).collect();
                State::Intervals(self.parts(&demands, &intervals, &mut found))
            }
            CrostonVariant::Tsb => {
                let indicators: Vec<f64> =
                    values.iter().map(|value| f64::from(u8::from(*value > 0.0))).collect();
                State::Probability(self.parts(&demands, &indicators, &mut found))
            }
            CrostonVariant::Adida | CrostonVariant::Imapa => {
                let longest = longest(&places)?;
                let shortest = if self.variant == CrostonVariant::Imapa { 1 } else { longest };
                let lengths: Vec<(usize, f64)> = (shortest..=longest)
                    .map(|length| {
                        let sums: Vec<f64> =
                            values.rchunks_exact(length).map(|block| block.iter().sum()).rev().collect();
                        let alpha = weight(self.alpha, &sums);
                        found.push(("alpha", alpha));
                        (length, alpha.weight)
                    })
                    .collect();
                State::Blocks(Blocks::new(&lengths))
            }
        };
        Ok((state, report(&found, demands.is_empty())))
    }

    fn parts(&self, demands: &[f64], other: &[f64], found: &mut Vec<(&'static str, Found)>) -> Parts {
        let (alpha, beta) = (weight(self.alpha, demands), weight(self.beta, other));
        found.extend([("alpha", alpha), ("beta", beta)]);
        Parts::new(alpha.weight, beta.weight)
    }
}

/// How many places there are from one demand to the next on average, rounded; 1 where there is no demand.
fn longest(places: &[u64]) -> Result<usize> {
    let Some(last) = places.last() else { return Ok(1) };
    let (count, limit) = (places.len() as u64, LONGEST as u64);
    let (whole, rest) = (last / count, last % count);
    let up = rest * 2 > count || (rest * 2 == count && whole % 2 == 1);
    let rounded = whole + u64::from(up);
    match usize::try_from(rounded) {
        Ok(length) if length <= LONGEST => Ok(length),
        _ => Err(Error::LimitExceeded { what: "values of a block", value: rounded, limit }),
    }
}

fn report(found: &[(&'static str, Found)], is_empty: bool) -> FitReport {
    let mut at_bounds: Vec<String> =
        found.iter().filter(|(_, found)| found.at_bound).map(|(name, _)| (*name).to_owned()).collect();
    at_bounds.dedup();
    let warnings =
        if is_empty { vec!["there is no demand: all values are 0".to_owned()] } else { Vec::new() };
    FitReport {
        converged: found.iter().all(|(_, found)| found.converged),
        iterations: found.iter().map(|(_, found)| found.evaluations).sum(),
        at_bounds,
        warnings,
    }
}

/// Refuses what is no demand.
fn check_demand(value: f64) -> Result<()> {
    if value < 0.0 { Err(Error::invalid("values", value, "must not be negative")) } else { Ok(()) }
}

/// Refuses a sum of squares, or of a block, that leaves the range of floats.
fn check_step(squares: f64, state: &State, value: f64) -> Result<f64> {
    if state.sum_with(value).is_finite() {
        return check_squares(squares);
    }
    Err(Error::out_of_range("the sum of a block"))
}

impl Forecaster for Croston {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}
