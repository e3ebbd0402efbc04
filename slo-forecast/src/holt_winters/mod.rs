//! Level, trend and season that follow the values: simple, Holt's and Holt-Winters' exponential smoothing.

mod check;
#[cfg(test)]
mod damping_tests;
#[cfg(test)]
mod exact_tests;
mod fit;
mod intervals;
mod model;
mod options;
mod start;

pub use model::HoltWintersModel;
pub use options::{Convention, Initial};

use slo_core::{Error, Result};

use crate::ets::{EtsSeason, EtsTrend, Intervals};
use crate::fitted::Fitted;
use crate::forecaster::{Forecaster, Model};
use crate::recursion::{Scale, States};
#[cfg(feature = "serde")]
use check::Raw;
use fit::{Found, NAMES, Problem, Work};

/// Exponential smoothing by the least sum of squares: level, trend and season follow the values, each at its own pace.
///
/// # Method
///
/// With the level `l`, the trend `b`, the season `s` of the place and `∘` for `+` or `·`, a value is expected to be
///
/// ```text
/// f = q ∘ s,   q = l,   l + φ b   or   l b^φ
/// ```
///
/// and its error `e = y - f` moves the states, `l' = q + α (y ∘⁻¹ s - q)` and the trend and season as [`Convention`]
/// says. What is not fixed of `α`, `β`, `γ`, `φ` and, by default, of the first states is found where `Σ e²` is least: by
/// a quasi-Newton method with the exact gradient of all of them, from several starts, of which the best goes on.
///
/// Errors are taken as independent, normal and of one size. With additive parts the normal law of the forecast is exact
/// for given parameters; where trend or season is a factor there is no closed form, and intervals are those of simulated
/// futures, always the same. The mean is what follows without errors. [`Intervals`] tells the choices; the analytic ones
/// of a factor are those of the recursion linearised about its forecast.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | >= 2 | places |
/// | [`trend`](Self::trend) | additive | [`EtsTrend`] | |
/// | [`season`](Self::season) | additive | [`EtsSeason`] | |
/// | [`convention`](Self::convention) | [`Convention::Statsmodels`] | [`Convention`] | |
/// | [`initial`](Self::initial) | as the convention has it | [`Initial`] | |
/// | [`alpha`](Self::alpha), [`beta`](Self::beta), [`gamma`](Self::gamma) | sought | `[0, 1]` | |
/// | [`phi`](Self::phi) | sought, where the trend is damped | `(0, 1]` | |
/// | [`intervals`](Self::intervals) | analytic without factors, else simulated | [`Intervals`] | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{HoltWinters, Model};
///
/// // A line with a season of 3, -1, -2: nothing is left to be explained.
/// let values: Vec<f64> = (0..40).map(|t| 10.0 + 0.5 * f64::from(t) + [3.0, -1.0, -2.0][t as usize % 3]).collect();
/// let forecast = HoltWinters::new(3)?.fit(&values)?.forecast(2, &[])?;
/// // Places 40 and 41 have phases 1 and 2: 30 - 1 and 30.5 - 2.
/// assert!((forecast.mean()[0] - 29.0).abs() < 1e-9);
/// assert!((forecast.mean()[1] - 28.5).abs() < 1e-9);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Holt, C. C. (1957). Forecasting seasonals and trends by exponentially weighted moving averages. Reprinted in
/// *International Journal of Forecasting* 20(1), 5-10 (2004).
///
/// Winters, P. R. (1960). Forecasting sales by exponentially weighted moving averages. *Management Science* 6(3),
/// 324-342.
///
/// Hyndman, R. J., Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008). *Forecasting with Exponential Smoothing: The
/// State Space Approach*, chapter 2 and section 2.6. Springer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct HoltWinters {
    period: usize,
    trend: EtsTrend,
    season: EtsSeason,
    convention: Convention,
    initial: Option<Initial>,
    fixed: [Option<f64>; 4],
    intervals: Option<Intervals>,
}

impl HoltWinters {
    /// Holt-Winters' method with additive trend and season, for seasons of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::HoltWinters::new(24)?.period(), 24);
    /// assert!(slo_forecast::HoltWinters::new(1).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] below a period of 2.
    pub fn new(period: usize) -> Result<Self> {
        if period < 2 {
            return Err(Error::invalid("period", period, "must be at least 2"));
        }
        Ok(Self { period, season: EtsSeason::Additive, ..Self::holt() })
    }

    /// Simple exponential smoothing: a level alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// let start = Initial::Given { level: 8.0, trend: 0.0, season: Vec::new() };
    /// let model = HoltWinters::simple().alpha(0.5)?.initial(start).fit(&[4.0, 10.0])?;
    /// // 8, then halfway to 4, then halfway to 10.
    /// assert_eq!(model.fitted(), [8.0, 6.0]);
    /// assert_eq!(model.forecast(2, &[])?.mean(), [8.0, 8.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn simple() -> Self {
        Self::holt().trend(EtsTrend::None)
    }

    /// Holt's method: a level and an additive trend.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Model};
    ///
    /// let line: Vec<f64> = (0..20).map(|t| 3.0 + 2.0 * f64::from(t)).collect();
    /// let next = HoltWinters::holt().fit(&line)?.forecast(1, &[])?;
    /// assert!((next.mean()[0] - 43.0).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn holt() -> Self {
        Self {
            period: 1,
            trend: EtsTrend::Additive,
            season: EtsSeason::None,
            convention: Convention::Statsmodels,
            initial: None,
            fixed: [None; 4],
            intervals: None,
        }
    }

    /// Holt's method with a trend that fades.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// let start = Initial::Given { level: 0.0, trend: 1.0, season: Vec::new() };
    /// let method = HoltWinters::damped().alpha(0.5)?.beta(0.1)?.phi(0.9)?.initial(start);
    /// // The value is as expected, so level and trend are 0.9; then 0.81 and 0.729 more.
    /// let forecast = method.fit(&[0.9])?.forecast(2, &[])?;
    /// assert!((forecast.mean()[0] - 1.71).abs() < 1e-15);
    /// assert!((forecast.mean()[1] - 2.439).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn damped() -> Self {
        Self::holt().trend(EtsTrend::AdditiveDamped)
    }

    /// How the trend goes on; additive unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{EtsTrend, HoltWinters, Model};
    ///
    /// let doubling = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];
    /// let next = HoltWinters::holt().trend(EtsTrend::Multiplicative).fit(&doubling)?.forecast(1, &[])?;
    /// assert!((next.mean()[0] / 2048.0 - 1.0).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn trend(mut self, trend: EtsTrend) -> Self {
        self.trend = trend;
        self
    }

    /// How the season enters; additive unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{EtsSeason, HoltWinters, Model};
    ///
    /// // Each second value is twice the line.
    /// let values: Vec<f64> = (0..30).map(|t| f64::from(10 + t) * f64::from(1 + t % 2)).collect();
    /// let next = HoltWinters::new(2)?.season(EtsSeason::Multiplicative).fit(&values)?.forecast(2, &[])?;
    /// assert!((next.mean()[0] - 40.0).abs() < 1e-5 && (next.mean()[1] - 82.0).abs() < 1e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn season(mut self, season: EtsSeason) -> Self {
        self.season = season;
        self
    }

    /// Whose meaning the parameters have; that of statsmodels unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Convention, HoltWinters, Model};
    ///
    /// // R starts Holt's method from the first two values, and forecasts from the third on.
    /// let model = HoltWinters::holt().convention(Convention::R).fit(&[1.0, 2.0, 4.0, 5.0])?;
    /// assert_eq!((model.first_fitted(), model.fitted()[0]), (2, 3.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn convention(mut self, convention: Convention) -> Self {
        self.convention = convention;
        self
    }

    /// Where level, trend and season begin; as the convention has it unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// let model = HoltWinters::simple().initial(Initial::Simple).fit(&[4.0, 10.0, 6.0])?;
    /// assert_eq!(model.fitted()[0], 4.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn initial(mut self, initial: Initial) -> Self {
        self.initial = Some(initial);
        self
    }

    /// Fixes how much of an error the level takes; sought unless fixed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// // A level that takes all is the last value.
    /// let model = HoltWinters::simple().alpha(1.0)?.initial(Initial::Simple).fit(&[4.0, 10.0])?;
    /// assert_eq!(model.forecast(1, &[])?.mean(), [10.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside `[0, 1]`.
    pub fn alpha(self, alpha: f64) -> Result<Self> {
        self.fix(0, alpha)
    }

    /// Fixes how fast the trend learns, as the [`Convention`] has it; sought unless fixed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// let start = Initial::Given { level: 0.0, trend: 0.0, season: Vec::new() };
    /// let model = HoltWinters::holt().alpha(0.5)?.beta(0.25)?.initial(start).fit(&[4.0])?;
    /// // The level rises by 2, and the trend takes a quarter of that.
    /// assert_eq!(model.forecast(2, &[])?.mean(), [2.5, 3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside `[0, 1]`.
    pub fn beta(self, beta: f64) -> Result<Self> {
        self.fix(1, beta)
    }

    /// Fixes how fast the season learns, as the [`Convention`] has it; sought unless fixed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{EtsTrend, HoltWinters, Initial, Model};
    ///
    /// let start = Initial::Given { level: 0.0, trend: 0.0, season: vec![0.0, 0.0] };
    /// let method = HoltWinters::new(2)?.trend(EtsTrend::None).alpha(0.0)?.gamma(0.5)?.initial(start);
    /// // The season alone learns: half of each error.
    /// assert_eq!(method.fit(&[4.0, 8.0])?.forecast(2, &[])?.mean(), [2.0, 4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside `[0, 1]`.
    pub fn gamma(self, gamma: f64) -> Result<Self> {
        self.fix(2, gamma)
    }

    /// Fixes how much of a damped trend is left at each step; sought unless fixed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Initial, Model};
    ///
    /// let start = Initial::Given { level: 0.0, trend: 4.0, season: Vec::new() };
    /// let method = HoltWinters::damped().alpha(0.0)?.beta(0.0)?.phi(0.5)?.initial(start);
    /// assert_eq!(method.fit(&[0.0])?.fitted(), [2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside `(0, 1]`.
    pub fn phi(self, phi: f64) -> Result<Self> {
        if phi == 0.0 {
            return Err(Error::invalid("phi", phi, "must lie in (0, 1]"));
        }
        self.fix(3, phi)
    }

    /// Where the intervals come from; if not set, a normal law where all parts are additive, else 5000 simulated paths.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Intervals, Law, Model};
    ///
    /// let values = [3.0, 5.0, 4.0, 6.0, 3.0, 7.0, 8.0, 8.0];
    /// let law = |method: HoltWinters| Ok::<_, slo_core::Error>(method.fit(&values)?.forecast(1, &[])?.law());
    /// assert_eq!(law(HoltWinters::holt())?, Law::Normal);
    /// assert_eq!(law(HoltWinters::holt().intervals(Intervals::simulated()))?, Law::Sample);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn intervals(mut self, intervals: Intervals) -> Self {
        self.intervals = Some(intervals);
        self
    }

    fn fix(mut self, place: usize, value: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&value) {
            let name = NAMES.get(place).copied().unwrap_or("alpha");
            return Err(Error::invalid(name, value, "must lie in [0, 1]"));
        }
        if let Some(fixed) = self.fixed.get_mut(place) {
            *fixed = Some(value);
        }
        Ok(self)
    }

    /// The length of a season in places; 1 where there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::HoltWinters::holt().period(), 1);
    /// ```
    pub const fn period(&self) -> usize {
        if matches!(self.season, EtsSeason::None) { 1 } else { self.period }
    }

    /// The model of a series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{HoltWinters, Model};
    ///
    /// let model = HoltWinters::simple().fit(&[3.0; 12])?;
    /// assert_eq!(model.forecast(1, &[0.95])?.bands()[0].upper, [3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`], [`Error::NonFinite`]; [`Error::InvalidParameter`] where fixed parameters contradict each
    /// other or a given season is not one period long, and for a value that is not positive where trend or season is a
    /// factor, with its place; [`Error::Unsupported`] for what R's convention does not know; [`Error::OutOfRange`] where
    /// squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<HoltWintersModel> {
        self.fit_from(values, None)
    }

    /// The model of a series, the search starting where another one ended.
    fn fit_from(&self, values: &[f64], near: Option<&HoltWintersModel>) -> Result<HoltWintersModel> {
        let recursion = self.recursion();
        self.check()?;
        Fitted::check(values, self.needs())?;
        self.check_signs(values)?;
        let scale = Scale::of(values, recursion.has_factor());
        let shrunk: Vec<f64> = values.iter().map(|y| scale.shrink(*y)).collect();
        let problem = Problem {
            values: shrunk.get(self.first()..).unwrap_or_default(),
            recursion,
            places: self.places(),
            bounds: self.convention.bounds(),
            convention: self.convention,
            fixed: self.effective(),
            states: matches!(self.initial_or_default(), Initial::Estimated),
        };
        let given = matches!(self.initial_or_default(), Initial::Given { .. });
        let bases = match near {
            // Factors that are found are 1 to rounding only.
            _ if !given && shrunk.windows(2).all(|pair| pair.first() == pair.last()) => {
                vec![start::constant(&shrunk, recursion, self.places())]
            }
            Some(model) if problem.states => {
                let mut states = model.initial.clone();
                scale.shrink_states(recursion, &mut states);
                vec![states]
            }
            _ => self.bases(&shrunk, scale)?,
        };
        let starts: Vec<([f64; 4], States)> = match near {
            Some(model) => bases.into_iter().map(|base| (model.parameters, base)).collect(),
            None if problem.is_simple() => bases.into_iter().map(|base| problem.best_alpha(base)).collect(),
            None => bases.into_iter().flat_map(|base| problem.best_of_grid(base)).collect(),
        };
        // A sum this small is what rounding leaves of a series that is met exactly.
        let exact = values.len() as f64 * (64.0 * f64::EPSILON) * (64.0 * f64::EPSILON);
        let closed = problem.is_simple() || !problem.seeks_any();
        let mut work = Work::new(&problem);
        let met = starts
            .iter()
            .find(|(parameters, start)| closed || problem.squares(*parameters, start, &mut work) <= exact);
        let found = if let Some((parameters, start)) = met {
            Found::at(*parameters, start.clone(), problem.ends(*parameters))
        } else {
            let mut found = problem.solve(&starts, &mut work);
            // No step leads down from rounding, whatever the slope says of it.
            found.converged |= problem.squares(found.parameters, &found.start, &mut work) <= exact;
            found
        };
        HoltWintersModel::new(self.clone(), values, scale, &problem, found, work)
    }

    /// The first states that the search begins with.
    fn bases(&self, values: &[f64], scale: Scale) -> Result<Vec<States>> {
        let (recursion, period) = (self.recursion(), self.period());
        Ok(match self.initial_or_default() {
            Initial::Given { level, trend, season } => {
                let trend = if self.trend.exists() { trend } else { 0.0 };
                let mut states = States { level, trend, season, next: 0 };
                scale.shrink_states(recursion, &mut states);
                vec![states]
            }
            Initial::Simple => vec![start::simple(values, recursion, period)],
            Initial::Legacy => vec![start::legacy(values, recursion, period)],
            Initial::Heuristic if self.convention == Convention::R => {
                vec![start::of_r(values, recursion, period)?]
            }
            Initial::Heuristic => vec![start::heuristic(values, recursion, period)?],
            Initial::Estimated => {
                let enough = values.len() >= start::heuristic_needs(period).max(2 * period).max(start::LINE);
                let mut bases = Vec::new();
                if enough {
                    bases.push(start::heuristic(values, recursion, period)?);
                }
                // Without a season, the search finds the states from any start.
                if recursion.is_seasonal() || !enough || recursion.trend.is_multiplicative() {
                    bases.push(start::steady(values, recursion, period));
                }
                bases.retain(|base| recursion.allow(base));
                if bases.is_empty() || (recursion.is_seasonal() && !enough) {
                    bases.push(start::simple(values, recursion, period));
                }
                bases
            }
        })
    }
}

impl Forecaster for HoltWinters {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

#[cfg(test)]
mod tests;
