//! From sums of products to coefficients.

use slo_core::stats::two_sum;

use super::{Method, lagged_products, overlapping};
use crate::lags::found::lags;
use crate::products::{Closeness, Sample};

/// Below this part of the whole series' variation, that of the pairs left at a lag is a difference of sums that are
/// nearly equal: it is made anew.
const CANCELLED: f64 = 1e-3;

/// With the means and deviations of the whole series.
pub(super) fn biased(x: &Sample<'_>, y: &Sample<'_>, max_lag: usize, method: Method) -> Vec<f64> {
    let products = lagged_products(&x.standardised(), &y.standardised(), max_lag, method);
    products.into_iter().map(|product| product.clamp(-1.0, 1.0)).collect()
}

/// With those of the pairs that are left; NaN where these do not vary.
pub(super) fn overlap(x: &Sample<'_>, y: &Sample<'_>, max_lag: usize, method: Method) -> Vec<f64> {
    let (cx, cy) = (x.standardised(), y.standardised());
    let products = lagged_products(&cx, &cy, max_lag, method);
    let (xs, ys) = (Running::new(&cx), Running::new(&cy));
    let of_lag = |(lag, product): (i64, f64)| {
        let left = super::pairs(cx.len(), lag);
        let gone = cx.len() - left;
        let (x_at, y_at) = if lag >= 0 { (0, gone) } else { (gone, 0) };
        let m = left as f64;
        let ((x_sum, x_squares), (y_sum, y_squares)) = (xs.over(x_at, left), ys.over(y_at, left));
        let own = (x_squares - x_sum * x_sum / m, y_squares - y_sum * y_sum / m);
        if own.0 < CANCELLED || own.1 < CANCELLED {
            return anew(x.values(), y.values(), lag);
        }
        ((product - x_sum * y_sum / m) / own.0.sqrt() / own.1.sqrt()).clamp(-1.0, 1.0)
    };
    lags(max_lag).zip(products).map(of_lag).collect()
}

/// Pearson's coefficient of the pairs that are left at a lag.
fn anew(x: &[f64], y: &[f64], lag: i64) -> f64 {
    let (x, y) = overlapping(x, y, lag);
    match (Sample::new("x", x), Sample::new("y", y)) {
        (Ok(x), Ok(y)) if !x.is_constant() && !y.is_constant() => Closeness::about_means(&x, &y).coefficient,
        _ => f64::NAN,
    }
}

/// Running sums of values and of their squares, compensated.
struct Running(Vec<(f64, f64)>);

impl Running {
    fn new(values: &[f64]) -> Self {
        let mut sums = Vec::with_capacity(values.len() + 1);
        sums.push((0.0, 0.0));
        let (mut sum, mut squares) = ((0.0, 0.0), (0.0, 0.0));
        for value in values {
            for ((total, lost), term) in [(&mut sum, *value), (&mut squares, value * value)] {
                let (next, error) = two_sum(*total, term);
                (*total, *lost) = (next, *lost + error);
            }
            sums.push((sum.0 + sum.1, squares.0 + squares.1));
        }
        Self(sums)
    }

    /// The sums over `len` values from `begin` on.
    fn over(&self, begin: usize, len: usize) -> (f64, f64) {
        let at = |place: usize| self.0.get(place).copied().unwrap_or_default();
        let (before, until) = (at(begin), at(begin + len));
        (until.0 - before.0, until.1 - before.1)
    }
}
