//! Student's t distribution.

use super::density::polynomial;
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
/// `|t| <= 3` and `t² <= v`, where most statistics and critical values lie, the second is a short sum of positive terms
/// times the density `f`, and leaves a tail of at least 1/1000:
///
/// ```text
/// P(0 < T < t) = t f(t) Σ (v+1)(v+3) ... (v+2n-1) / (3 · 5 ... (2n+1)) (t²/(v+t²))^n
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
            let mass = ratio * factor * ln.exp();
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
        let size = self.central_size(mass).unwrap_or_else(|| {
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

    /// `t` with `P(T > t) = mass` where that is near the centre.
    ///
    /// Steps of third order from the expansion of Cornish and Fisher.
    fn central_size(&self, mass: f64) -> Option<f64> {
        let df = self.df;
        if !(1e-3..=0.25).contains(&mass) {
            return None;
        }
        let z = normal_upper_quantile(mass);
        let square = z * z;
        let mut t = z
            + z * ((square + 1.0) / 4.0 + ((5.0 * square + 16.0) * square + 3.0) / (96.0 * df)) / df
            + z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / (384.0 * df * df * df);
        for _ in 0..6 {
            if !self.is_central(t) {
                return None;
            }
            let density = self.density(t);
            let excess = (0.5 - mass) / density - t * central_sum(df, t);
            let step = excess * (1.0 + 0.5 * excess * (df + 1.0) * t / (df + t * t));
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
fn central_sum(df: f64, t: f64) -> f64 {
    let share = t * t / (df + t * t);
    let (mut sum, mut term, mut odd) = (1.0, 1.0, 1.0);
    while term > 1e-17 * sum && odd < 400.0 {
        term *= (df + odd) * share / (odd + 2.0);
        sum += term;
        odd += 2.0;
    }
    sum
}

/// `Γ((v+1)/2) / (√(πv) Γ(v/2))`: a factor, and the logarithm of another one.
///
/// ```text
/// ln Γ(b+1/2) - ln Γ(b) - ln √b = -1/(8b) + 1/(192b³) - 1/(640b⁵) + ...,   Γ(b+1/2)/Γ(b) = b/(b+1/2) Γ(b+3/2)/Γ(b+1)
/// ```
fn density_at_zero(df: f64) -> (f64, f64) {
    /// `-(1 - 4^-k) B_2k / (k (2k - 1))`.
    const REMAINDER: [f64; 8] = [
        -1.0 / 8.0,
        1.0 / 192.0,
        -1.0 / 640.0,
        17.0 / 14_336.0,
        -31.0 / 18_432.0,
        691.0 / 180_224.0,
        -5_461.0 / 425_984.0,
        929_569.0 / 15_728_640.0,
    ];
    let (mut b, mut ratio) = (0.5 * df, 1.0);
    while b < 10.0 {
        ratio *= b / (b + 0.5);
        b += 1.0;
    }
    let inverse = 1.0 / b;
    (ratio * (b / (std::f64::consts::PI * df)).sqrt(), inverse * polynomial(&REMAINDER, inverse * inverse))
}

distribution!(StudentT);

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn both_routes_meet_at_the_border_of_the_centre() {
        for df in [1.0, 1.5, 2.0, 3.7, 9.0, 20.0, 57.3, 400.0, 1e6, 1e12] {
            let law = StudentT::new(df).unwrap();
            for share in [1e-9, 0.01, 0.3, 0.8, 1.0] {
                let t = share * df.sqrt().min(3.0);
                let direct = law.square().split(&law.point(t)).ln(Side::Upper);
                let found = law.split(t).ln(Side::Upper) + std::f64::consts::LN_2;
                // 1e-15 of the whole are 1e-12 of a tail of a thousandth.
                assert_close(found.exp(), direct.exp(), 5e-13);
            }
        }
    }

    #[test]
    fn central_quantiles_invert_both_routes() {
        for df in [1.0, 2.5, 4.0, 8.0, 30.0, 88.0, 1e5, 1e13] {
            let law = StudentT::new(df).unwrap();
            for mass in [0.000_99, 0.001, 0.005, 0.025, 0.05, 0.1, 0.25] {
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
