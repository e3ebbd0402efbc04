//! A robust measure of skewness.

mod kernel;
#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::stats::quantile::Sorted;

/// The medcouple: how far the values above the median reach beyond those below it, between -1 and 1.
///
/// # Method
///
/// ```text
/// MC = median of h(x_i, x_j) over all x_i >= m >= x_j,   m the median
/// h(x_i, x_j) = ((x_i - m) - (m - x_j)) / (x_i - x_j)
/// ```
///
/// Of k values equal to the median, each pair's h is 1, 0 or -1, as its indices add up to less than, just, or more than
/// k + 1. It is 0 for a symmetric sample, positive where the longer tail is the upper one, and a quarter of the values
/// may be wild. Upside down it changes its sign, and another unit or zero changes nothing.
///
/// There are up to `(n/2)²` pairs and none is stored: h falls as `(m - x_j) / (x_i - m)` rises, of which those up to some
/// bound are counted in `O(n)` since both sides are sorted, and 63 bounds find the one in the middle, bit by bit. The
/// mean of the two in the middle is taken of an even number of pairs, which statsmodels does; robustbase's `mc` takes one
/// of them, or, with `doReflect`, the mean of both.
///
/// # Examples
///
/// ```
/// use slo_core::stats::medcouple;
///
/// // Above 3 are 7 and 11, below it 1 and 2: of h = 0.333, 0.6, 0.6, 0.778, and 1, -1 with 3 itself, 0.6 is in the middle.
/// assert_eq!(medcouple(&[1.0, 2.0, 3.0, 7.0, 11.0])?, 0.6);
/// assert_eq!(medcouple(&[1.0, 2.0, 3.0])?, 0.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`](crate::Error::NonFinite) with the index of a value that is not finite;
/// [`Error::TooShort`](crate::Error::TooShort) without values.
///
/// # References
///
/// Brys, G., Hubert, M. and Struyf, A. (2004). A robust measure of skewness. *Journal of Computational and Graphical
/// Statistics* 13(4), 996-1017.
pub fn medcouple(values: &[f64]) -> Result<f64> {
    Ok(Sorted::new(values)?.medcouple())
}

impl Sorted {
    /// The medcouple: [`medcouple`](crate::stats::medcouple()) of the same values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::Sorted;
    ///
    /// assert_eq!(Sorted::new(&[1.0, 2.0, 3.0, 7.0, 11.0])?.medcouple(), 0.6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn medcouple(&self) -> f64 {
        kernel::of_sorted(self.values())
    }
}
