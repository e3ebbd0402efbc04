//! Student's t distribution.

use super::incomplete_beta::{IncompleteBeta, Point};
use super::solve::Positive;
use super::split::{Place, Side, Split};
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
/// A quantile with `1/4 <= p <= 3/4` is found from the second, whose value `|p - 1/2|` is exact.
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
    /// `T² / (df + T²)` is a beta variable with 1/2 and df/2.
    square: IncompleteBeta,
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
        Ok(Self { df, square: IncompleteBeta::new(0.5, 0.5 * df) })
    }

    fn split(&self, t: f64) -> Split {
        let size = t.abs();
        if t.is_nan() {
            return Split::UNDEFINED;
        }
        let outside = if size == 0.0 {
            0.0
        } else if size == f64::INFINITY {
            f64::NEG_INFINITY
        } else {
            self.square.split(&self.point(size)).ln(Side::Upper)
        };
        Split::new(if t < 0.0 { Side::Lower } else { Side::Upper }, outside - std::f64::consts::LN_2)
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
        let size = if mass > 0.25 {
            self.size(Side::Lower, 1.0 - 2.0 * mass)
        } else {
            self.size(Side::Upper, 2.0 * mass)
        };
        if side == Side::Lower { -size } else { size }
    }

    /// `|t|` at which the square has this mass on one side.
    fn size(&self, side: Side, mass: f64) -> f64 {
        let odds = self.square.odds(side, mass);
        let square = odds.times(self.df);
        if square.is_normal() { square.sqrt() } else { (0.5 * (odds.ln + self.df.ln())).exp() }
    }
}

distribution!(StudentT);
