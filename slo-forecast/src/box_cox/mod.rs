//! The power transform, and methods that work on transformed values.

mod forecaster;
mod lambda;

#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

pub use self::forecaster::{BoxCoxForecaster, BoxCoxModel, Lambda};

/// Below this the transform is the logarithm to the last digit: `λ ln² x / 2` is less than rounding for every float.
const LOGARITHM: f64 = 1e-22;

/// Which value of the back-transformed law stands for the forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Centre {
    /// The median: the inverse transform of the median there.
    #[default]
    Median,
    /// The mean to second order in the standard deviation there.
    ///
    /// ```text
    /// x (1 + σ² (1 - λ) / (2 (1 + λ w)²)),   x the inverse transform of w;   e^w (1 + σ² / 2) for λ = 0
    /// ```
    ///
    /// It is the mean itself for λ = 1 and, but for what reaches below 0, for λ = 1/2; for the logarithm of a normal
    /// variable it falls short of `e^(σ² / 2)` by 0.7% of it for σ = 1/2 and by 9% for σ = 1. For λ < 0 there is no
    /// mean: the law reaches to infinity.
    BiasAdjusted,
}

/// The Box-Cox transform: powers, with the logarithm among them, that make a spread that grows with the level even.
///
/// # Method
///
/// ```text
/// w = (sign(x) |x|^λ - 1) / λ,   w = ln x for λ = 0
/// x = sign(1 + λ w) |1 + λ w|^(1/λ),   x = e^w for λ = 0
/// ```
///
/// computed without cancellation for small `λ ln x`. For λ > 0 it is defined for all values, by Bickel and Doksum's
/// extension to negative ones, and so is its inverse; for λ <= 0 values have to be positive, and for λ < 0 transformed
/// ones below `-1/λ`.
///
/// # Examples
///
/// ```
/// use slo_forecast::BoxCox;
///
/// let square_root = BoxCox::new(0.5)?;
/// assert_eq!(square_root.transform(&[9.0, 0.0])?, [4.0, -2.0]);
/// assert_eq!(square_root.inverse(&[4.0, -2.0])?, [9.0, 0.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Box, G. E. P., Cox, D. R. (1964). An analysis of transformations. *Journal of the Royal Statistical Society B*
/// 26(2), 211-252. Bickel, P. J., Doksum, K. A. (1981). An analysis of transformations revisited. *Journal of the
/// American Statistical Association* 76(374), 296-311.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "f64", into = "f64")
)]
pub struct BoxCox {
    lambda: f64,
}

impl BoxCox {
    /// The transform of one parameter: 1 leaves the shape, 0 is the logarithm, -1 the reciprocal.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::BoxCox;
    ///
    /// assert_eq!(BoxCox::new(1.0)?.transform(&[5.0])?, [4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `lambda` is finite.
    pub fn new(lambda: f64) -> Result<Self> {
        if lambda.is_finite() {
            Ok(Self { lambda })
        } else {
            Err(Error::invalid("lambda", lambda, "must be finite"))
        }
    }

    /// The parameter.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::BoxCox::new(0.25)?.lambda(), 0.25);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn lambda(&self) -> f64 {
        self.lambda
    }

    /// The transformed values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::BoxCox;
    ///
    /// assert_eq!(BoxCox::new(-1.0)?.transform(&[4.0])?, [0.75]);
    /// assert!(BoxCox::new(0.0)?.transform(&[1.0, 0.0]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`]; [`Error::InvalidParameter`] with the place of a value that is not positive, if `λ <= 0`;
    /// [`Error::OutOfRange`] where a power leaves the range of floats.
    pub fn transform(&self, values: &[f64]) -> Result<Vec<f64>> {
        Error::check_finite("values", values)?;
        if let Some(place) = self.outside(values) {
            let value = values.get(place).copied().unwrap_or(f64::NAN);
            return Err(Error::invalid(
                "values",
                value,
                format!("at place {place}: must be above 0 for lambda = {}", self.lambda),
            ));
        }
        let transformed: Vec<f64> = values.iter().map(|x| self.forward(*x)).collect();
        in_range(transformed, "a transformed value")
    }

    /// The values that are transformed into these.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::BoxCox;
    ///
    /// assert_eq!(BoxCox::new(-1.0)?.inverse(&[0.75])?, [4.0]);
    /// // 1 is the transform of no number: it is where those of ever greater ones go.
    /// assert!(BoxCox::new(-1.0)?.inverse(&[1.0]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`]; [`Error::InvalidParameter`] with the place of a value that is not below `-1/λ`, if
    /// `λ < 0`; [`Error::OutOfRange`] where a power leaves the range of floats.
    pub fn inverse(&self, values: &[f64]) -> Result<Vec<f64>> {
        Error::check_finite("values", values)?;
        let beyond = |w: &f64| self.lambda <= -LOGARITHM && 1.0 + self.lambda * w <= 0.0;
        if let Some((place, value)) = values.iter().enumerate().find(|(_, w)| beyond(w)) {
            let (limit, lambda) = (-1.0 / self.lambda, self.lambda);
            return Err(Error::invalid(
                "values",
                value,
                format!("at place {place}: must be below {limit} for lambda = {lambda}"),
            ));
        }
        in_range(values.iter().map(|w| self.back(*w)).collect(), "a value")
    }

    /// The inverse transforms of a forecast's values; `place` says of which step or place one is, from its index.
    pub(crate) fn inverse_of_forecast(
        &self,
        values: &[f64],
        place: impl Fn(usize) -> String,
    ) -> Result<Vec<f64>> {
        let back: Vec<f64> = values.iter().map(|w| self.back(*w)).collect();
        let Some(beyond) = back.iter().position(|value| !value.is_finite()) else { return Ok(back) };
        let (place, lambda) = (place(beyond), self.lambda);
        // Below 0 there is a transformed value that no number has, and a law that goes on there has no finite end.
        let way_out = if lambda <= -LOGARITHM {
            ", which a greater lambda, a lower level or fewer steps avoid,"
        } else {
            ""
        };
        let what = "the inverse Box-Cox transform of the forecast";
        Err(Error::out_of_range(format!("{what} at {place} for lambda = {lambda}{way_out}")))
    }

    /// The place of the first value that has no transform.
    fn outside(&self, values: &[f64]) -> Option<usize> {
        if self.lambda >= LOGARITHM { None } else { values.iter().position(|x| *x <= 0.0) }
    }

    fn forward(&self, x: f64) -> f64 {
        let (lambda, size) = (self.lambda, x.abs());
        if lambda.abs() < LOGARITHM {
            return size.ln();
        }
        let exponent = lambda * size.ln();
        if x > 0.0 && exponent.abs() < 0.5 {
            // x^λ is near 1.
            exponent.exp_m1() / lambda
        } else {
            (size.powf(lambda).copysign(x) - 1.0) / lambda
        }
    }

    /// Infinite beyond the last transform.
    fn back(&self, w: f64) -> f64 {
        let lambda = self.lambda;
        if lambda.abs() < LOGARITHM {
            return w.exp();
        }
        let shift = lambda * w;
        if shift.abs() < 0.5 {
            return (shift.ln_1p() / lambda).exp();
        }
        let base = 1.0 + shift;
        if lambda < 0.0 && base <= 0.0 {
            f64::INFINITY
        } else {
            base.abs().powf(lambda.recip()).copysign(base)
        }
    }

    /// The inverse transform of a simulated value: at most the greatest float.
    pub(crate) fn back_within(&self, w: f64) -> f64 {
        self.back(w).clamp(-f64::MAX, f64::MAX)
    }

    /// `sign(1 + λ w) |1 + λ w|^(1/λ - order)`: but for a factor, the derivative of that order of the inverse transform.
    fn derivative(&self, w: f64, order: f64) -> f64 {
        let (lambda, shift) = (self.lambda, self.lambda * w);
        if lambda.abs() < LOGARITHM {
            w.exp()
        } else if shift.abs() < 0.5 {
            let logarithm = shift.ln_1p();
            (logarithm / lambda - order * logarithm).exp()
        } else {
            let base = 1.0 + shift;
            base.abs().powf(lambda.recip() - order).copysign(base)
        }
    }

    /// The mean to second order of a value whose transform has this mean and variance.
    pub(crate) fn adjusted(&self, mean: f64, variance: f64) -> f64 {
        let bend = 0.5 * variance * (1.0 - self.lambda);
        let shift = if bend == 0.0 { 0.0 } else { bend * self.derivative(mean, 2.0) };
        self.back(mean) + shift
    }

    /// The standard error to first order of a value whose transform has this mean and standard error.
    pub(crate) fn error(&self, mean: f64, error: f64) -> f64 {
        if error == 0.0 { 0.0 } else { error * self.derivative(mean, 1.0).abs() }
    }
}

fn in_range(values: Vec<f64>, what: &str) -> Result<Vec<f64>> {
    if values.iter().all(|value| value.is_finite()) { Ok(values) } else { Err(Error::out_of_range(what)) }
}

#[cfg(feature = "serde")]
impl From<BoxCox> for f64 {
    fn from(box_cox: BoxCox) -> Self {
        box_cox.lambda
    }
}

#[cfg(feature = "serde")]
impl TryFrom<f64> for BoxCox {
    type Error = Error;

    fn try_from(lambda: f64) -> Result<Self> {
        Self::new(lambda)
    }
}
