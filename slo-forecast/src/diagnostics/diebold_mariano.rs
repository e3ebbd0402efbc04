//! Whether one method forecasts better than another, beyond chance.

use slo_core::stats::autocorrelation::acf;
use slo_core::stats::tails::{Distribution, StudentT};
use slo_core::{Error, Result};

/// What is held against the hypothesis that both methods are equally good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Alternative {
    /// One of the two is better.
    #[default]
    TwoSided,
    /// The first is better: its losses are less.
    Less,
    /// The second is better: the first one's losses are greater.
    Greater,
}

/// How the autocovariances of the loss difference are weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum LongRunVariance {
    /// All alike, as Diebold and Mariano have them; the sum need not be positive.
    #[default]
    Rectangular,
    /// Falling with the lag, `1 - k / horizon`: the sum is never negative.
    Bartlett,
}

/// Diebold and Mariano's test of equal accuracy, with the correction of Harvey, Leybourne and Newbold.
///
/// # Method
///
/// ```text
/// d_t = |e1_t|^p - |e2_t|^p,   V = (γ_0 + 2 Σ_{k=1..h-1} w_k γ_k) / n,   γ_k the autocovariances of d, divided by n
/// DM = mean(d) / √V · √((n + 1 - 2h + h (h - 1) / n) / n)
/// ```
///
/// against Student's t with `n - 1` degrees of freedom, as R's `forecast::dm.test`. Above 0, the second method is better.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `horizon` | 1 | >= 1, below the number of errors | steps |
/// | `power` | 2 | > 0, finite | |
/// | `alternative` | two-sided | | |
/// | `variance` | rectangular | | |
///
/// # Examples
///
/// ```
/// use slo_forecast::DieboldMariano;
///
/// // Loss differences 3, 0, 3, 0: mean 1.5, γ_0 = 2.25, and 1.5 / √(2.25 / 4) · √(3/4).
/// let test = DieboldMariano::new().test(&[2.0, 1.0, -2.0, 1.0], &[1.0, 1.0, 1.0, -1.0])?;
/// assert!((test.statistic - 3.0_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Diebold, F. X. and Mariano, R. S. (1995). Comparing predictive accuracy. *Journal of Business & Economic Statistics*
/// 13(3), 253-263. Harvey, D., Leybourne, S. and Newbold, P. (1997). Testing the equality of prediction mean squared
/// errors. *International Journal of Forecasting* 13(2), 281-291.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DieboldMariano {
    horizon: usize,
    power: f64,
    alternative: Alternative,
    variance: LongRunVariance,
}

/// What Diebold and Mariano's test found; made by [`DieboldMariano::test`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DieboldMarianoTest {
    /// The corrected statistic: above 0, the second method is better.
    pub statistic: f64,
    /// The probability of a statistic as far out, if both methods are equally good.
    pub p_value: f64,
    /// The mean difference of the losses, that of the first method less that of the second.
    pub mean_difference: f64,
    /// The degrees of freedom of Student's t.
    pub degrees_of_freedom: usize,
    /// The steps ahead of the errors.
    pub horizon: usize,
    /// What equality was held against.
    pub alternative: Alternative,
}

impl Default for DieboldMariano {
    fn default() -> Self {
        Self::new()
    }
}

impl DieboldMariano {
    /// The test of squared errors one step ahead, two-sided.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::DieboldMariano;
    ///
    /// assert_eq!(DieboldMariano::new(), DieboldMariano::default());
    /// ```
    pub const fn new() -> Self {
        Self {
            horizon: 1,
            power: 2.0,
            alternative: Alternative::TwoSided,
            variance: LongRunVariance::Rectangular,
        }
    }

    /// How many steps ahead the errors are; errors fewer steps apart depend on each other. Default 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::DieboldMariano;
    ///
    /// let (e1, e2) = ([2.0, 3.0, 2.0, 1.0, 1.0, 2.0], [1.0, 1.0, 2.0, 2.0, 1.0, 1.0]);
    /// let (one, two) = (DieboldMariano::new(), DieboldMariano::new().horizon(2)?);
    /// assert!(one.test(&e1, &e2)?.statistic > two.test(&e1, &e2)?.statistic);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0.
    pub fn horizon(self, horizon: usize) -> Result<Self> {
        if horizon == 0 {
            return Err(Error::invalid("horizon", horizon, "must be at least 1"));
        }
        Ok(Self { horizon, ..self })
    }

    /// The power of the absolute error that is the loss. Default 2.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::DieboldMariano;
    ///
    /// let test = DieboldMariano::new().power(1.0)?.test(&[2.0, -1.0], &[1.0, 1.0])?;
    /// assert_eq!(test.mean_difference, 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it is above 0 and finite.
    pub fn power(self, power: f64) -> Result<Self> {
        if !(power > 0.0 && power.is_finite()) {
            return Err(Error::invalid("power", power, "must be above 0 and finite"));
        }
        Ok(Self { power, ..self })
    }

    /// What equality is held against. Default two-sided.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Alternative, DieboldMariano};
    ///
    /// let (worse, better) = ([2.0, 1.0, -2.0, 1.0], [1.0; 4]);
    /// let test = DieboldMariano::new();
    /// let two = test.test(&worse, &better)?.p_value;
    /// let one = test.alternative(Alternative::Greater).test(&worse, &better)?.p_value;
    /// assert_eq!(one * 2.0, two);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alternative(self, alternative: Alternative) -> Self {
        Self { alternative, ..self }
    }

    /// How the autocovariances are weighted. Default all alike.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{DieboldMariano, LongRunVariance};
    ///
    /// // Losses that alternate: γ_0 + 2 γ_1 is negative, γ_0 + γ_1 is not.
    /// let (e1, e2) = ([2.0, 1.0, 2.0, 1.0, 2.0, 1.0], [1.0; 6]);
    /// let test = DieboldMariano::new().horizon(2)?;
    /// assert!(test.test(&e1, &e2).is_err());
    /// assert!(test.variance(LongRunVariance::Bartlett).test(&e1, &e2)?.statistic > 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn variance(self, variance: LongRunVariance) -> Self {
        Self { variance, ..self }
    }

    /// The test of two methods' errors at the same places, oldest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::DieboldMariano;
    ///
    /// let test = DieboldMariano::new().test(&[1.0, 2.0, 1.0], &[3.0, 3.0, 1.0])?;
    /// assert!(test.statistic < 0.0 && test.degrees_of_freedom == 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`], [`Error::NonFinite`], [`Error::TooShort`] below two errors or unless there are more
    /// than steps ahead; [`Error::Degenerate`] where the variance of the difference is not positive;
    /// [`Error::OutOfRange`] where a loss leaves the range of floats.
    pub fn test(&self, e1: &[f64], e2: &[f64]) -> Result<DieboldMarianoTest> {
        Error::check_lengths("e1", e1.len(), "e2", e2.len())?;
        Error::check_finite("e1", e1)?;
        Error::check_finite("e2", e2)?;
        let needed = self.horizon.saturating_add(1).max(2);
        if e1.len() < needed {
            return Err(Error::TooShort { name: "e1", len: e1.len(), needed });
        }
        let loss = |error: f64| error.abs().powf(self.power);
        let difference: Vec<f64> = e1.iter().zip(e2).map(|(e1, e2)| loss(*e1) - loss(*e2)).collect();
        self.of_difference(&difference)
    }

    fn of_difference(&self, difference: &[f64]) -> Result<DieboldMarianoTest> {
        let (n, h) = (difference.len() as f64, self.horizon as f64);
        let first = difference.first().copied().unwrap_or(f64::NAN);
        let mean = first + difference.iter().map(|d| d - first).sum::<f64>() / n;
        let variance = difference.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / n;
        if !variance.is_finite() {
            return Err(Error::out_of_range("the variance of the losses' difference"));
        }
        if difference.iter().all(|d| *d == first) || variance == 0.0 {
            return Err(degenerate(
                "the losses differ by the same everywhere: there is no variance to test with",
            ));
        }
        let weight = |k: f64| match self.variance {
            LongRunVariance::Rectangular => 1.0,
            LongRunVariance::Bartlett => 1.0 - k / h,
        };
        let lagged = acf(difference, self.horizon - 1)?;
        let lagged: f64 = lagged.iter().enumerate().skip(1).map(|(k, r)| weight(k as f64) * r).sum();
        let inflation = 1.0 + 2.0 * lagged;
        if inflation <= 0.0 {
            return Err(degenerate(
                "the long-run variance of the losses' difference is not positive; weight its lags with Bartlett's kernel",
            ));
        }
        // (n + 1 - 2h + h (h - 1) / n) / n is (n - h) (n - h + 1) / n².
        let correction = (n - h) * (n - h + 1.0) / n;
        let statistic = mean / (variance * inflation).sqrt() * correction.sqrt();
        let law = StudentT::new(n - 1.0)?;
        let p_value = match self.alternative {
            Alternative::TwoSided => 2.0 * law.sf(statistic.abs()),
            Alternative::Less => law.cdf(statistic),
            Alternative::Greater => law.sf(statistic),
        };
        let (horizon, alternative) = (self.horizon, self.alternative);
        let degrees_of_freedom = difference.len() - 1;
        Ok(DieboldMarianoTest {
            statistic,
            p_value,
            mean_difference: mean,
            degrees_of_freedom,
            horizon,
            alternative,
        })
    }
}

fn degenerate(reason: &str) -> Error {
    Error::Degenerate { name: "e1", reason: reason.to_owned() }
}
