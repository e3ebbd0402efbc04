//! How an estimation went.

/// How an estimation went.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Naive};
///
/// // A closed form has nothing to iterate.
/// let model = Naive::new().fit(&[1.0, 2.0, 4.0])?;
/// assert!(model.report().converged && model.report().iterations == 0);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FitReport {
    /// Whether the parameters are the best that the method looks for, as far as it can tell.
    pub converged: bool,
    /// How many steps the optimiser took; 0 for a closed form.
    pub iterations: u64,
    /// The names of the parameters that ended at a bound of what they may be.
    pub at_bounds: Vec<String>,
    /// What a reader should know before trusting the model.
    pub warnings: Vec<String>,
}

impl FitReport {
    /// The report of a closed form.
    pub(crate) const fn closed_form() -> Self {
        Self { converged: true, iterations: 0, at_bounds: Vec::new(), warnings: Vec::new() }
    }
}

/// The report of every closed form.
pub(crate) static CLOSED_FORM: FitReport = FitReport::closed_form();
