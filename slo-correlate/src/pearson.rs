//! How close the points of two series lie to one line.

use slo_core::stats::autocorrelation::effective_sample_size_pair;
use slo_core::stats::tails::{Distribution, Normal, StudentT, two_sided};
use slo_core::{Error, Interval, Result};

use crate::correlation::{Correlation, Measure};
use crate::correlator::Correlator;
use crate::effective::Effective;
use crate::products::{Closeness, Sample};
use crate::surrogate;

/// Pearson's correlation, its p-value and its interval.
///
/// # Method
///
/// ```text
/// r = Sxy / √(Sxx Syy),   Sxy = Σ (x - x̄)(y - ȳ)
/// t = r √(ν / (1 - r²)),  ν = m - 2,   p = 2 P(T_ν > |t|)
/// tanh(atanh r ± z / √(m - 3)),        z the normal quantile of the level
/// ```
///
/// with `m` the effective number of pairs. The means are taken in two steps and all sums in blocks, so that neither an
/// offset of 10^9 nor a million points cost more than the last few places. `1 - r²` is made from the residuals, half
/// the squared distance of both series in units of their deviations, and not from `r`: the p-value of a coefficient
/// near 1 is right far below 10^-16. What rounding leaves, relative to `p`, is at most
/// `max(1e-10, 4 ε n r² / (1 - r²))`. Points on one line have a coefficient of exactly 1 or -1 and p = 0.
///
/// [`Effective`] says what `m` is:
///
/// ```text
/// none:       m = n
/// bartlett:   n/m = 1 + 2 Σ (1 - j/n) ρx(j) ρy(j)
/// surrogate:  p = (1 + #{s: |r_s| >= |r|}) / n,   r_s of y shifted around by s = 1 .. n-1
///             m = 1 + 1 / mean r_s²
/// ```
///
/// with the autocorrelations `ρ` and the lags `j` of
/// [`effective_sample_size_pair`](slo_core::stats::autocorrelation::effective_sample_size_pair), never above `n`.
///
/// Surrogates need no model and no seed: all shifts are taken. Their p-value is never below `1/n`; shifted coefficients
/// that equal `r` to 10^-12 count as reaching it.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `effective` | `None` | | |
/// | `level` | 0.95 | (0, 1), taken as the decimal it shows | share |
///
/// # Examples
///
/// ```
/// use slo_correlate::{Correlator, Pearson};
///
/// // Anscombe's first set: r² = 0.67.
/// let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
/// let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
/// let found = Pearson::new().correlate(&x, &y)?;
/// assert!((found.coefficient.powi(2) - 0.67).abs() < 0.005);
/// assert!(found.p_value.is_some_and(|p| (p - 0.00217).abs() < 5e-6));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Bartlett, M. S. (1935). Some aspects of the time-correlation problem in regard to tests of significance. *Journal of
/// the Royal Statistical Society* 98(3), 536-543. Pyper, B. J. and Peterman, R. M. (1998). Comparison of methods to
/// account for autocorrelation in correlation analyses of fish data. *Canadian Journal of Fisheries and Aquatic
/// Sciences* 55, 2127-2140. Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation deduced from
/// a small sample. *Metron* 1, 3-32.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct Pearson {
    effective: Effective,
    level: f64,
}

impl Default for Pearson {
    fn default() -> Self {
        Self::new()
    }
}

impl Pearson {
    /// Independent pairs, and an interval at 95 %.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{Correlator, Pearson};
    ///
    /// let found = Pearson::new().correlate(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0])?;
    /// assert_eq!((found.coefficient, found.p_value, found.n_effective), (-1.0, Some(0.0), 3.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { effective: Effective::None, level: 0.95 }
    }

    /// How the pairs' dependence on their own past is allowed for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{Correlator, Effective, Pearson};
    ///
    /// // Two slow waves that have nothing to do with each other, over four and five turns.
    /// let wave = |turns: f64| (0..400).map(|i| (f64::from(i) / 400.0 * turns + 0.1).sin()).collect::<Vec<_>>();
    /// let (x, y) = (wave(9.0), wave(11.0));
    /// let naive = Pearson::new().correlate(&x, &y)?;
    /// let found = Pearson::new().effective(Effective::Bartlett).correlate(&x, &y)?;
    /// assert_eq!(found.coefficient, naive.coefficient);
    /// assert!(found.n_effective < 40.0 && found.p_value > naive.p_value);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn effective(mut self, effective: Effective) -> Self {
        self.effective = effective;
        self
    }

    /// The confidence level of the interval.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{Correlator, Pearson};
    ///
    /// let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]);
    /// let found = Pearson::new().level(0.5).correlate(&x, &y)?;
    /// // tanh(atanh 0.8 ± 0.67449 / √2)
    /// let interval = found.interval.ok_or(slo_core::Error::out_of_range("interval"))?;
    /// assert!((interval.lower - 0.5523).abs() < 5e-5 && (interval.upper - 0.9179).abs() < 5e-5, "{interval:?}");
    /// assert!(Pearson::new().level(95.0).correlate(&x, &y).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }
}

impl Correlator for Pearson {
    fn correlate(&self, x: &[f64], y: &[f64]) -> Result<Correlation> {
        let z = Normal.upper_quantile(two_sided(self.level)?)?;
        let (x, y) = samples(x, y)?;
        let (x, y) = (x.varying("x")?, y.varying("y")?);
        let n = x.values().len();
        let found = Closeness::about_means(&x, &y);
        let by_t = |n_effective| Ok((n_effective, p_value(found, n_effective)?));
        let (n_effective, p_value) = match self.effective {
            // Two points have no autocorrelation, and no p-value either.
            Effective::Bartlett if n > 2 => by_t(effective_sample_size_pair(x.values(), y.values())?)?,
            Effective::None | Effective::Bartlett => by_t(n as f64)?,
            Effective::Surrogate => surrogate::test(&x, &y, found.coefficient),
        };
        Ok(Correlation {
            measure: Measure::Pearson,
            coefficient: found.coefficient,
            p_value,
            interval: interval(found, n_effective, self.level, z),
            n,
            n_effective,
            effective: self.effective,
        })
    }

    fn min_len(&self) -> usize {
        2
    }
}

/// Two samples of one length, with at least two points.
pub(crate) fn samples<'a>(x: &'a [f64], y: &'a [f64]) -> Result<(Sample<'a>, Sample<'a>)> {
    Error::check_lengths("x", x.len(), "y", y.len())?;
    if x.len() < 2 {
        return Err(Error::TooShort { name: "x", len: x.len(), needed: 2 });
    }
    Ok((Sample::new("x", x)?, Sample::new("y", y)?))
}

/// Twice the tail of Student's t beyond the coefficient's; `None` without a degree of freedom.
pub(crate) fn p_value(found: Closeness, n_effective: f64) -> Result<Option<f64>> {
    let freedom = n_effective - 2.0;
    if freedom <= 0.0 {
        return Ok(None);
    }
    if found.unexplained <= 0.0 {
        return Ok(Some(0.0));
    }
    let t = found.coefficient.abs() * (freedom / found.unexplained).sqrt();
    Ok(Some((2.0 * StudentT::new(freedom)?.sf(t)).min(1.0)))
}

/// Fisher's interval; `None` unless there are more than three effective pairs.
fn interval(found: Closeness, n_effective: f64, level: f64, z: f64) -> Option<Interval> {
    let weight = n_effective - 3.0;
    (weight > 0.0).then(|| {
        let (centre, reach) = (found.atanh(), z / weight.sqrt());
        Interval { lower: (centre - reach).tanh(), upper: (centre + reach).tanh(), level }
    })
}

#[cfg(test)]
mod tests;
