//! A fitted exponential smoothing model.

use slo_core::Result;

use super::criterion::ROUNDING;
use super::fit::Search;
use super::intervals::Fit;
use super::method::Ets;
use super::problem::{Solution, Start};
#[cfg(feature = "serde")]
use super::saved::Raw;
use super::spec::{EtsError, EtsSeason, EtsSpec};
use crate::fitted::{Fitted, check_next, check_squares, fitted_parts};
use crate::forecast::{Forecast, Law, check_horizon};
use crate::forecaster::{Model, Online};
use crate::likelihood::Likelihood;
use crate::recursion::{Coefficients, Scale, States, Tape, sum_of_squares};
use crate::report::FitReport;

/// The smoothing parameters of an exponential smoothing model, as gains of the error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EtsCoefficients {
    /// How much of an error the level takes.
    pub alpha: f64,
    /// How much of it the trend takes, if there is one.
    pub beta: Option<f64>,
    /// How much of it the season takes, if there is one.
    pub gamma: Option<f64>,
    /// What is left of the trend after a step, if it is damped.
    pub phi: Option<f64>,
}

/// Level, trend and season of an exponential smoothing model at one time.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EtsStates {
    /// The level.
    pub level: f64,
    /// The trend, a factor where it is multiplied; if there is one.
    pub trend: Option<f64>,
    /// The season, that of the next place first; empty if there is none.
    pub season: Vec<f64>,
}

/// An exponential smoothing model that was fitted by [`Ets`].
///
/// # Method
///
/// Forecasts have the exact mean and variance and are normal where level, trend and season are added or only error and
/// season are factors. For an error that is added to a seasonal factor, and for a trend that is a factor, there is no
/// closed form: the mean is what follows without errors, the intervals are those of 5,000 simulated futures, always the
/// same; see [`Intervals`](super::Intervals). The coefficients are taken as known. A missing value has a residual of 0 and
/// no innovation.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Ets, Model, Online};
///
/// let mut model = Ets::new("ANN".parse()?).alpha(0.5).fit(&[4.0, 4.0, 4.0, 6.0])?;
/// let before = model.forecast(1, &[])?.mean()[0];
/// model.update(before + 2.0)?;
/// assert!((model.forecast(1, &[])?.mean()[0] - (before + 1.0)).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct EtsModel {
    pub(super) method: Ets,
    pub(super) coefficients: Coefficients,
    pub(super) initial: States,
    pub(super) states: States,
    /// Of the errors in the model's own terms.
    pub(super) squares: f64,
    /// Places that have a value, of those counted.
    pub(super) seen: u64,
    pub(super) count: u64,
    pub(super) likelihood: Option<Likelihood>,
    pub(super) history: Fitted,
    /// The errors in the model's own terms, where they are not the residuals.
    pub(super) own: Option<Vec<f64>>,
    pub(super) report: FitReport,
}

impl EtsModel {
    /// The model at the end of a search, which saw the values in the unit of their size.
    pub(super) fn new(
        method: Ets,
        values: &[f64],
        shrunk: &[f64],
        scale: Scale,
        solution: Solution,
    ) -> Result<Self> {
        let Solution { coefficients, mut initial, minimum, at_bounds } = solution;
        let spec = method.spec();
        let mut states = initial.clone();
        let mut tape = Tape::new(method.recursion(), shrunk);
        method.recursion().forward(shrunk, &coefficients, &mut states, &mut tape);
        let exact = is_exact(&tape.errors);
        let fitted: Vec<f64> = tape.fitted.iter().map(|f| scale.grow(*f)).collect();
        let known: Vec<f64> =
            values.iter().zip(&fitted).map(|(y, f)| if y.is_nan() { *f } else { *y }).collect();
        let is_relative = spec.error == EtsError::Multiplicative;
        let errors: Vec<f64> = tape
            .errors
            .iter()
            .zip(&tape.fitted)
            .zip(values)
            .filter(|(_, y)| !y.is_nan())
            .map(|((e, f), _)| if is_relative { e / f } else { scale.unit * e })
            .collect();
        let seen = errors.len() as u64;
        let squares = check_squares(sum_of_squares(&errors))?;
        let own = (is_relative || errors.len() < values.len()).then_some(errors);
        for states in [&mut initial, &mut states] {
            scale.grow_states(method.recursion(), states)?;
        }
        let n = seen as f64;
        let likelihood = (!exact).then(|| Likelihood {
            log_likelihood: -0.5 * minimum.value - n * scale.unit.ln(),
            parameters: method.parameters() as u64,
            observations: seen,
        });
        let mut report = FitReport::closed_form();
        report.converged = minimum.converged || exact;
        report.iterations = minimum.iterations;
        report.at_bounds = at_bounds.into_iter().map(str::to_owned).collect();
        if exact {
            report.warnings.push("the errors are rounding only: any likelihood can be exceeded".to_owned());
        } else if !minimum.converged {
            report.warnings.push("the search ended before the likelihood stopped to grow".to_owned());
        }
        let count = values.len() as u64;
        let history = Fitted::new(&known, 0, fitted);
        Ok(Self {
            method,
            coefficients,
            initial,
            states,
            squares,
            seen,
            count,
            likelihood,
            history,
            own,
            report,
        })
    }

    /// The model of a series whose values are all the same.
    pub(super) fn constant(method: Ets, values: &[f64]) -> Self {
        let spec = method.spec();
        let level = values.iter().copied().find(|y| !y.is_nan()).unwrap_or(0.0);
        let neutral = |is_factor: bool| if is_factor { 1.0 } else { 0.0 };
        let initial = States {
            level,
            trend: neutral(spec.trend.is_multiplicative()),
            season: vec![neutral(spec.season == EtsSeason::Multiplicative); method.places()],
            next: 0,
        };
        let mut states = initial.clone();
        states.next = values.len().checked_rem(method.places()).unwrap_or(0);
        let seen = values.iter().filter(|y| !y.is_nan()).count();
        let own = (seen < values.len() || spec.error == EtsError::Multiplicative).then(|| vec![0.0; seen]);
        let mut report = FitReport::closed_form();
        report.warnings.push("all values are the same: the coefficients mean nothing".to_owned());
        let whole = vec![level; values.len()];
        Self {
            method,
            coefficients: method.coefficients_of_a_constant(),
            initial,
            states,
            squares: 0.0,
            seen: seen as u64,
            count: values.len() as u64,
            likelihood: None,
            history: Fitted::new(&whole, 0, whole.clone()),
            own,
            report,
        }
    }

    /// Which of the thirty models it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let model = Ets::new("ANN".parse()?).fit(&[3.0, 5.0, 4.0, 6.0])?;
    /// assert_eq!(model.spec().to_string(), "ANN");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn spec(&self) -> EtsSpec {
        self.method.spec()
    }

    /// The smoothing parameters.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// let model = Ets::new("ANN".parse()?).alpha(0.5).fit(&[3.0, 5.0, 4.0, 6.0])?;
    /// assert_eq!((model.coefficients().alpha, model.coefficients().beta), (0.5, None));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn coefficients(&self) -> EtsCoefficients {
        let Coefficients { alpha, beta, gamma, phi } = self.coefficients;
        let spec = self.spec();
        EtsCoefficients {
            alpha,
            beta: spec.trend.exists().then_some(beta),
            gamma: spec.is_seasonal().then_some(gamma),
            phi: spec.trend.is_damped().then_some(phi),
        }
    }

    /// The states before the first value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// // Without any smoothing the best level is the mean.
    /// let model = Ets::new("ANN".parse()?).alpha(0.0).fit(&[3.0, 5.0, 4.0, 6.0])?;
    /// assert!((model.initial().level - 4.5).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn initial(&self) -> EtsStates {
        self.view(&self.initial)
    }

    /// The states after the last value that it knows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ets;
    ///
    /// // All of each error goes into the level.
    /// let model = Ets::new("ANN".parse()?).alpha(1.0).fit(&[3.0, 5.0, 4.0, 6.0])?;
    /// assert_eq!(model.states().level, 6.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn states(&self) -> EtsStates {
        self.view(&self.states)
    }

    fn view(&self, states: &States) -> EtsStates {
        let season =
            states.season.iter().cycle().skip(states.next).take(states.season.len()).copied().collect();
        EtsStates { level: states.level, trend: self.spec().trend.exists().then_some(states.trend), season }
    }

    /// The logarithm of the normal likelihood with its constants, as statsmodels states it; None where the errors are
    /// rounding only.
    ///
    /// ```text
    /// ln L - n/2 (ln(2π/n) + 1)      with ln L as R's package forecast and `likelihood` state it
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ets, Model};
    ///
    /// // About the mean 4.5 the squares are 5: -4/2 (ln(2π 5/4) + 1).
    /// let model = Ets::new("ANN".parse()?).alpha(0.0).fit(&[3.0, 5.0, 4.0, 6.0])?;
    /// let expected = -2.0 * ((2.0 * std::f64::consts::PI * 1.25).ln() + 1.0);
    /// assert!((model.gaussian_log_likelihood().unwrap_or(0.0) - expected).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn gaussian_log_likelihood(&self) -> Option<f64> {
        self.likelihood.map(|likelihood| {
            let n = likelihood.observations as f64;
            likelihood.log_likelihood - 0.5 * n * ((std::f64::consts::TAU / n).ln() + 1.0)
        })
    }

    /// The model of another series, its search set out from this one's coefficients.
    ///
    /// That is faster than [`Ets::fit`], and meant for the same series with more values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ets, Model};
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 5.0, 8.0];
    /// let longer = Ets::new("ANN".parse()?).fit(&values[..6])?.refit(&values)?;
    /// assert_eq!(longer.observations(), 8);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As those of [`Ets::fit`].
    pub fn refit(&self, values: &[f64]) -> Result<Self> {
        self.method.search(values, Search::From(self.place()))
    }

    /// Where the search that found it ended.
    pub(super) fn place(&self) -> Start {
        Start { coefficients: self.coefficients, states: self.initial.clone() }
    }

    /// The method that found it.
    pub(crate) const fn method(&self) -> &Ets {
        &self.method
    }

    fn variance(&self) -> f64 {
        let estimated = self.method.parameters() as u64 - 1;
        self.squares / self.seen.saturating_sub(estimated).max(1) as f64
    }
}

impl Model for EtsModel {
    fitted_parts!("Ets");

    fn observations(&self) -> u64 {
        self.count
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        if self.variance() == 0.0 {
            // Without errors there is but one future.
            check_horizon(horizon)?;
            let mut path = vec![0.0; horizon];
            self.path(&vec![0.0; horizon], &mut path);
            let mean = |step: usize| path.get(step - 1).copied().unwrap_or(f64::NAN);
            return Forecast::new(horizon, Law::Normal, levels, |step| (mean(step), 0.0));
        }
        let fit = Fit {
            spec: self.spec(),
            coefficients: &self.coefficients,
            states: &self.states,
            sigma2: self.variance(),
        };
        fit.forecast(self, self.method.chosen_intervals(), horizon, levels)
    }

    /// None where a value is missing.
    fn innovations(&self) -> &[f64] {
        self.own.as_deref().unwrap_or_else(|| self.history.residuals())
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let error = self.spec().error;
        self.method.recursion().path(error, &self.coefficients, &self.states, innovations, path);
    }

    /// `√(Σ e² / (n - k + 1))` with `k` as in [`likelihood`](Self::likelihood).
    fn sigma(&self) -> f64 {
        self.variance().sqrt()
    }

    /// On the scale of R's package forecast, see [`Ets`]; None where the errors are rounding only.
    fn likelihood(&self) -> Option<Likelihood> {
        self.likelihood
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let EtsCoefficients { alpha, beta, gamma, phi } = self.coefficients();
        let EtsStates { level, trend, .. } = self.initial();
        let named = [
            ("alpha", Some(alpha)),
            ("beta", beta),
            ("gamma", gamma),
            ("phi", phi),
            ("level", Some(level)),
            ("trend", trend),
        ];
        named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn report(&self) -> &FitReport {
        &self.report
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        Some(self)
    }
}

impl Online for EtsModel {
    fn update(&mut self, value: f64) -> Result<()> {
        let recursion = self.method.recursion();
        if value.is_nan() && self.method.missing_is_skipped() {
            recursion.step(&self.coefficients, &mut self.states, None);
            self.count += 1;
            return Ok(());
        }
        check_next(self.count, value)?;
        self.method.check_positive(usize::try_from(self.count).unwrap_or(usize::MAX), value)?;
        let ahead = recursion.ahead(self.coefficients.phi, &self.states);
        let error = match self.spec().error {
            EtsError::Additive => value - ahead,
            EtsError::Multiplicative => (value - ahead) / ahead,
        };
        let squares = check_squares(self.squares + error * error)?;
        let spec = self.spec();
        recursion.step_within(&self.coefficients, &mut self.states, value, |states, place| {
            hold(spec, states, place)
        })?;
        (self.squares, self.seen, self.count) = (squares, self.seen + 1, self.count + 1);
        Ok(())
    }
}

/// Whether states are numbers, and positive where they are factors, of the season only the one at `place`.
pub(super) fn hold(spec: EtsSpec, States { level, trend, season, .. }: &States, place: usize) -> bool {
    let is_factor = spec.season == EtsSeason::Multiplicative;
    let positive = |value: f64, is_factor: bool| value.is_finite() && (value > 0.0 || !is_factor);
    positive(*level, spec.trend.is_multiplicative())
        && positive(*trend, spec.trend.is_multiplicative())
        && season.get(place).is_none_or(|s| positive(*s, is_factor))
}

/// Whether errors of values of size 1 are rounding only: a hundred times the floor that the criterion works with.
fn is_exact(errors: &[f64]) -> bool {
    sum_of_squares(errors) <= 1e2 * ROUNDING * errors.len() as f64
}
