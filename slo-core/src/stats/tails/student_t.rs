//! Student's t distribution.

use super::incomplete_beta::{IncompleteBeta, Point};
use super::normal::normal_upper_quantile;
use super::solve::Positive;
use super::split::{Place, Side, Split};
use super::student_tail::over_density;
use super::{check_parameter, distribution};
use crate::error::Result;

/// Student's t distribution, of a normal mean over its estimated standard error.
///
/// # Method
///
/// With `v` degrees of freedom, `t > 0` and the regularised incomplete beta function `I`:
///
/// ```text
/// P(T > t)     = I_{v/(v+t²)}(v/2, 1/2) / 2
/// P(0 < T < t) = I_{t²/(v+t²)}(1/2, v/2) / 2
/// ```
///
/// A quantile with `1/4 <= p <= 3/4` is found from the second, whose value `|p - 1/2|` is exact. Near the centre, for
/// `|t| <= 5/2` and `t² <= v`, where most statistics lie, the second is a short sum of positive terms times the density
/// `f`, and leaves a tail of at least 1/200. Beyond, with `v >= 1` and `t² >= 2`, the first is a continued fraction
/// times the density:
///
/// ```text
/// P(0 < T < t) = t f(t) Σ (v+1)(v+3) ... (v+2n-1) / (3 · 5 ... (2n+1)) (t²/(v+t²))^n
/// P(T > t)     = t f(t) / (2 (β₀ + α₁/(β₁ + α₂/(β₂ + ...)))),   αₙ and βₙ those of Didonato and Morris
/// ```
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `df` | 1e-9 to 1e15 | degrees of freedom |
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{Distribution, StudentT};
///
/// // The table of critical values: t(0.975; 10) = 2.228.
/// let t = StudentT::new(10.0)?;
/// assert!((t.upper_quantile(0.025)? - 2.228).abs() < 5e-4);
/// assert!((2.0 * t.sf(2.228138851986275) - 0.05).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Didonato, A. R. and Morris, A. H. (1992). Algorithm 708: significant digit computation of the incomplete beta
/// function ratios. *ACM Transactions on Mathematical Software* 18(3), 360-373.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    df: f64,
}

impl StudentT {
    /// Student's t with this many degrees of freedom.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Distribution, StudentT};
    ///
    /// // One degree of freedom is the Cauchy distribution: a quarter lies above 1.
    /// assert!((StudentT::new(1.0)?.sf(1.0) - 0.25).abs() < 1e-16);
    /// // A million million make it normal.
    /// assert!((StudentT::new(1e12)?.sf(1.959963984540054) - 0.025).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `1e-9 <= df <= 1e15`.
    pub fn new(df: f64) -> Result<Self> {
        check_parameter("df", df)?;
        Ok(Self { df })
    }

    /// `T² / (df + T²)` is a beta variable with 1/2 and df/2.
    fn square(&self) -> IncompleteBeta {
        IncompleteBeta::new(0.5, 0.5 * self.df)
    }

    fn split(&self, t: f64) -> Split {
        let size = t.abs();
        let side = if t < 0.0 { Side::Lower } else { Side::Upper };
        if self.is_central(size) {
            return Split::of_mass(side, 0.5 - size * central_sum(self.df, size) * self.density(size));
        }
        if let Some(ratio) = over_density(size, self.df) {
            let (factor, ln) = self.split_density(size);
            // The ratio is as large as the value, and the density may have lost digits where the mass has not.
            let root = (0.5 * ln).exp();
            let mass = ratio * factor * root * root;
            return if mass >= f64::MIN_POSITIVE {
                Split::of_mass(side, mass)
            } else {
                Split::new(side, ln + (ratio * factor).ln())
            };
        }
        if t.is_nan() {
            return Split::UNDEFINED;
        }
        let outside = if size == f64::INFINITY {
            f64::NEG_INFINITY
        } else {
            self.square().split(&self.point(size)).ln(Side::Upper)
        };
        Split::new(side, outside - std::f64::consts::LN_2)
    }

    /// `t² / (df + t²)` for a finite `t > 0`.
    fn point(&self, t: f64) -> Point {
        // t² - 1 over the larger of t² and 1, neither overflowing nor cancelling.
        let beyond = if t >= 1.0 { (1.0 - 1.0 / t) * (1.0 + 1.0 / t) } else { (t - 1.0) * (t + 1.0) };
        Point::ratio(0.5, 0.5 * self.df, Positive { value: t * t, ln: 2.0 * t.ln() }, beyond)
    }

    fn locate(&self, place: Place) -> f64 {
        let (side, mass) = match place {
            Place::Start => return f64::NEG_INFINITY,
            Place::End => return f64::INFINITY,
            Place::Inside(side, mass) => (side, mass),
        };
        if mass == 0.5 {
            return 0.0;
        }
        let size = self.expanded_size(mass).unwrap_or_else(|| {
            if mass > 0.25 {
                self.size(Side::Lower, 1.0 - 2.0 * mass)
            } else {
                self.size(Side::Upper, 2.0 * mass)
            }
        });
        if side == Side::Lower { -size } else { size }
    }

    /// Whether the sum about the centre is short, and what it leaves has all its digits.
    fn is_central(&self, size: f64) -> bool {
        size <= CENTRE && size * size <= self.df
    }

    /// The density at a finite `t`.
    fn density(&self, t: f64) -> f64 {
        let (factor, ln) = self.split_density(t);
        factor * ln.exp()
    }

    /// The density at a finite `t`: a factor, and the logarithm of another one.
    fn split_density(&self, t: f64) -> (f64, f64) {
        let (factor, ln) = density_at_zero(self.df);
        (factor, ln - 0.5 * (self.df + 1.0) * (t * (t / self.df)).ln_1p())
    }

    /// `t` with `P(T > t) = mass` where the expansion of Cornish and Fisher comes near it.
    ///
    /// Steps of third order from there: of the mass between 0 and t about the centre, of the logarithm of the tail
    /// beyond.
    fn expanded_size(&self, mass: f64) -> Option<f64> {
        let df = self.df;
        if !(mass >= 1e-3 || (df >= 8.0 && mass >= 1e-14)) || mass > 0.25 {
            return None;
        }
        let z = normal_upper_quantile(mass);
        let square = z * z;
        let mut t = z
            + z * ((square + 1.0) / 4.0 + ((5.0 * square + 16.0) * square + 3.0) / (96.0 * df)) / df
            + z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / (384.0 * df * df * df);
        for _ in 0..8 {
            // Minus the logarithmic derivative of the density.
            let fall = (df + 1.0) * t / (df + t * t);
            let step = if self.is_central(t) {
                let excess = (0.5 - mass) / self.density(t) - t * central_sum(df, t);
                excess * (1.0 + 0.5 * excess * fall)
            } else {
                let ratio = over_density(t, df)?;
                let excess = ratio * (ratio * self.density(t) / mass).ln();
                excess / (1.0 + 0.5 * excess * (1.0 / ratio - fall))
            };
            t += step;
            // What is left after a step is of the order of its third power.
            if step.abs() <= 1e-6 * t {
                return Some(t);
            }
        }
        None
    }

    /// `|t|` at which the square has this mass on one side.
    fn size(&self, side: Side, mass: f64) -> f64 {
        let odds = self.square().odds(side, mass);
        let square = odds.times(self.df);
        if square.is_normal() { square.sqrt() } else { (0.5 * (odds.ln + self.df.ln())).exp() }
    }
}

/// So far from 0 the sum about it leaves a tail of a hundredth.
const CENTRE: f64 = 2.5;

/// The sum of [`StudentT`]'s method for `t² <= df`, below which its terms halve before long.
///
/// Four terms at a time, nested, so that one product a step has to wait for the one before.
fn central_sum(df: f64, t: f64) -> f64 {
    let share = t * t / (df + t * t);
    let (mut sum, mut term, mut odd) = (1.0, 1.0, df + 1.0);
    let (steps, _) = INVERSE_ODD.as_chunks::<4>();
    for [a, b, c, d] in steps {
        let (a, b) = (odd * share * a, (odd + 2.0) * share * b);
        let (c, d) = ((odd + 4.0) * share * c, (odd + 6.0) * share * d);
        sum += term * (a * (1.0 + b * (1.0 + c * (1.0 + d))));
        term *= (a * b) * (c * d);
        odd += 8.0;
        if term <= 1e-17 * sum {
            break;
        }
    }
    sum
}

/// `1/3, 1/5, 1/7, ...`
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const INVERSE_ODD: [f64; 128] = {
    let mut inverse = [1.0; 128];
    let (mut index, mut odd) = (0, 3.0);
    while index < 128 {
        inverse[index] = 1.0 / odd;
        odd += 2.0;
        index += 1;
    }
    inverse
};

/// `Γ((v+1)/2) / (√(πv) Γ(v/2))`: a factor, and the logarithm of another one.
///
/// ```text
/// ln Γ(b+1/2) - ln Γ(b) - ln √b = -1/(8b) + 1/(192b³) - 1/(640b⁵) + ...,   Γ(b+1/2)/Γ(b) = b/(b+1/2) Γ(b+3/2)/Γ(b+1)
/// ```
fn density_at_zero(df: f64) -> (f64, f64) {
    let (mut b, mut ratio) = (0.5 * df, 1.0);
    while b < 10.0 {
        ratio *= b / (b + 0.5);
        b += 1.0;
    }
    let inverse = 1.0 / b;
    // -(1 - 4^-k) B_2k / (k (2k - 1)) times the powers of 1/b², in pairs that do not wait for one another.
    let s = inverse * inverse;
    let (s2, s4) = (s * s, s * s * (s * s));
    let low = (-1.0 / 8.0 + s / 192.0) + s2 * (-1.0 / 640.0 + s * (17.0 / 14_336.0));
    let high = (-31.0 / 18_432.0 + s * (691.0 / 180_224.0))
        + s2 * (-5_461.0 / 425_984.0 + s * (929_569.0 / 15_728_640.0));
    (ratio * (b / (std::f64::consts::PI * df)).sqrt(), inverse * (low + s4 * high))
}

distribution!(StudentT);

#[cfg(test)]
mod tests {
    use super::super::Distribution;
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn every_route_has_the_tail_of_the_incomplete_beta_function() {
        for df in [1.0, 1.5, 2.0, 3.7, 6.25, 9.0, 20.0, 57.3, 400.0, 1e6, 1e12] {
            let law = StudentT::new(df).unwrap();
            let centre = df.sqrt().min(CENTRE);
            for share in [1e-9, 0.01, 0.3, 0.8, 1.0, 1.0 + f64::EPSILON, 1.1, 1.5, 3.0, 9.0] {
                let t = share * centre;
                let direct = law.square().split(&law.point(t)).ln(Side::Upper) - std::f64::consts::LN_2;
                // Both hold to 1e-12 of the references of 80 digits.
                assert_close(law.sf(t), direct.exp(), 1e-12);
                assert_close(law.ln_cdf(-t), direct, 1e-12);
            }
        }
    }

    #[test]
    fn a_tail_keeps_its_digits_where_the_density_has_lost_some() {
        // mpmath at 60 digits; the density there is below the normal floats.
        let law = StudentT::new(7.0).unwrap();
        assert_close(law.sf(1e40), 1.320_520_676_354_676_7e-278, 1e-12);
        assert_close(law.upper_quantile(1.320_520_676_354_676_7e-278).unwrap(), 1e40, 1e-12);
    }

    #[test]
    fn a_tail_below_every_float_has_a_logarithm() {
        // ln P = ln f(t) + ln(t/v) up to a relative (v+2)/t²: 1e-198 with t = 1e100.
        let law = StudentT::new(4.0).unwrap();
        assert_eq!(law.sf(1e100), 0.0);
        let (factor, ln) = law.split_density(1e100);
        assert_close(law.ln_sf(1e100), ln + (factor * 1e100 / 4.0).ln(), 1e-14);
    }

    #[test]
    fn expanded_quantiles_invert_every_route() {
        for df in [1.0, 2.5, 4.0, 8.0, 30.0, 88.0, 1e5, 1e13] {
            let law = StudentT::new(df).unwrap();
            for mass in [9e-15, 1e-14, 1e-9, 2.5e-5, 0.000_99, 0.001, 0.005, 0.025, 0.05, 0.1, 0.25] {
                let expected = law.size(Side::Upper, 2.0 * mass);
                assert_close(law.locate(Place::Inside(Side::Upper, mass)), expected, 1e-12);
            }
        }
    }

    #[test]
    fn the_density_at_zero_is_that_of_the_table() {
        // 1/π, √2/4 and 3/8: one, two and four degrees of freedom; 1/√(2π) at the limit.
        for (df, expected) in [
            (1.0, std::f64::consts::FRAC_1_PI),
            (2.0, std::f64::consts::SQRT_2 / 4.0),
            (4.0, 0.375),
            (1e15, 1.0 / std::f64::consts::TAU.sqrt()),
        ] {
            assert_close(StudentT::new(df).unwrap().density(0.0), expected, 4e-15);
        }
    }
}
