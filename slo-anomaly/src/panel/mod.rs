//! Series that do not do as the others do.

mod dbscan;
mod detection;
mod median;
mod median_distance;
#[cfg(test)]
mod tests;

pub use dbscan::Dbscan;
pub use detection::{PanelDetection, SeriesOutlier};
pub use median_distance::{Across, MedianDistance};

use slo_core::ndarray::ArrayView2;
use slo_core::stats::Missing;
use slo_core::{Error, Result};

/// Refuses a panel without values, and one with a value that is not finite unless NaN may be skipped.
fn check_panel(values: ArrayView2<'_, f64>, missing: Missing) -> Result<()> {
    for (name, len) in [("series", values.nrows()), ("times", values.ncols())] {
        if len == 0 {
            return Err(Error::TooShort { name, len, needed: 1 });
        }
    }
    for (index, series) in values.rows().into_iter().enumerate() {
        let refused = |value: &f64| value.is_infinite() || (value.is_nan() && missing == Missing::Error);
        if let Some(value) = series.iter().copied().find(refused) {
            return Err(Error::NonFinite { name: "series", index, value });
        }
    }
    Ok(())
}
