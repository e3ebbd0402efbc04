//! Several seasons at once.

#[cfg(test)]
mod tests;

use super::decomposition::MultipleDecomposition;
use super::stl::{Prepared, Preset, Robustness, SeasonalWindow, Stl, check};
use crate::error::{Error, Result};
use crate::stats::Missing;
use crate::stats::quantile::median_high;

/// A decomposition with several seasons: [`Stl`] for one period after the other, each on what the other seasons leave.
///
/// # Method
///
/// ```text
/// for each pass, for each period in increasing order:
///     S_i = the season of STL of y - Σ_{j != i} S_j
/// T = the trend of the last STL,  R = y - T - Σ S_i
/// ```
///
/// With [`Missing::Skip`] a NaN has no weight in any fit, as in [`Stl`].
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `periods` | | different, from 2 to half the number of values | values |
/// | `seasonal` | 11, 15, 19, ... in increasing order of the periods | one for each period | cycles |
/// | `passes` | 2; one period has 1 | 1 to 100 | passes |
/// | `preset` | [`Preset::R`] | | |
/// | `robustness` | [`Robustness::Plain`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Mstl;
///
/// let season = |t: i32, period: i32| f64::from(t % period) - f64::from(period - 1) / 2.0;
/// let values: Vec<f64> = (0..140).map(|t| season(t, 4) + season(t, 14)).collect();
/// let parts = Mstl::new(vec![4, 14]).decompose(&values)?;
/// assert!(parts.remainder.iter().all(|rest| rest.abs() < 0.2));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Bandara, K., Hyndman, R. J., Bergmeir, C. (2021). MSTL: a seasonal-trend decomposition algorithm for time series with
/// multiple seasonal patterns. arXiv:2107.13462.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Mstl {
    /// How many values the cycles have.
    pub periods: Vec<usize>,
    /// Over how many of its cycles each season may change, in increasing order of the periods.
    pub seasonal: Option<Vec<SeasonalWindow>>,
    /// How often each season is estimated.
    pub passes: Option<usize>,
    /// Whose defaults the decompositions have.
    pub preset: Preset,
    /// Whether values far away from the fit count less.
    pub robustness: Robustness,
    /// What a NaN means.
    #[cfg_attr(feature = "serde", serde(default))]
    pub missing: Missing,
}

impl Mstl {
    /// More seasons than this are a misunderstanding.
    const MOST_PERIODS: usize = 16;

    /// No series needs more passes.
    const MOST_PASSES: usize = 100;

    /// The decomposition of R's `forecast::mstl`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// assert_eq!(Mstl::new(vec![24, 168]).periods, [24, 168]);
    /// ```
    pub const fn new(periods: Vec<usize>) -> Self {
        Self {
            periods,
            seasonal: None,
            passes: None,
            preset: Preset::R,
            robustness: Robustness::Plain,
            missing: Missing::Error,
        }
    }

    /// Over how many of its cycles each season is smoothed, in increasing order of the periods.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{Mstl, SeasonalWindow};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let windows = vec![SeasonalWindow::Periodic, SeasonalWindow::Span(7)];
    /// let parts = Mstl::new(vec![4, 14]).seasonal(windows).decompose(&values)?;
    /// assert_eq!(parts.seasonal[0][0], parts.seasonal[0][56]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn seasonal(mut self, windows: Vec<SeasonalWindow>) -> Self {
        self.seasonal = Some(windows);
        self
    }

    /// Seasons that are the same in all cycles.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let parts = Mstl::new(vec![4, 14]).periodic().decompose(&values)?;
    /// assert_eq!(parts.seasonal[1][0], parts.seasonal[1][56]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn periodic(mut self) -> Self {
        self.seasonal = Some(vec![SeasonalWindow::Periodic; self.periods.len()]);
        self
    }

    /// How often each season is estimated; twice by default, once if there is only one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let mstl = Mstl::new(vec![4, 14]);
    /// assert_ne!(mstl.clone().passes(3).decompose(&values)?, mstl.decompose(&values)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn passes(mut self, passes: usize) -> Self {
        self.passes = Some(passes);
        self
    }

    /// Whose defaults the decompositions have; R's by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{Mstl, Preset};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let mstl = Mstl::new(vec![4, 14]);
    /// assert_ne!(mstl.clone().preset(Preset::Statsmodels).decompose(&values)?, mstl.decompose(&values)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    /// Lets values far away from the fit count less.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// let mut values: Vec<f64> = (0..140).map(|t| f64::from(t % 4) + 0.1 * f64::from(t * t % 7)).collect();
    /// values[70] = 1000.0;
    /// let parts = Mstl::new(vec![4, 14]).periodic().robust().decompose(&values)?;
    /// assert!(parts.weights[70] == 0.0 && parts.remainder[70] > 990.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn robust(mut self) -> Self {
        self.robustness = Robustness::Robust;
        self
    }

    /// What a NaN means; it is refused by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    /// use slo_core::stats::Missing;
    ///
    /// let mut values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// values[9] = f64::NAN;
    /// assert!(Mstl::new(vec![4, 14]).decompose(&values).is_err());
    /// let parts = Mstl::new(vec![4, 14]).missing(Missing::Skip).decompose(&values)?;
    /// assert!(parts.remainder[9].is_nan() && parts.trend[9].is_finite());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Refuses parameters outside their ranges; [`Mstl::decompose`] does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// assert!(Mstl::new(vec![24, 168]).check().is_ok());
    /// assert!(Mstl::new(vec![24, 24]).check().is_err());
    /// assert!(Mstl::new(vec![]).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`], [`Error::LengthMismatch`] and [`Error::LimitExceeded`] with the first one.
    pub fn check(&self) -> Result<()> {
        self.plan().map(|_| ())
    }

    /// One decomposition for each period, in increasing order.
    fn plan(&self) -> Result<Vec<Stl>> {
        let (count, most) = (self.periods.len(), Self::MOST_PERIODS);
        if count == 0 {
            return Err(Error::invalid("periods", "[]", "must hold at least one period"));
        }
        if count > most {
            return Err(Error::LimitExceeded { what: "periods", value: count as u64, limit: most as u64 });
        }
        let mut periods = self.periods.clone();
        periods.sort_unstable();
        let twice = periods.iter().zip(periods.iter().skip(1)).find(|(left, right)| left == right);
        if let Some((period, _)) = twice {
            return Err(Error::invalid(
                "periods",
                format!("{:?}", self.periods),
                format!("holds {period} twice"),
            ));
        }
        let default = |place: usize| SeasonalWindow::Span(11 + 4 * place);
        let windows = self.seasonal.clone().unwrap_or_else(|| (0..count).map(default).collect());
        Error::check_lengths("periods", count, "seasonal", windows.len())?;
        let (passes, most) = (self.chosen_passes(), Self::MOST_PASSES);
        if passes == 0 {
            return Err(Error::invalid("passes", passes, "must be at least 1"));
        }
        if passes > most {
            return Err(Error::LimitExceeded { what: "passes", value: passes as u64, limit: most as u64 });
        }
        let stl = |(period, seasonal): (usize, SeasonalWindow)| {
            let (preset, robustness, missing) = (self.preset, self.robustness, self.missing);
            let stl = Stl { seasonal, preset, robustness, missing, ..Stl::new(period) };
            stl.check().map(|()| stl)
        };
        periods.into_iter().zip(windows).map(stl).collect()
    }

    fn chosen_passes(&self) -> usize {
        self.passes.unwrap_or(if self.periods.len() == 1 { 1 } else { 2 })
    }

    /// The trend, the seasons and what they leave of each value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Mstl;
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    /// let parts = Mstl::new(vec![4, 14]).decompose(&values)?;
    /// let sum = parts.trend[9] + parts.seasonal[0][9] + parts.seasonal[1][9] + parts.remainder[9];
    /// assert!((sum - values[9]).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Stl::decompose`], for the longest period, and as [`Mstl::check`].
    pub fn decompose(&self, values: &[f64]) -> Result<MultipleDecomposition> {
        let plan = self.plan()?;
        let needed = plan.last().map_or(0, |stl| stl.period.saturating_mul(2));
        if values.len() < needed {
            return Err(Error::TooShort { name: "values", len: values.len(), needed });
        }
        check(values, self.missing)?;
        let prepared: Vec<Prepared> =
            plan.iter().map(|stl| Prepared::new(stl, values.len())).collect::<Result<_>>()?;
        // About one of the values, none is lost in the size of a level.
        let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let centre = median_high(&mut known).unwrap_or_default();
        let mut rest: Vec<f64> = values.iter().map(|value| value - centre).collect();
        let mut seasonal = vec![vec![0.0; values.len()]; plan.len()];
        let (mut trend, mut weights) = (Vec::new(), Vec::new());
        for _ in 0..self.chosen_passes() {
            for (stl, season) in prepared.iter().zip(&mut seasonal) {
                for (rest, season) in rest.iter_mut().zip(&*season) {
                    *rest += season;
                }
                if rest.iter().any(|value| value.is_infinite()) {
                    return Err(Error::out_of_range("a part of the decomposition"));
                }
                let parts = stl.decompose(&rest)?;
                for (rest, season) in rest.iter_mut().zip(&parts.seasonal) {
                    *rest -= season;
                }
                (*season, trend, weights) = (parts.seasonal, parts.trend, parts.weights);
            }
        }
        for (rest, trend) in rest.iter_mut().zip(&trend) {
            *rest -= trend;
        }
        for trend in &mut trend {
            *trend += centre;
        }
        if trend.iter().any(|value| !value.is_finite()) {
            return Err(Error::out_of_range("a part of the decomposition"));
        }
        let periods = plan.iter().map(|stl| stl.period).collect();
        Ok(MultipleDecomposition { trend, periods, seasonal, remainder: rest, weights })
    }
}
