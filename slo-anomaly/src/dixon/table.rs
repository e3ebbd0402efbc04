//! A distribution of a ratio, tabulated.

use slo_core::{Error, Result};

use super::distribution::{DixonDistribution, either, invert};
use super::ratio::DixonRatio;
use crate::test_result::Exactness;
use crate::verdict::Side;

/// A [`DixonDistribution`] that answers in less than a microsecond.
///
/// # Method
///
/// ```text
/// ln P(r > x) = k ln(1 - x/e) + Σ c_i T_i(2x/w - 1),    0 <= x <= w
/// ```
///
/// `e` is where the probability ends and `k` the power with which it does, so that what is left to the polynomial is
/// smooth; `w` is where the probability is 1e-30. The relative error is below 1e-10; beyond `w` the exact distribution is
/// asked, and so it is for what both sides of r21 have, and of r20 for four values.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{DixonDistribution, DixonRatio, Side};
///
/// let table = DixonDistribution::new(DixonRatio::Auto, 30)?.tabulate();
/// // The exact critical value at 5 % on one side.
/// assert!((table.critical_value(0.05, Side::Upper)? - 0.375795).abs() < 1e-6);
/// assert!((table.p_value(0.375795, Side::Upper) - 0.05).abs() < 1e-6);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DixonTable {
    exact: DixonDistribution,
    one: Curve,
    both: Option<Curve>,
}

impl DixonTable {
    pub(super) fn of(exact: DixonDistribution) -> Self {
        let (ratio, n) = (exact.ratio(), exact.sample_len() as f64);
        let (j, k) = ratio.reach();
        let one = Curve::of((1.0, n - 1.0 - (k + j) as f64), |x| exact.ln_sf(x));
        let end = match ratio {
            DixonRatio::R10 => Some((0.5, n - 2.0)),
            // Of four values both can exceed any limit, and not smoothly.
            DixonRatio::R20 if n > 4.0 => Some((0.5, n - 4.0)),
            DixonRatio::R11 => Some((1.0, n - 3.0)),
            DixonRatio::R22 => Some((1.0, n - 5.0)),
            _ => None,
        };
        let both = end.map(|end| Curve::of(end, |x| exact.ln_both(x, f64::NEG_INFINITY)));
        Self { exact, one, both }
    }

    /// The distribution itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// let exact = DixonDistribution::new(DixonRatio::R10, 5)?;
    /// assert_eq!(exact.tabulate().distribution(), exact);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn distribution(&self) -> DixonDistribution {
        self.exact
    }

    /// `P(r > x)`, that the ratio of a side named beforehand exceeds `x`; NaN where `x` is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// let table = DixonDistribution::new(DixonRatio::R10, 3)?.tabulate();
    /// assert!((table.sf(0.5) - 0.5).abs() < 1e-10);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn sf(&self, x: f64) -> f64 {
        self.ln_sf(x).exp()
    }

    /// As [`DixonDistribution::p_value`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio, Side};
    ///
    /// // From 1/2 on, only one of the two ratios can exceed r10.
    /// let table = DixonDistribution::new(DixonRatio::R10, 10)?.tabulate();
    /// assert!((table.p_value(0.6, Side::Both) / table.sf(0.6) - 2.0).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn p_value(&self, x: f64, side: Side) -> f64 {
        self.ln_p_value(x, side).exp()
    }

    /// As [`DixonDistribution::exactness`]: whether the probability that is tabulated is exact.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio, Exactness, Side};
    ///
    /// let table = DixonDistribution::new(DixonRatio::R12, 9)?.tabulate();
    /// assert_eq!(table.exactness(Side::Both), Exactness::UpperBound);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn exactness(&self, side: Side) -> Exactness {
        self.exact.exactness(side)
    }

    /// As [`DixonDistribution::upper_quantile`], to 1e-9.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// let table = DixonDistribution::new(DixonRatio::R10, 3)?.tabulate();
    /// assert!((table.upper_quantile(0.5)? - 0.5).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= p <= 1`.
    pub fn upper_quantile(&self, p: f64) -> Result<f64> {
        if !(0.0..=1.0).contains(&p) {
            return Err(Error::invalid("p", p, "must lie between 0 and 1"));
        }
        Ok(invert(p, |x| self.ln_sf(x)))
    }

    /// As [`DixonDistribution::critical_value`], to 1e-9.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio, Side};
    ///
    /// let table = DixonDistribution::new(DixonRatio::R10, 10)?.tabulate();
    /// assert!((table.critical_value(0.05, Side::Upper)? - 0.411859).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < alpha < 1`.
    pub fn critical_value(&self, alpha: f64, side: Side) -> Result<f64> {
        Error::check_fraction("alpha", alpha)?;
        Ok(invert(alpha, |x| self.ln_p_value(x, side)))
    }

    fn ln_sf(&self, x: f64) -> f64 {
        self.one.at(x).map_or_else(|| self.exact.ln_sf(x), |ln| ln.min(0.0))
    }

    fn ln_p_value(&self, x: f64, side: Side) -> f64 {
        let one = self.ln_sf(x);
        if side != Side::Both {
            return one;
        }
        let both = match &self.both {
            // Beyond the curve, what both have is less than 1e-30.
            Some(curve) if x >= curve.width && one > -46.0 => f64::NEG_INFINITY,
            Some(curve) => curve.at(x).unwrap_or_else(|| self.exact.ln_both(x, one)),
            None => self.exact.ln_both(x, one),
        };
        either(one, both)
    }
}

/// A falling probability on [0, `width`], in logarithms.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    end: f64,
    power: f64,
    width: f64,
    coefficients: Vec<f64>,
}

impl Curve {
    /// The smallest probability that is tabulated.
    const LEAST: f64 = 1e-30;
    /// What a coefficient may be that is left out.
    const NEGLIGIBLE: f64 = 1e-12;

    /// The curve that ends at `end` with a `power`.
    #[allow(clippy::indexing_slicing, reason = "the tail of a list that is no longer than itself")]
    fn of((end, power): (f64, f64), ln: impl Fn(f64) -> f64) -> Self {
        let width = invert(Self::LEAST, &ln).min(end);
        let smooth = |x: f64| ln(x) - power * (-x / end).ln_1p();
        let mut degree = 24;
        loop {
            let coefficients = chebyshev(degree, |t| smooth(0.5 * width * (1.0 + t)));
            let last = coefficients.iter().rposition(|c| c.abs() > Self::NEGLIGIBLE).unwrap_or(0);
            if last + 4 < degree || degree >= 192 {
                let coefficients = coefficients[..=last].to_vec();
                return Self { end, power, width, coefficients };
            }
            degree *= 2;
        }
    }

    /// The logarithm at a point; none outside the curve.
    fn at(&self, x: f64) -> Option<f64> {
        if !(x > 0.0 && x < self.width) {
            return None;
        }
        let t = 2.0 * x / self.width - 1.0;
        // Clenshaw's recurrence.
        let (mut next, mut after) = (0.0, 0.0);
        for coefficient in self.coefficients.iter().skip(1).rev() {
            (next, after) = (2.0 * t * next - after + coefficient, next);
        }
        let first = self.coefficients.first().copied().unwrap_or(0.0);
        Some(self.power * (-x / self.end).ln_1p() + t * next - after + first)
    }
}

/// The coefficients of the polynomial that meets a function at Chebyshev's points.
fn chebyshev(degree: usize, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let n = degree as f64;
    let angle = |index: usize| std::f64::consts::PI * (index as f64 + 0.5) / n;
    let values: Vec<f64> = (0..degree).map(|index| f(angle(index).cos())).collect();
    (0..degree)
        .map(|order| {
            let terms = values.iter().enumerate().map(|(at, value)| value * (order as f64 * angle(at)).cos());
            terms.sum::<f64>() * if order == 0 { 1.0 } else { 2.0 } / n
        })
        .collect()
}
