//! A fitted Holt-Winters model.

use slo_core::{Error, Result};

use super::fit::{Found, NAMES, Problem};
use super::kernel::{Parts, Season, Trend, Work};
use super::start::States as Initial;
use super::{Convention, HoltWinters, Unit};
use crate::ets::{Coefficients, EtsSeason, States};
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares};
use crate::forecast::Forecast;
use crate::forecaster::{Model, Online};
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
    pub(super) initial: Initial,
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
        unit: &Unit,
        problem: &Problem<'_>,
        found: Found,
    ) -> Result<Self> {
        let parts = problem.parts;
        let Found { parameters, mut start, converged, iterations, at_bounds } = found;
        if problem.states {
            normalise(&mut start, parts);
        }
        let mut work = Work::of(problem, &start);
        let squares = problem.squares(parameters, &start, &mut work);
        let expected: Vec<f64> = work.expected(parts).iter().map(|f| unit.outwards(*f)).collect();
        // The root is taken first: the square of a unit may leave the range where the sum is 0.
        let root = unit.size * squares.sqrt();
        let squares = check_squares(root * root)?;
        let initial = unit.start_outwards(&start, parts);
        let last = Initial { first: 0, level: work.level, trend: work.slope, season: work.season };
        let Initial { level, trend, season, .. } = unit.start_outwards(&last, parts);
        let next = if season.is_empty() { 0 } else { (values.len() - start.first) % season.len() };
        let states = States { level, trend, season, next };
        check_states(&states)?;
        let history = Fitted::new(values, start.first, expected);
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

    /// Level, trend and season before the first fitted place, as [`Initial::Given`](super::Initial::Given) takes them.
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
    pub fn initial(&self) -> super::Initial {
        let Initial { level, trend, ref season, .. } = self.initial;
        super::Initial::Given { level, trend, season: season.clone() }
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
        self.method.convention.gains(self.parameters, self.method.parts())
    }

    /// How many errors there are.
    fn errors(&self) -> u64 {
        self.count - self.initial.first as u64
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
            super::Initial::Estimated => {
                let season = if matches!(self.season, EtsSeason::None) { 0 } else { self.period - 1 };
                1 + usize::from(self.trend.exists()) + season
            }
            _ => 0,
        };
        parameters + states
    }
}

/// Moves the mean of the season into level and trend, which changes no expectation: unless the level is multiplied by
/// its trend and the season added, where it would.
fn normalise(start: &mut Initial, parts: Parts) {
    if start.season.is_empty() {
        return;
    }
    let mean = start.season.iter().sum::<f64>() / start.season.len() as f64;
    if parts.season_is_factor() {
        start.level *= mean;
        if parts.trend == Trend::Additive {
            start.trend *= mean;
        }
        start.season.iter_mut().for_each(|s| *s /= mean);
    } else if parts.trend != Trend::Multiplicative {
        start.level += mean;
        start.season.iter_mut().for_each(|s| *s -= mean);
    }
}

fn check_states(states: &States) -> Result<()> {
    let finite =
        states.level.is_finite() && states.trend.is_finite() && states.season.iter().all(|s| s.is_finite());
    if finite { Ok(()) } else { Err(Error::out_of_range("the level, trend or season")) }
}

/// What is expected of the next place.
fn expected(states: &States, phi: f64, parts: Parts) -> (f64, f64) {
    let base = match parts.trend {
        Trend::None => states.level,
        Trend::Additive => states.level + phi * states.trend,
        Trend::Multiplicative => states.level * states.trend.powf(phi),
    };
    let season = states.season.get(states.next).copied();
    let expected = match (parts.season, season) {
        (Season::Multiplicative | Season::MultiplicativeNewLevel, Some(s)) => base * s,
        (_, s) => base + s.unwrap_or(0.0),
    };
    (base, expected)
}

/// The states after the next value; its phase is the only one whose season changes.
fn advance(states: &mut States, value: f64, coefficients: Coefficients, parts: Parts) {
    let Coefficients { alpha, beta, gamma, phi } = coefficients;
    let (base, _) = expected(states, phi, parts);
    let factor = parts.season_is_factor();
    let season = states.season.get(states.next).copied().unwrap_or(0.0);
    let gap = if factor { value / season } else { value - season } - base;
    let level = base + alpha * gap;
    states.trend = match parts.trend {
        Trend::None => states.trend,
        Trend::Additive => phi * states.trend + beta * gap,
        Trend::Multiplicative => states.trend.powf(phi) + beta * gap / states.level,
    };
    states.level = level;
    if let Some(s) = states.season.get_mut(states.next) {
        *s += gamma
            * match parts.season {
                Season::None | Season::Additive => gap,
                Season::Multiplicative => value / base - *s,
                Season::MultiplicativeNewLevel => value / level - *s,
            };
        states.next = if states.next + 1 == states.season.len() { 0 } else { states.next + 1 };
    }
}

impl Model for HoltWintersModel {
    fn name(&self) -> &'static str {
        "HoltWinters"
    }

    fn observations(&self) -> u64 {
        self.count
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        self.ahead(horizon, levels)
    }

    fn first_fitted(&self) -> usize {
        self.history.first()
    }

    fn fitted(&self) -> &[f64] {
        self.history.values()
    }

    fn residuals(&self) -> &[f64] {
        self.history.residuals()
    }

    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.follow(innovations, path);
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let parts = self.method.parts();
        let exists = [true, parts.trend != Trend::None, parts.is_seasonal(), self.method.is_damped()];
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
        let parts = self.method.parts();
        if value <= 0.0 && (parts.season_is_factor() || parts.trend == Trend::Multiplicative) {
            let reason = "must be positive where trend or season is a factor";
            return Err(Error::invalid("values", value, reason));
        }
        let coefficients = self.coefficients();
        let (_, mean) = expected(&self.states, coefficients.phi, parts);
        let error = value - mean;
        let squares = check_squares(self.squares + error * error)?;
        let before = (self.states.level, self.states.trend, self.states.next);
        let season = self.states.season.get(before.2).copied();
        advance(&mut self.states, value, coefficients, parts);
        let moved = self.states.season.get(before.2).copied().unwrap_or(0.0);
        if !(self.states.level.is_finite() && self.states.trend.is_finite() && moved.is_finite()) {
            (self.states.level, self.states.trend, self.states.next) = before;
            if let (Some(place), Some(season)) = (self.states.season.get_mut(before.2), season) {
                *place = season;
            }
            return Err(Error::out_of_range("the level, trend or season"));
        }
        (self.squares, self.sum, self.count) = (squares, self.sum + error, self.count + 1);
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    method: HoltWinters,
    parameters: [f64; 4],
    initial: Initial,
    states: States,
    sum: f64,
    squares: f64,
    count: u64,
    history: Fitted,
    report: FitReport,
}

#[cfg(feature = "serde")]
impl From<HoltWintersModel> for Raw {
    fn from(model: HoltWintersModel) -> Self {
        let HoltWintersModel { method, parameters, initial, states, sum, squares, count, history, report } =
            model;
        Self { method, parameters, initial, states, sum, squares, count, history, report }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for HoltWintersModel {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { method, parameters, initial, states, sum, squares, count, history, report } = raw;
        let period = if matches!(method.season, EtsSeason::None) { 0 } else { method.period };
        let parts = method.parts();
        check_state(parameters.iter().all(|p| (0.0..=1.0).contains(p)), "a parameter lies outside [0, 1]")?;
        check_state(parameters[3] > 0.0, "phi is 0")?;
        check_state(
            states.holds() && states.season.len() == period,
            "a state is no number, or the season no period",
        )?;
        let first = [initial.level, initial.trend];
        let finite = first.iter().chain(&initial.season).all(|state| state.is_finite());
        check_state(
            finite && initial.season.len() == period,
            "a first state is no number, or the season no period",
        )?;
        let trend_is_factor = parts.trend == Trend::Multiplicative;
        check_state(!trend_is_factor || states.trend > 0.0, "a trend that is a factor is not positive")?;
        check_state(squares.is_finite() && squares >= 0.0 && sum.is_finite(), "a sum is no sum of squares")?;
        let known = count.checked_sub(initial.first as u64);
        let needed = if method.convention == Convention::R { 1 } else { method.estimated() as u64 };
        check_state(
            known.is_some_and(|known| known > needed),
            "it knows fewer values than it estimated numbers",
        )?;
        Ok(Self { method, parameters, initial, states, sum, squares, count, history, report })
    }
}
