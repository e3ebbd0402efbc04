//! How a ratio of independent normal values is distributed, exactly.

use slo_core::{Error, Result};

use super::crossed::Crossed;
use super::event::Event;
use super::lattice::ln_integral;
use super::memory::recall;
use super::ratio::DixonRatio;
use super::table::DixonTable;
use crate::test_result::Exactness;
use crate::verdict::Side;

/// The exact distribution of one of Dixon's ratios on `n` independent normal values.
///
/// # Method
///
/// ```text
/// P(r > R) = n!/(k! m!) ∫∫ φ(x) φ(x-v) Φ(x-v)^k Σ_{l<j} C(m,l) [Φ(x) - Φ(x-Rv)]^l [Φ(x-Rv) - Φ(x-v)]^(m-l) dv dx
/// ```
///
/// for `rjk`, with `m = n - k - 2`: `x` is the largest value and `x - v` the one that ends the denominator, and at most
/// `j - 1` of the `m` values between them lie above `x - Rv`. The integrand is log-concave; the trapezoidal rule on a
/// lattice that follows its peak converges exponentially, and no difference of probabilities loses digits. So the
/// **relative** error is below 1e-12, held against integrals at 128 bits for 3 to 10 000 values and for probabilities down
/// to 1e-283; [`DixonDistribution::ln_sf`] goes on where doubles end. A call takes some 50 to 100 microseconds, on both
/// sides once and a half that, for r21 a few milliseconds; [`DixonDistribution::tabulate`] makes most of them less
/// than one microsecond.
///
/// The two-sided probability, that the greater of the two ratios exceeds R, is `2 P(r > R) - P(both exceed R)`. For r10,
/// r11, r20 and r22 the last term is an integral of the same kind (for r10 it is 0 from R = 1/2 on). For r21 it has four
/// dimensions, since the denominator of either ratio ends where the numerator of the other does; they are computed up to
/// 30 values. For r12, which [`DixonRatio::Auto`] never chooses, and for r21 of more values the probability is bounded
/// by leaving the term out: [`DixonDistribution::exactness`] says which.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{DixonDistribution, DixonRatio, Side};
///
/// // Three values: P(r10 > R) = 1/2 - 3/π atan((2R - 1)/√3).
/// let of_three = DixonDistribution::new(DixonRatio::R10, 3)?;
/// let closed = 0.5 - 3.0 / std::f64::consts::PI * (0.8_f64 / 3.0_f64.sqrt()).atan();
/// assert!((of_three.sf(0.9) / closed - 1.0).abs() < 1e-12);
/// // Dixon's table has 0.941 at 5 % on one side.
/// assert!((of_three.critical_value(0.05, Side::Upper)? - 0.941).abs() < 5e-4);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Dixon, W. J. (1951). Ratios involving extreme values. *Annals of Mathematical Statistics* 22(1), 68-78.
/// `McBane`, G. C. (2006). Programs to compute distribution functions and critical values for extreme value ratios for
/// outlier detection. *Journal of Statistical Software* 16(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DixonDistribution {
    ratio: DixonRatio,
    n: usize,
}

impl DixonDistribution {
    /// The longest sample whose distribution is computed.
    pub const MAX_LEN: usize = 10_000;

    /// The distribution of a ratio on samples of `n` values; [`DixonRatio::Auto`] is the one that suits `n`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// assert_eq!(DixonDistribution::new(DixonRatio::Auto, 20)?.ratio(), DixonRatio::R22);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for fewer values than the ratio needs, [`Error::LimitExceeded`] for more than 10 000.
    pub fn new(ratio: DixonRatio, n: usize) -> Result<Self> {
        if n > Self::MAX_LEN {
            let (value, limit) = (n as u64, Self::MAX_LEN as u64);
            return Err(Error::LimitExceeded { what: "values of Dixon's test", value, limit });
        }
        Ok(Self { ratio: ratio.for_len(n)?, n })
    }

    /// The ratio.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// assert_eq!(DixonDistribution::new(DixonRatio::R20, 9)?.ratio(), DixonRatio::R20);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn ratio(&self) -> DixonRatio {
        self.ratio
    }

    /// How many values a sample has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// assert_eq!(DixonDistribution::new(DixonRatio::R20, 9)?.sample_len(), 9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn sample_len(&self) -> usize {
        self.n
    }

    /// `P(r > x)`, that the ratio of a side named beforehand exceeds `x`; NaN where `x` is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// // Tables that end at 0.5 % give 0 here.
    /// let p = DixonDistribution::new(DixonRatio::R22, 20)?.sf(0.6);
    /// assert!((p - 0.00216).abs() < 1e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn sf(&self, x: f64) -> f64 {
        self.ln_sf(x).exp()
    }

    /// `ln P(r > x)`, also where the probability is too small for a double; NaN where `x` is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// let hundred = DixonDistribution::new(DixonRatio::R10, 100)?;
    /// assert_eq!(hundred.sf(0.9999), 0.0);
    /// assert!((hundred.ln_sf(0.9999) / -801.0 - 1.0).abs() < 0.05);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn ln_sf(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            f64::NEG_INFINITY
        } else {
            ln_integral(&Event::upper(self.ratio, self.n, x), f64::NEG_INFINITY).min(0.0)
        }
    }

    /// The probability that the ratio of this side exceeds `x`; with [`Side::Both`], that the greater of the two does,
    /// or a bound where [`DixonDistribution::exactness`] says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio, Side};
    ///
    /// // Among 50 values both ratios can exceed the critical value: less than twice the one-sided probability.
    /// let fifty = DixonDistribution::new(DixonRatio::R10, 50)?;
    /// let critical = fifty.critical_value(0.110717, Side::Upper)?;
    /// assert!((fifty.p_value(critical, Side::Both) - 0.216444).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn p_value(&self, x: f64, side: Side) -> f64 {
        self.ln_p_value(x, side).exp()
    }

    /// How [`DixonDistribution::p_value`] relates to the probability that it stands for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio, Exactness, Side};
    ///
    /// let r12 = DixonDistribution::new(DixonRatio::R12, 12)?;
    /// assert_eq!(r12.exactness(Side::Upper), Exactness::Exact);
    /// assert_eq!(r12.exactness(Side::Both), Exactness::UpperBound);
    /// let r21 = |n| DixonDistribution::new(DixonRatio::R21, n).map(|law| law.exactness(Side::Both));
    /// assert_eq!((r21(30)?, r21(31)?), (Exactness::Exact, Exactness::UpperBound));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn exactness(&self, side: Side) -> Exactness {
        match (side, self.ratio) {
            (Side::Both, DixonRatio::R12) => Exactness::UpperBound,
            (Side::Both, DixonRatio::R21) if self.n > Crossed::MAX_LEN => Exactness::UpperBound,
            _ => Exactness::Exact,
        }
    }

    /// The value that the ratio of a side named beforehand exceeds with probability `p`, to 1e-10.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// // 1/2 by symmetry: with three values one ratio is one minus the other.
    /// let median = DixonDistribution::new(DixonRatio::R10, 3)?.upper_quantile(0.5)?;
    /// assert!((median - 0.5).abs() < 1e-12);
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
        Ok(recall(*self, p, Side::Upper, || invert(p, |x| self.ln_sf(x))))
    }

    /// The value that a ratio must exceed to be significant at level `alpha`, to 1e-10.
    ///
    /// It takes about a millisecond, for r21 on both sides some thirty, and next to nothing for the last 128 that were asked
    /// for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio, Side};
    ///
    /// // Rorabacher's table of 1991 has 0.466; exact 0.4656.
    /// let ten = DixonDistribution::new(DixonRatio::R10, 10)?;
    /// assert!((ten.critical_value(0.05, Side::Both)? - 0.4656).abs() < 5e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < alpha < 1`.
    pub fn critical_value(&self, alpha: f64, side: Side) -> Result<f64> {
        Error::check_fraction("alpha", alpha)?;
        if side != Side::Both {
            return self.upper_quantile(alpha);
        }
        Ok(recall(*self, alpha, side, || invert(alpha, |x| self.ln_p_value(x, side))))
    }

    /// The same distribution as a table that answers in less than a microsecond, with a relative error below 1e-10; only
    /// r21, and r20 of four values, are asked anew on both sides.
    ///
    /// It takes some 50 milliseconds to make, a few hundred for a thousand values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{DixonDistribution, DixonRatio};
    ///
    /// let exact = DixonDistribution::new(DixonRatio::R10, 10)?;
    /// let table = exact.tabulate();
    /// assert!((table.sf(0.4) / exact.sf(0.4) - 1.0).abs() < 1e-10);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn tabulate(&self) -> DixonTable {
        DixonTable::of(*self)
    }

    /// `ln` of [`DixonDistribution::p_value`].
    pub(super) fn ln_p_value(&self, x: f64, side: Side) -> f64 {
        let one = self.ln_sf(x);
        if side == Side::Both { either(one, self.ln_both(x, one)) } else { one }
    }

    /// `ln P(both ratios > x)`, as far as it matters beside a probability whose logarithm is `beside`; minus infinity where
    /// that cannot be, or is left out.
    pub(super) fn ln_both(&self, x: f64, beside: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        match Event::both(self.ratio, self.n, x) {
            Some(event) if x < 1.0 => ln_integral(&event, beside).min(0.0),
            _ => f64::NEG_INFINITY,
        }
    }
}

/// `ln (2 P(one) - P(both))`, at most 0.
pub(super) fn either(ln_one: f64, ln_both: f64) -> f64 {
    if ln_one.is_nan() || ln_one == f64::NEG_INFINITY {
        return ln_one;
    }
    (ln_one + (2.0 - (ln_both - ln_one).exp()).ln()).min(0.0)
}

/// The point at which a probability, given by its falling logarithm, is `p`.
///
/// In `u = -ln(1 - x)` the logarithm is nearly straight: secants, and halves where a secant leaves the bracket.
pub(super) fn invert(p: f64, ln_sf: impl Fn(f64) -> f64) -> f64 {
    if p >= 1.0 {
        return 0.0;
    }
    if p <= 0.0 {
        return 1.0;
    }
    let target = p.ln();
    let excess = |u: f64| ln_sf(-(-u).exp_m1()) - target;
    // Beyond 37 the point itself is 1.
    let (mut low, mut high) = ((0.0, -target), (0.3, excess(0.3)));
    while high.1 > 0.0 && high.0 < 40.0 {
        low = high;
        high.0 *= 2.0;
        high.1 = excess(high.0);
    }
    let (mut last, mut newest) = (low, high);
    for _ in 0..100 {
        let secant = newest.0 - newest.1 * (newest.0 - last.0) / (newest.1 - last.1);
        let inside = secant > low.0 && secant < high.0;
        let u = if inside { secant } else { 0.5 * (low.0 + high.0) };
        let step = (u - newest.0).abs();
        last = newest;
        newest = (u, excess(u));
        if newest.1 > 0.0 {
            low = newest;
        } else {
            high = newest;
        }
        // A secant of a step this short leaves an error of the order of its square.
        if newest.1 == 0.0 || step < 1e-8 * (1.0 + u) && inside || high.0 - low.0 < 1e-15 * (1.0 + u) {
            break;
        }
    }
    -(-newest.0).exp_m1()
}
