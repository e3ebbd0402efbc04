//! What all measures of dependence between two series share.

use std::fmt::Debug;

use slo_core::Result;

use crate::correlation::Correlation;

/// A measure of how two series depend on each other.
///
/// # Examples
///
/// ```
/// use slo_correlate::{Correlator, Cosine, Pearson};
///
/// let measures: [Box<dyn Correlator>; 2] = [Box::new(Pearson::new()), Box::new(Cosine::new())];
/// for measure in &measures {
///     assert_eq!(measure.correlate(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0])?.coefficient, 1.0);
/// }
/// # Ok::<(), slo_core::Error>(())
/// ```
pub trait Correlator: Debug + Send + Sync {
    /// The dependence between `x` and `y`, which belong together point by point.
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`](slo_core::Error::LengthMismatch) unless both have one length;
    /// [`Error::TooShort`](slo_core::Error::TooShort) below [`min_len`](Self::min_len);
    /// [`Error::NonFinite`](slo_core::Error::NonFinite) with the input and the index;
    /// [`Error::Degenerate`](slo_core::Error::Degenerate) for data without a coefficient, such as a constant.
    fn correlate(&self, x: &[f64], y: &[f64]) -> Result<Correlation>;

    /// The fewest points that have a coefficient.
    fn min_len(&self) -> usize;
}
