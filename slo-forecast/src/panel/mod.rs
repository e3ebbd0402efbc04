//! Many series in one call.
//!
//! A panel's series stand one after the other in one column, each from one offset to the next; they need not be of one
//! length. Each is computed by itself, on all cores with the feature `parallel`: the numbers are those of the series
//! alone, bit for bit, at any number of threads. What one series is refused for is told of that series, with its place
//! in the panel, and costs no other one anything.

mod fit;
mod forecast;
#[cfg(test)]
mod tests;

pub use fit::{PanelFit, fit_panel};
pub use forecast::{PanelForecast, forecast_panel};

#[cfg(feature = "parallel")]
use rayon::prelude::*;
use slo_core::{Error, Result};

/// Series that stand one after the other.
#[derive(Clone, Copy)]
struct Series<'a> {
    values: &'a [f64],
    offsets: &'a [usize],
}

impl<'a> Series<'a> {
    fn new(values: &'a [f64], offsets: &'a [usize]) -> Result<Self> {
        Error::check_offsets(offsets, values.len())?;
        Ok(Self { values, offsets })
    }

    fn len(self) -> usize {
        self.offsets.len() - 1
    }

    fn get(self, index: usize) -> &'a [f64] {
        let ends = self.offsets.get(index).zip(self.offsets.get(index + 1));
        ends.and_then(|(from, to)| self.values.get(*from..*to)).unwrap_or_default()
    }
}

/// What is computed of each of the items, in their order.
fn each<Item: Send, T: Send>(items: Vec<Item>, compute: impl Fn(usize, Item) -> T + Sync) -> Vec<T> {
    // A single worker would only leave the caller's memory unused.
    #[cfg(feature = "parallel")]
    if rayon::current_num_threads() > 1 {
        return items.into_par_iter().enumerate().map(|(index, item)| compute(index, item)).collect();
    }
    items.into_iter().enumerate().map(|(index, item)| compute(index, item)).collect()
}
