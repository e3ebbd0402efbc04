//! Which of two series leads, by how much, and is it more than a search would find anyway?

mod coefficients;
mod found;
mod products;

use slo_core::{Error, Result};

use crate::correlator::Correlator;
use crate::effective::Effective;
use crate::pearson::{Pearson, samples};

pub use found::{BestLag, LaggedCorrelation};
pub(crate) use products::lagged_products;

/// How sums of products at many lags are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Method {
    /// Whichever is expected to be faster at this size.
    #[default]
    Auto,
    /// Through the frequency domain: time grows with the points and hardly with the lags.
    Fft,
    /// One sum for each lag: time grows with points times lags.
    Direct,
}

/// What the sums of products are divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Normalisation {
    /// All pairs of a series with itself: means and deviations are those of the whole series, and the coefficient of a
    /// lag at which few pairs are left shrinks with them.
    #[default]
    Biased,
    /// The pairs that are left: Pearson's correlation of each lag's own, with their own means and deviations.
    Overlap,
}

/// The correlation of two series at every lag up to a greatest one.
///
/// At a **positive lag x leads y**: lag `k` pairs `x[t]` with `y[t + k]`, so that the best lag of a cause and its effect
/// is the time from one to the other.
///
/// # Method
///
/// ```text
/// biased:   r(k) = Σ (x[t] - x̄)(y[t+k] - ȳ) / (n sx sy),   k = -max_lag .. max_lag
/// overlap:  r(k) = Pearson's correlation of the n - |k| pairs (x[t], y[t+k])
/// ```
///
/// The means are taken off before the products are made, so that an offset of 10^9 costs nothing; both ways to make
/// them agree within 10^-12. The fast one cuts long series into sections and adds their spectra up before it transforms
/// back once.
///
/// The **best lag** is the one with the greatest `|r(k)|` (for `Overlap`, the greatest `|r(k)| √(n - |k|)`, as few pairs
/// correlate by chance); within 10^-12 the one nearest to 0, and then the positive one. Its p-value is made for a
/// search:
///
/// ```text
/// p_at_lag = Pearson's p-value of its n - |k| pairs,   p = 1 - (1 - p_at_lag)^(2 max_lag + 1)
/// ```
///
/// Šidák's correction takes the lags for independent of each other. Neighbouring lags of series that depend on their
/// own past are not: p is then too great rather than too small.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `max_lag` | | 0 to n - 1; to n - 2 for `Overlap` | points |
/// | `method` | `Auto` | | |
/// | `normalisation` | `Biased` | | |
/// | `effective` | `Bartlett` | `None`, `Bartlett` | |
///
/// # Examples
///
/// ```
/// use slo_correlate::CrossCorrelation;
///
/// // What x does, y does three points later.
/// let x = [0.0, 1.0, 0.0, 5.0, 2.0, 0.0, 1.0, 0.0, 3.0, 0.0, 0.0, 1.0];
/// let y = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 5.0, 2.0, 0.0, 1.0, 0.0, 3.0];
/// let found = CrossCorrelation::new(4).correlate(&x, &y)?;
/// assert_eq!(found.best.lag, 3);
/// assert_eq!(found.lags().collect::<Vec<_>>(), [-4, -3, -2, -1, 0, 1, 2, 3, 4]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Box, G. E. P., Jenkins, G. M. and Reinsel, G. C. (2008). *Time Series Analysis*, 4th ed., section 12.1. Šidák, Z.
/// (1967). Rectangular confidence regions for the means of multivariate normal distributions. *Journal of the American
/// Statistical Association* 62, 626-633.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct CrossCorrelation {
    max_lag: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    method: Method,
    #[cfg_attr(feature = "serde", serde(default))]
    normalisation: Normalisation,
    #[cfg_attr(feature = "serde", serde(default = "by_autocorrelation"))]
    effective: Effective,
}

#[cfg(feature = "serde")]
const fn by_autocorrelation() -> Effective {
    Effective::Bartlett
}

impl CrossCorrelation {
    /// All lags from `-max_lag` to `max_lag`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::CrossCorrelation;
    ///
    /// let (x, y) = ([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]);
    /// let found = CrossCorrelation::new(1).correlate(&x, &y)?;
    /// // Both means are 1/4 and both sums of squares 3/4: -3/16 twice and 1/16 twice at lag 0, 9/16 and 1/16 twice at 1.
    /// assert!((found.coefficients[1] + 1.0 / 3.0).abs() < 1e-15);
    /// assert!((found.coefficients[2] - 11.0 / 12.0).abs() < 1e-15);
    /// assert!(CrossCorrelation::new(4).correlate(&x, &y).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(max_lag: usize) -> Self {
        Self {
            max_lag,
            method: Method::Auto,
            normalisation: Normalisation::Biased,
            effective: Effective::Bartlett,
        }
    }

    /// How the sums of products are made; the result is the same to 10^-12.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{CrossCorrelation, Method};
    ///
    /// let (x, y) = ([1.0, 5.0, 2.0, 4.0], [3.0, 1.0, 5.0, 2.0]);
    /// let of = |method| CrossCorrelation::new(1).method(method).correlate(&x, &y);
    /// assert_eq!(of(Method::Fft)?.best.lag, of(Method::Direct)?.best.lag);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// What the sums of products are divided by.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{CrossCorrelation, Normalisation};
    ///
    /// let (x, y) = ([1.0, 5.0, 2.0, 4.0, 9.0], [7.0, 1.0, 5.0, 2.0, 4.0]);
    /// let found = CrossCorrelation::new(1).normalisation(Normalisation::Overlap).correlate(&x, &y)?;
    /// // The four pairs that are left at lag 1 lie on a line.
    /// assert!((found.coefficients[2] - 1.0).abs() < 1e-12);
    /// assert!(CrossCorrelation::new(1).correlate(&x, &y)?.coefficients[2] < 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn normalisation(mut self, normalisation: Normalisation) -> Self {
        self.normalisation = normalisation;
        self
    }

    /// How the p-values allow for series that depend on their own past.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{CrossCorrelation, Effective};
    ///
    /// let wave = |turns: f64| (0..400).map(|i| (f64::from(i) / 400.0 * turns + 0.1).sin()).collect::<Vec<_>>();
    /// let (x, y) = (wave(9.0), wave(11.0));
    /// let naive = CrossCorrelation::new(9).effective(Effective::None).correlate(&x, &y)?;
    /// let found = CrossCorrelation::new(9).correlate(&x, &y)?;
    /// assert!(found.best.n_effective < 40.0 && found.best.p_value > naive.best.p_value);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn effective(mut self, effective: Effective) -> Self {
        self.effective = effective;
        self
    }

    /// The correlation of `x` and `y` at every lag.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::CrossCorrelation;
    ///
    /// // y copies x one point later: x leads, and the lag is positive.
    /// let found = CrossCorrelation::new(2).correlate(&[1.0, 9.0, 2.0, 8.0, 8.0, 1.0], &[5.0, 1.0, 9.0, 2.0, 8.0, 8.0])?;
    /// assert_eq!(found.best.lag, 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`], [`Error::TooShort`] below two points, [`Error::NonFinite`] with the input and the
    /// index, [`Error::Degenerate`] for a constant, and [`Error::InvalidParameter`] for a greatest lag that leaves no
    /// pairs or for [`Effective::Surrogate`], whose p-values are too coarse to be corrected for a search.
    pub fn correlate(&self, x: &[f64], y: &[f64]) -> Result<LaggedCorrelation> {
        if self.effective == Effective::Surrogate {
            let reason = "must be none or bartlett: shifts are what is searched here";
            return Err(Error::invalid("effective", self.effective, reason));
        }
        let (xs, ys) = samples(x, y)?;
        let (xs, ys) = (xs.varying("x")?, ys.varying("y")?);
        let n = x.len();
        let needed = match self.normalisation {
            Normalisation::Biased => 1,
            Normalisation::Overlap => 2,
        };
        if n - needed < self.max_lag {
            let reason = format!("must leave at least {needed} of the {n} points");
            return Err(Error::invalid("max_lag", self.max_lag, reason));
        }
        let coefficients = match self.normalisation {
            Normalisation::Biased => coefficients::biased(&xs, &ys, self.max_lag, self.method),
            Normalisation::Overlap => coefficients::overlap(&xs, &ys, self.max_lag, self.method),
        };
        let best = self.best(x, y, &coefficients)?;
        Ok(LaggedCorrelation { coefficients, normalisation: self.normalisation, n, best })
    }

    fn best(&self, x: &[f64], y: &[f64], coefficients: &[f64]) -> Result<BestLag> {
        let lags = || found::lags(self.max_lag).zip(coefficients);
        let weight = |lag: i64, coefficient: f64| match self.normalisation {
            Normalisation::Biased => coefficient.abs(),
            Normalisation::Overlap => {
                coefficient.abs() * (pairs(x.len(), lag) as f64 / x.len() as f64).sqrt()
            }
        };
        // A lag whose pairs do not vary has no coefficient, and no part in the search.
        let greatest = lags().map(|(lag, r)| weight(lag, *r)).fold(0.0, f64::max);
        let nearest = lags()
            .filter(|(lag, r)| weight(*lag, **r) >= greatest - 1e-12)
            .min_by_key(|(lag, _)| (lag.unsigned_abs(), *lag < 0));
        let (lag, coefficient) = nearest.map_or((0, 0.0), |(lag, r)| (lag, *r));
        let (x, y) = overlapping(x, y, lag);
        let test = match Pearson::new().effective(self.effective).correlate(x, y) {
            Ok(test) => Some(test),
            // Few pairs are left: too few, or such that do not vary.
            Err(Error::TooShort { .. } | Error::Degenerate { .. }) => None,
            Err(error) => return Err(error),
        };
        let p_at_lag = test.as_ref().and_then(|test| test.p_value);
        Ok(BestLag {
            lag,
            coefficient,
            p_value: p_at_lag.map(|p| corrected(p, coefficients.len())),
            p_at_lag,
            n: x.len(),
            n_effective: test.map_or(x.len() as f64, |test| test.n_effective),
        })
    }
}

/// How many pairs are left at a lag.
fn pairs(n: usize, lag: i64) -> usize {
    n.saturating_sub(usize::try_from(lag.unsigned_abs()).unwrap_or(usize::MAX))
}

/// The pairs that are left at a lag.
fn overlapping<'a>(x: &'a [f64], y: &'a [f64], lag: i64) -> (&'a [f64], &'a [f64]) {
    let left = pairs(x.len(), lag);
    let gone = x.len() - left;
    let (x, y) = if lag >= 0 { (x.get(..left), y.get(gone..)) } else { (x.get(gone..), y.get(..left)) };
    (x.unwrap_or_default(), y.unwrap_or_default())
}

/// The probability that the least of so many independent p-values is not above `p`, without a difference to one.
fn corrected(p: f64, tests: usize) -> f64 {
    -(tests as f64 * (-p).ln_1p()).exp_m1()
}

#[cfg(test)]
mod tests;
