//! A fitted Holt-Winters model.

use slo_core::{Error, Result};

use super::fit::{Found, NAMES, Problem, Work};
use super::{Convention, HoltWinters, Initial};
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares, fitted_parts};
use crate::forecast::Forecast;
use crate::forecaster::{Model, Online};
use crate::recursion::{Coefficients, Recursion, Scale, States};
use crate::report::FitReport;

/// A level, trend and season that were fitted by [`HoltWinters`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{HoltWinters, Initial, Model, Online};
///
/// let mut model = HoltWinters::simple().alpha(0.5)?.initial(Initial::Simple).fit(&[4.0, 10.0])?;
/// assert_eq!((model.level(), model.sum_of_squares()), (7.0, 36.0));
/// model.update(5.0)?;
/// assert_eq!((model.level(), model.sum_of_squares()), (6.0, 40.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct HoltWintersModel {
    pub(super) method: HoltWinters,
    /// Alpha, beta, gamma and phi as the convention has them.
    pub(super) parameters: [f64; 4],
    /// The states before the first fitted place.
    pub(super) initial: States,
    pub(super) states: States,
    sum: f64,
    squares: f64,
    count: u64,
    history: Fitted,
    report: FitReport,
}

impl HoltWintersModel {
    pub(super) fn new(
        method: HoltWinters,
        values: &[f64],
        scale: Scale,
        problem: &Problem<'_>,
        found: Found,
        mut work: Work,
    ) -> Result<Self> {
        let recursion = problem.recursion;
        let Found { parameters, start: mut initial, converged, iterations, at_bounds } = found;
        if problem.states {
            normalise(&mut initial, recursion);
        }
        let squares = problem.squares(parameters, &initial, &mut work);
        let Work { tape, mut states, .. } = work;
        let expected: Vec<f64> = tape.fitted.iter().map(|f| scale.grow(*f)).collect();
        // The root is taken first: the square of a unit may leave the range where the sum is 0.
        let root = scale.unit * squares.sqrt();
        let squares = check_squares(root * root)?;
        for states in [&mut initial, &mut states] {
            scale.grow_states(recursion, states)?;
        }
        let history = Fitted::new(values, method.first(), expected);
        if !history.residuals().iter().all(|residual| residual.is_finite()) {
            return Err(Error::out_of_range("the error of a fitted value"));
        }
        let sum = history.residuals().iter().sum();
        let mut report = FitReport::closed_form();
        report.converged = converged;
        report.iterations = iterations;
        report.at_bounds = at_bounds.iter().map(ToString::to_string).collect();
        if !converged {
            report.warnings.push("the search ended before the sum of squares stopped falling".to_owned());
        }
        Ok(Self {
            method,
            parameters,
            initial,
            states,
            sum,
            squares,
            count: values.len() as u64,
            history,
            report,
        })
    }

    /// The sum of the squared errors one step ahead, those of further values included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial};
    ///
    /// let model = HoltWinters::simple().alpha(0.5)?.initial(Initial::Simple).fit(&[4.0, 10.0])?;
    /// assert_eq!(model.sum_of_squares(), 36.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn sum_of_squares(&self) -> f64 {
        self.squares
    }

    /// The level after the last value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial};
    ///
    /// let model = HoltWinters::simple().alpha(0.5)?.initial(Initial::Simple).fit(&[4.0, 10.0])?;
    /// assert_eq!(model.level(), 7.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn level(&self) -> f64 {
        self.states.level
    }

    /// The trend after the last value: 0 where there is none, a factor where it is multiplicative.
    ///
    /// # Examples
    ///
    /// ```
    /// let model = slo_forecast::HoltWinters::holt().fit(&[1.0, 3.0, 5.0, 7.0, 9.0])?;
    /// assert!((model.trend() - 2.0).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn trend(&self) -> f64 {
        self.states.trend
    }

    /// The season of the next places, in their order; empty where there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let model = slo_forecast::HoltWinters::new(2)?.fit(&[1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0])?;
    /// // What comes next is high.
    /// assert!((model.season()[0] - 1.0).abs() < 1e-12 && (model.season()[1] + 1.0).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn season(&self) -> Vec<f64> {
        let (before, after) = self.states.season.split_at(self.states.next.min(self.states.season.len()));
        after.iter().chain(before).copied().collect()
    }

    /// Level, trend and season before the first fitted place, as [`Initial::Given`] takes them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 7.0, 5.0, 8.0];
    /// let model = HoltWinters::holt().fit(&values)?;
    /// let again = HoltWinters::holt().initial(model.initial()).fit(&values)?;
    /// assert!((again.sum_of_squares() / model.sum_of_squares() - 1.0).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn initial(&self) -> Initial {
        let States { level, trend, ref season, .. } = self.initial;
        Initial::Given { level, trend, season: season.clone() }
    }

    /// The model of another series by the same method, the search starting where this one ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Model};
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 7.0, 5.0, 8.0, 9.0];
    /// let model = HoltWinters::simple().fit(&values[..7])?;
    /// assert_eq!(model.refit(&values)?.observations(), 8);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`HoltWinters::fit`].
    pub fn refit(&self, values: &[f64]) -> Result<Self> {
        self.method.fit_from(values, Some(self))
    }

    pub(super) fn coefficients(&self) -> Coefficients {
        self.method.convention.gains(self.parameters, self.method.recursion())
    }

    /// How many errors there are.
    fn errors(&self) -> u64 {
        self.count - self.history.first() as u64
    }

    /// The variance of the errors one step ahead.
    pub(super) fn variance(&self) -> f64 {
        let errors = self.errors() as f64;
        if self.method.convention == Convention::R {
            return (self.squares - self.sum * self.sum / errors).max(0.0) / (errors - 1.0);
        }
        self.squares / (errors - self.method.estimated() as f64)
    }
}

impl HoltWinters {
    /// How many numbers are estimated.
    fn estimated(&self) -> usize {
        let parameters = self.effective().iter().filter(|fixed| fixed.is_none()).count();
        let states = match self.initial_or_default() {
            Initial::Estimated => 1 + usize::from(self.trend.exists()) + self.places().saturating_sub(1),
            _ => 0,
        };
        parameters + states
    }
}

/// Moves the mean of the season into level and trend, which changes no expectation: unless the level is multiplied by
/// its trend and the season added, where it would.
fn normalise(start: &mut States, recursion: Recursion) {
    if start.season.is_empty() {
        return;
    }
    let mean = start.season.iter().sum::<f64>() / start.season.len() as f64;
    if recursion.has_factor_season() {
        start.level *= mean;
        if !recursion.trend.is_multiplicative() {
            start.trend *= mean;
        }
        start.season.iter_mut().for_each(|s| *s /= mean);
    } else if !recursion.trend.is_multiplicative() {
        start.level += mean;
        start.season.iter_mut().for_each(|s| *s -= mean);
    }
}

impl Model for HoltWintersModel {
    fitted_parts!("HoltWinters");

    fn observations(&self) -> u64 {
        self.count
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        self.ahead(horizon, levels)
    }

    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.follow(innovations, path);
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let Recursion { trend, .. } = self.method.recursion();
        let exists = [true, trend.exists(), self.method.places() > 0, trend.is_damped()];
        let all = NAMES.into_iter().zip(self.parameters).zip(exists);
        all.filter_map(|(parameter, exists)| exists.then_some(parameter)).collect()
    }

    fn report(&self) -> &FitReport {
        &self.report
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        Some(self)
    }
}

impl Online for HoltWintersModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        let recursion = self.method.recursion();
        if value <= 0.0 && recursion.has_factor() {
            let reason = "must be positive where trend or season is a factor";
            return Err(Error::invalid("values", value, reason));
        }
        let coefficients = self.coefficients();
        let error = value - recursion.ahead(coefficients.phi, &self.states);
        let squares = check_squares(self.squares + error * error)?;
        recursion.step_within(&coefficients, &mut self.states, value, |states, place| {
            let moved = states.season.get(place).copied().unwrap_or_default();
            states.level.is_finite() && states.trend.is_finite() && moved.is_finite()
        })?;
        (self.squares, self.sum, self.count) = (squares, self.sum + error, self.count + 1);
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    method: HoltWinters,
    parameters: [f64; 4],
    initial: Start,
    states: States,
    sum: f64,
    squares: f64,
    count: u64,
    history: Fitted,
    report: FitReport,
}

/// The first states and the place that they belong to.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Start {
    first: usize,
    level: f64,
    trend: f64,
    season: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<HoltWintersModel> for Raw {
    fn from(model: HoltWintersModel) -> Self {
        let HoltWintersModel { method, parameters, initial, states, sum, squares, count, history, report } =
            model;
        let States { level, trend, season, .. } = initial;
        let initial = Start { first: history.first(), level, trend, season };
        Self { method, parameters, initial, states, sum, squares, count, history, report }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for HoltWintersModel {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { method, parameters, initial, states, sum, squares, count, history, report } = raw;
        check_state(parameters.iter().all(|p| (0.0..=1.0).contains(p)), "a parameter lies outside [0, 1]")?;
        check_state(parameters[3] > 0.0, "phi is 0")?;
        let Start { first, level, trend, season } = initial;
        check_state(first == history.first(), "its first states are those of another place")?;
        let initial = States { level, trend, season, next: 0 };
        for states in [&initial, &states] {
            check_state(
                states.holds() && states.season.len() == method.places(),
                "a state is no number, or the season no period",
            )?;
        }
        let positive = !method.trend.is_multiplicative() || states.trend > 0.0;
        check_state(positive, "a trend that is a factor is not positive")?;
        check_state(squares.is_finite() && squares >= 0.0 && sum.is_finite(), "a sum is no sum of squares")?;
        let known = count.checked_sub(history.first() as u64);
        let needed = if method.convention == Convention::R { 1 } else { method.estimated() as u64 };
        check_state(
            known.is_some_and(|known| known > needed),
            "it knows fewer values than it estimated numbers",
        )?;
        Ok(Self { method, parameters, initial, states, sum, squares, count, history, report })
    }
}
