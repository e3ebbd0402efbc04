//! Which of the thirty models: the one of the least criterion.

use slo_core::stats::Missing;
use slo_core::{Error, ErrorKind, Result};

use super::bounds::EtsBounds;
use super::fit::Search;
use super::method::Ets;
use super::model::EtsModel;
use super::spec::{EtsError, EtsSeason, EtsSpec};
use crate::forecaster::{Forecaster, Model};
use crate::likelihood::Likelihood;

/// By what models of the same series are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Criterion {
    /// Akaike's, corrected for short series.
    #[default]
    Aicc,
    /// Akaike's.
    Aic,
    /// Schwarz'.
    Bic,
}

impl Criterion {
    /// What a model costs by it; None where the series is too short for the correction.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Criterion, Likelihood};
    ///
    /// let likelihood = Likelihood { log_likelihood: 5.0, parameters: 2, observations: 9 };
    /// assert_eq!((Criterion::Aic.of(&likelihood), Criterion::Aicc.of(&likelihood)), (Some(-6.0), Some(-4.0)));
    /// ```
    pub fn of(self, likelihood: &Likelihood) -> Option<f64> {
        match self {
            Self::Aicc => likelihood.aicc(),
            Self::Aic => Some(likelihood.aic()),
            Self::Bic => Some(likelihood.bic()),
        }
    }
}

/// Whether a selection looks at trends that are factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum FactorTrends {
    /// It does not: such trends run away, and few series need one.
    #[default]
    Excluded,
    /// It does.
    Included,
}

/// Exponential smoothing by the model that the series itself chooses.
///
/// # Method
///
/// Each model that is allowed is fitted as [`Ets`] fits it, and the one of the least criterion is taken. Allowed are the
/// thirty models but for
///
/// - those of an additive error with a part that is a factor, and those of a factor trend with an additive season, whose
///   variance may have no bound;
/// - those of a factor trend, unless they are [included](FactorTrends);
/// - those with any factor, if a value is not positive;
/// - those with a season, unless the series has two whole ones;
/// - those with more parameters than the criterion can weigh on so few values.
///
/// All models are first searched from few places. Those whose criterion is then within 12 of the least are searched from
/// all, so that the choice rests on maxima as good as those of [`Ets`].
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | 1 | 1, which is no season, to 86,400 | places |
/// | `criterion` | [`Criterion::Aicc`] | | |
/// | `factor_trends` | [`FactorTrends::Excluded`] | | |
/// | `bounds` | usual | | |
/// | `missing` | error | | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{AutoEts, EtsSeason, EtsTrend};
///
/// // Shares that repeat on a level that grows: season and growth are seen.
/// let values: Vec<f64> =
///     (0..40).map(|t| (50.0 + f64::from(t)) * [0.8, 1.2, 1.1, 0.9][t as usize % 4] + f64::from(t * 7 % 5) / 5.0).collect();
/// let model = AutoEts::new().period(4).fit(&values)?;
/// assert_eq!(model.spec().season, EtsSeason::Multiplicative);
/// assert_ne!(model.spec().trend, EtsTrend::None);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Khandakar, Y. (2008). Automatic time series forecasting: the forecast package for R. *Journal of
/// Statistical Software* 27(3), section 2.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct AutoEts {
    /// The length of a season in places.
    pub period: usize,
    /// By what the models are compared.
    pub criterion: Criterion,
    /// Whether trends may be factors.
    pub factor_trends: FactorTrends,
    /// What the coefficients may be.
    pub bounds: EtsBounds,
    /// What a NaN means.
    pub missing: Missing,
}

/// Models whose criterion a brief search puts so much above the least are not searched any further: what a whole
/// search adds to it is rarely a tenth of that.
const MARGIN: f64 = 12.0;

impl Default for AutoEts {
    fn default() -> Self {
        Self::new()
    }
}

impl AutoEts {
    /// The method without a season.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AutoEts;
    ///
    /// assert_eq!(AutoEts::new().period, 1);
    /// ```
    pub const fn new() -> Self {
        Self {
            period: 1,
            criterion: Criterion::Aicc,
            factor_trends: FactorTrends::Excluded,
            bounds: EtsBounds::Usual,
            missing: Missing::Error,
        }
    }

    /// The length of a season in places; 1 for none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AutoEts, EtsSeason};
    ///
    /// let values: Vec<f64> = (0..24).map(|t| f64::from(t % 4 * 10 + t * 7 % 3)).collect();
    /// let seasonal = |period: usize| slo_core::Result::Ok(AutoEts::new().period(period).fit(&values)?.spec().season != EtsSeason::None);
    /// assert_eq!((seasonal(1), seasonal(4)), (Ok(false), Ok(true)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn period(mut self, period: usize) -> Self {
        self.period = period;
        self
    }

    /// By what the models are compared; [`Criterion::Aicc`] if not set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AutoEts, Criterion};
    ///
    /// assert_eq!(AutoEts::new().criterion(Criterion::Bic).criterion, Criterion::Bic);
    /// ```
    #[must_use]
    pub const fn criterion(mut self, criterion: Criterion) -> Self {
        self.criterion = criterion;
        self
    }

    /// Whether trends may be factors; [`FactorTrends::Excluded`] if not set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AutoEts, EtsTrend, FactorTrends};
    ///
    /// let values: Vec<f64> = (0..30).map(|t| 3.0 * 1.25_f64.powi(t) * (1.0 + 0.01 * f64::from(t * 7 % 5 - 2))).collect();
    /// let trend = |trends| slo_core::Result::Ok(AutoEts::new().factor_trends(trends).fit(&values)?.spec().trend == EtsTrend::Multiplicative);
    /// assert_eq!((trend(FactorTrends::Excluded), trend(FactorTrends::Included)), (Ok(false), Ok(true)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn factor_trends(mut self, factor_trends: FactorTrends) -> Self {
        self.factor_trends = factor_trends;
        self
    }

    /// What the coefficients may be; [`EtsBounds::Usual`] if not set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AutoEts, EtsBounds};
    ///
    /// assert_eq!(AutoEts::new().bounds(EtsBounds::Admissible).bounds, EtsBounds::Admissible);
    /// ```
    #[must_use]
    pub const fn bounds(mut self, bounds: EtsBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// What a NaN means: refused, or a place whose value is not known; refused if not set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_forecast::{AutoEts, EtsTrend};
    ///
    /// let values = [1.0, 2.2, f64::NAN, 3.9, 5.1, 6.0, 6.8, 8.1, 9.0, 9.9, 11.2, 12.0];
    /// assert!(AutoEts::new().fit(&values).is_err());
    /// assert!(AutoEts::new().missing(Missing::Skip).fit(&values)?.spec().trend != EtsTrend::None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The model of the least criterion.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AutoEts, EtsTrend};
    ///
    /// let model = AutoEts::new().fit(&[3.0, 5.0, 4.0, 4.0, 3.0, 5.0, 4.0, 3.0, 5.0, 4.0])?;
    /// assert_eq!(model.spec().trend, EtsTrend::None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those that [`Ets::fit`] has for every model that is allowed.
    pub fn fit(&self, values: &[f64]) -> Result<EtsModel> {
        let mut models = self.compare(values)?;
        if models.is_empty() {
            return Err(Error::out_of_range("the criterion of every model"));
        }
        Ok(models.swap_remove(0))
    }

    /// All models that are allowed, the one of the least criterion first.
    ///
    /// Models that fit a series without any error have no likelihood: where there are some, they alone are given, that
    /// of the fewest parameters first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AutoEts, Model};
    ///
    /// let models = AutoEts::new().compare(&[3.0, 5.0, 4.0, 4.0, 3.0, 5.0, 4.0, 3.0, 5.0, 4.0, 4.0, 3.0])?;
    /// let aicc: Vec<f64> = models.iter().filter_map(|model| model.likelihood()?.aicc()).collect();
    /// assert!(aicc.len() == models.len() && aicc.is_sorted());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit).
    pub fn compare(&self, values: &[f64]) -> Result<Vec<EtsModel>> {
        if self.period == 0 {
            return Err(Error::invalid("period", self.period, "must be at least 1"));
        }
        let mut models = Vec::new();
        let mut refusal = None;
        for method in self.candidates(values) {
            let recursion = method.recursion();
            let beside =
                models.iter().rev().find(|model: &&EtsModel| model.method().recursion() == recursion);
            let search = beside.map_or(Search::Brief, |model| Search::Beside(model.place()));
            match method.search(values, search) {
                Ok(model) => models.push(model),
                // What one model cannot be fitted to, another may.
                Err(error) if matches!(error.kind(), ErrorKind::TooShort | ErrorKind::Degenerate) => {
                    refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        if let (true, Some(refusal)) = (models.is_empty(), refusal) {
            return Err(refusal);
        }
        if models.iter().any(|model| model.likelihood().is_none()) {
            models.retain(|model| model.likelihood().is_none());
            models.sort_by_key(|model| model.method().parameters());
            return Ok(models);
        }
        // The shortest series have no correction at all: then the plain criterion decides.
        let weighed =
            |model: &EtsModel| model.likelihood().and_then(|likelihood| self.criterion.of(&likelihood));
        if models.iter().any(|model| weighed(model).is_some()) {
            models.retain(|model| weighed(model).is_some());
        }
        let cost = |model: &EtsModel| {
            weighed(model)
                .or_else(|| model.likelihood().map(|likelihood| likelihood.aic()))
                .unwrap_or(f64::INFINITY)
        };
        let least = models.iter().map(cost).fold(f64::INFINITY, f64::min);
        for model in models.iter_mut().filter(|model| cost(model) <= least + MARGIN) {
            let whole = model.method().fit(values)?;
            if cost(&whole) <= cost(model) {
                *model = whole;
            }
        }
        models.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        Ok(models)
    }

    /// The methods of the models that are allowed for such values, the simplest first.
    fn candidates(&self, values: &[f64]) -> Vec<Ets> {
        let is_positive = values.iter().all(|y| *y > 0.0 || y.is_nan());
        let is_seasonal = self.period > 1 && values.len() / 2 >= self.period;
        EtsSpec::all()
            .filter(|spec| self.allows(*spec))
            .filter(|spec| is_positive || !spec.is_multiplicative())
            .filter(|spec| is_seasonal || spec.season == EtsSeason::None)
            .map(|spec| Ets::new(spec).period(self.period).bounds(self.bounds).missing(self.missing))
            .collect()
    }

    fn allows(&self, EtsSpec { error, trend, season }: EtsSpec) -> bool {
        let is_factor = trend.is_multiplicative() || season == EtsSeason::Multiplicative;
        let unbounded = (error == EtsError::Additive && is_factor)
            || (trend.is_multiplicative() && season == EtsSeason::Additive);
        !unbounded && (self.factor_trends == FactorTrends::Included || !trend.is_multiplicative())
    }
}

impl Forecaster for AutoEts {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}
