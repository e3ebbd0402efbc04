//! The Theta method and the models it belongs to.

mod kernel;
mod model;
mod search;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use slo_core::decompose::Composition;
use slo_core::{Error, Result};

use crate::fitted::{Fitted, check_squares};
use crate::forecaster::{Forecaster, Model};
use crate::report::FitReport;
use crate::season::Season;
use kernel::{Line, State, Weight};
use search::{Found, Problem};

pub use model::ThetaModel;

/// The fewest values: one more than there are parameters.
const SHORTEST: usize = 4;

/// A weight of the line just below one, where `θ` is 10^10.
const HEAVIEST: f64 = 1.0 - 1e-10;

/// Which model of the Theta family.
///
/// The names are those of Fiorucci et al. (2016) where it has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum ThetaVariant {
    /// R's `thetaf`: `alpha` and start are those of simple smoothing of the series, and half the slope of its
    /// regression line is added.
    #[default]
    Standard,
    /// As published by Assimakopoulos and Nikolopoulos: half the regression line, half the smoothed line of θ = 2;
    /// that is, start and `alpha` are the best ones with the drift. It is the "Theta" of the M4 competition.
    Classic,
    /// The weight of the line is estimated, too: the OTM.
    Optimised,
    /// The line is that of the values up to each place: the DSTM.
    DynamicStandard,
    /// Both: the DOTM.
    DynamicOptimised,
}

impl ThetaVariant {
    /// Every variant.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::ThetaVariant::ALL.len(), 5);
    /// ```
    pub const ALL: [Self; 5] =
        [Self::Standard, Self::Classic, Self::Optimised, Self::DynamicStandard, Self::DynamicOptimised];

    fn line(self) -> Line {
        match self {
            Self::Standard | Self::Classic | Self::Optimised => Line::Fixed,
            Self::DynamicStandard | Self::DynamicOptimised => Line::Moving,
        }
    }

    fn weight(self) -> Weight {
        match self {
            Self::Standard | Self::Classic | Self::DynamicStandard => Weight::Set(0.5),
            Self::Optimised | Self::DynamicOptimised => Weight::AtMost(HEAVIEST),
        }
    }

    /// What `alpha` may be: as in R, or as in the paper's software.
    fn bounds(self) -> (f64, f64) {
        match self {
            Self::Standard | Self::Classic => (1e-4, 0.9999),
            Self::Optimised | Self::DynamicStandard | Self::DynamicOptimised => (0.1, 0.99),
        }
    }

    /// How many numbers are estimated beside the line.
    fn estimated(self) -> u64 {
        match self {
            Self::Standard | Self::Classic | Self::DynamicStandard => 2,
            Self::Optimised | Self::DynamicOptimised => 3,
        }
    }
}

/// The Theta method: simple exponential smoothing, pulled along a line through the series.
///
/// # Method
///
/// A season is taken off first, if there is one: more than two periods, and [`seasonality`](crate::seasonality()) says
/// so. The rest follows one recursion in all variants:
///
/// ```text
/// y_t = l_{t-1} + w g_t + e_t,   l_t = α y_t + (1 - α) l_{t-1},   w = 1 - 1/θ
///
/// fixed line    g_t = b (1 - (1 - α)^{t-1}) / α
/// moving line   g_t = (1 - α)^{t-1} a_{t-1} + b_{t-1} (1 - (1 - α)^t) / α
/// ```
///
/// where b is the slope of the regression line of the whole series, and `a_t`, `b_t` are intercept and slope of that of the
/// first t values. The fixed line's intercept is a part of `l_0`: it only shifts it. Ahead of the series, the expected
/// value takes the place of y, so that a fixed line gives the mean `l_n + w b (h - 1 + (1 - (1 - α)^n) / α)` and the
/// variance `σ² (1 + (h - 1) α²)`; that of a moving line follows from its linear recursion exactly.
///
/// For each `α`, the best `l_0` and w are those of a linear regression, so that the least sum of squares is a function of
/// one variable. It is scanned over its whole range before its deepest valleys are followed down: no start is needed,
/// and none can mislead.
///
/// `σ²` has the divisor `n` less the number of estimated parameters; [`ThetaVariant::Standard`] takes, as R does,
/// errors of the smoothing alone. Errors and `σ` are in units of the adjusted series. Intervals are normal.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | [`period`](Self::period) | 1: no season | >= 1 | places |
/// | [`variant`](Self::variant) | [`ThetaVariant::Standard`] | | |
/// | [`composition`](Self::composition) | [`Composition::Multiplicative`] | | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Theta};
///
/// // A line of slope 2: half of its slope goes on.
/// let line: Vec<f64> = (0..30).map(|t| 5.0 + 2.0 * f64::from(t)).collect();
/// let mean = Theta::new().fit(&line)?.forecast(2, &[])?.mean().to_vec();
/// assert!((mean[1] - mean[0] - 1.0).abs() < 1e-9);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Assimakopoulos, V., Nikolopoulos, K. (2000). The theta model: a decomposition approach to forecasting.
/// *International Journal of Forecasting* 16(4), 521-530.
///
/// Hyndman, R. J., Billah, B. (2003). Unmasking the Theta method. *International Journal of Forecasting* 19(2),
/// 287-290.
///
/// Fiorucci, J. A., Pellegrini, T. R., Louzada, F., Petropoulos, F., Koehler, A. B. (2016). Models for optimising the
/// theta method and their relationship to state space models. *International Journal of Forecasting* 32(4),
/// 1151-1161.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Theta {
    period: usize,
    variant: ThetaVariant,
    composition: Composition,
}

impl Default for Theta {
    fn default() -> Self {
        Self::new()
    }
}

impl Theta {
    /// The method of R's `thetaf` for a series without a season.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::Theta::new(), slo_forecast::Theta::default());
    /// ```
    pub const fn new() -> Self {
        Self { period: 1, variant: ThetaVariant::Standard, composition: Composition::Multiplicative }
    }

    /// The length of a season in places, 1 for none; the default is 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Theta};
    ///
    /// let values = [1.0, 9.0].repeat(12);
    /// let mean = Theta::new().period(2).fit(&values)?.forecast(2, &[])?.mean().to_vec();
    /// assert!((mean[0] - 1.0).abs() < 0.1 && (mean[1] - 9.0).abs() < 0.1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn period(mut self, period: usize) -> Self {
        self.period = period;
        self
    }

    /// Which model of the family; the default is [`ThetaVariant::Standard`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Theta, ThetaVariant};
    ///
    /// // The whole slope of a line goes on where its weight is estimated.
    /// let line: Vec<f64> = (0..30).map(|t| 5.0 + 2.0 * f64::from(t)).collect();
    /// let model = Theta::new().variant(ThetaVariant::Optimised).fit(&line)?;
    /// assert!((model.forecast(1, &[])?.mean()[0] - 65.0).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn variant(mut self, variant: ThetaVariant) -> Self {
        self.variant = variant;
        self
    }

    /// How the season is joined to the rest; the default is [`Composition::Multiplicative`].
    ///
    /// A multiplicative season needs values above 0: for others it is added, and the report says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Composition, Model, Theta};
    ///
    /// let values: Vec<f64> = (0..24).map(|t| f64::from(10 + t) + if t % 2 == 0 { 3.0 } else { -3.0 }).collect();
    /// let season = |composition| Theta::new().period(2).composition(composition);
    /// let errors = season(Composition::Additive).fit(&values)?;
    /// assert!(errors.residuals().iter().map(|e| e.abs()).sum::<f64>() < 24.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn composition(mut self, composition: Composition) -> Self {
        self.composition = composition;
        self
    }

    /// Period, variant and composition as they are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Composition;
    /// use slo_forecast::{Theta, ThetaVariant};
    ///
    /// let settings = Theta::new().period(12).settings();
    /// assert_eq!(settings, (12, ThetaVariant::Standard, Composition::Multiplicative));
    /// ```
    pub const fn settings(&self) -> (usize, ThetaVariant, Composition) {
        (self.period, self.variant, self.composition)
    }

    /// The model of a series, from four values on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Theta};
    ///
    /// let model = Theta::new().fit(&[3.0, 4.0, 3.5, 5.0, 4.5, 6.0])?;
    /// // Half the slope of the regression line, 18.0 / 35.
    /// assert!((model.parameters()[1].1 - 0.5 * 18.0 / 35.0).abs() < 1e-12);
    /// assert!(model.report().converged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0; [`Error::TooShort`], [`Error::NonFinite`], and
    /// [`Error::OutOfRange`] where squares leave the range of floats.
    pub fn fit(&self, values: &[f64]) -> Result<ThetaModel> {
        self.estimate(values, None)
    }

    /// As [`fit`](Self::fit), from an `alpha` on if there is one.
    fn estimate(&self, values: &[f64], alpha: Option<f64>) -> Result<ThetaModel> {
        if self.period == 0 {
            return Err(Error::invalid("period", 0, "must be at least 1"));
        }
        Fitted::check(values, SHORTEST)?;
        let season = Season::of(values, self.period, self.composition)?;
        self.assemble(values, season, |problem| {
            alpha.map_or_else(|| problem.solve(), |alpha| problem.resume(alpha))
        })
    }

    /// The model with what a search finds.
    fn assemble(
        &self,
        values: &[f64],
        season: Season,
        search: impl FnOnce(&Problem<'_>) -> Found,
    ) -> Result<ThetaModel> {
        let adjusted: Vec<f64> = (0..).zip(values).map(|(place, value)| season.off(place, *value)).collect();
        let origin = adjusted.first().copied().unwrap_or(0.0);
        let moved: Vec<f64> = adjusted.iter().map(|value| value - origin).collect();

        let line = self.variant.line();
        let slope = if line == Line::Fixed { crate::line::line(&moved).1 } else { 0.0 };
        // R's fit does not know of the line.
        let standard = self.variant == ThetaVariant::Standard;
        let weight = if standard { Weight::Set(0.0) } else { self.variant.weight() };
        let problem = Problem { values: &moved, slope, line, weight, bounds: self.variant.bounds() };
        let found = search(&problem);
        check_squares(found.profile.squares)?;

        let weight = if standard { 0.5 } else { found.profile.weight };
        let mut model = ThetaModel {
            method: *self,
            alpha: found.alpha,
            weight,
            origin,
            start: found.profile.start,
            state: State::new(found.profile.start, slope),
            squares: 0.0,
            report: self.report(&found, &season),
            season,
            history: Fitted::new(values, 0, Vec::new()),
            innovations: Arc::default(),
        };
        let mut fitted = Vec::with_capacity(values.len());
        let mut innovations = Vec::with_capacity(values.len());
        for (place, value) in (0..).zip(values) {
            let (expected, error) = model.take(*value)?;
            fitted.push(model.season.on(place, expected));
            innovations.push(error);
        }
        Error::check_finite("fitted values", &fitted)
            .map_err(|_| Error::out_of_range("the fitted values"))?;
        model.history = Fitted::new(values, 0, fitted);
        model.innovations = innovations.into();
        Ok(model)
    }

    fn report(&self, found: &Found, season: &Season) -> FitReport {
        let bounds = self.variant.bounds();
        let weighed = matches!(self.variant.weight(), Weight::AtMost(_));
        let at_bounds = [
            ("alpha", found.alpha <= bounds.0 || found.alpha >= bounds.1),
            ("theta", weighed && (found.profile.weight <= 0.0 || found.profile.weight >= HEAVIEST)),
        ];
        let mut warnings = Vec::new();
        if !season.is_none() && season.composition != self.composition {
            warnings.push("the season is added: the series does not allow it to multiply".to_owned());
        }
        FitReport {
            converged: found.converged,
            iterations: found.evaluations,
            at_bounds: at_bounds.iter().filter(|(_, at)| *at).map(|(name, _)| (*name).to_owned()).collect(),
            warnings,
        }
    }
}

impl Forecaster for Theta {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}
