//! Which power makes a series even.

use slo_core::{Error, Result};

use super::BoxCox;
use crate::optimise::minimise_scalar;
use crate::paths::moments;

/// Between which powers is searched, and how finely before the search goes on between two places.
const RANGE: (f64, f64) = (-1.0, 2.0);
const PLACES: u32 = 60;

/// The least power of a series that touches 0: the logarithm has no value there.
const LEAST_WITH_ZEROS: f64 = 0.05;

impl BoxCox {
    /// The transform, with λ in [-1, 2], under which the spread of the seasons depends least on their level: Guerrero's.
    ///
    /// # Method
    ///
    /// ```text
    /// minimise  sd(r) / mean(r),   r_i = sd_i / mean_i^(1 - λ)
    /// ```
    ///
    /// over blocks of `max(period, 2)` values, of which the newest ends with the series. Of a series with zeros, λ is
    /// at least 0.05; a block of zeros alone has no spread to even out and is left out. A grid of 0.05, and Brent's
    /// method about its best place.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::BoxCox;
    ///
    /// // Each pair is spread by a third of its level: the logarithm makes that even.
    /// let lambda = BoxCox::guerrero(&[2.0, 1.0, 8.0, 4.0, 60.0, 30.0], 1)?.lambda();
    /// assert!(lambda.abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0, and with the place of a negative value; [`Error::TooShort`] below
    /// two blocks; [`Error::NonFinite`]; [`Error::Degenerate`] where every block is constant, or all but one are zeros.
    ///
    /// # References
    ///
    /// Guerrero, V. M. (1993). Time-series analysis supported by power transformations. *Journal of Forecasting* 12(1),
    /// 37-48.
    pub fn guerrero(values: &[f64], period: usize) -> Result<Self> {
        let length = check_period(period)?.max(2);
        check(values, length.saturating_mul(2), 0.0)?;
        let scale = values.iter().fold(0.0_f64, |most, x| most.max(*x));
        let blocks = values.rchunks_exact(length).map(|block| block_moments(block, scale));
        let blocks: Vec<(f64, f64)> = blocks.filter(|(mean, _)| *mean > 0.0).collect();
        if blocks.len() < 2 {
            return Err(Error::Degenerate {
                name: "values",
                reason: "all but one block are zeros".to_owned(),
            });
        }
        if blocks.iter().all(|(_, deviation)| *deviation == 0.0) {
            return Err(Error::Degenerate { name: "values", reason: "every block is constant".to_owned() });
        }
        let lower = if values.contains(&0.0) { LEAST_WITH_ZEROS } else { RANGE.0 };
        search(lower, &mut |lambda| {
            let ratio = |(mean, deviation): &(f64, f64)| deviation * ((lambda - 1.0) * mean.ln()).exp();
            let ratios: Vec<f64> = blocks.iter().map(ratio).collect();
            let (mean, deviation) = moments(&ratios);
            deviation / mean
        })
    }

    /// The transform, with λ in [-1, 2], under which a line and a season with normal errors are likeliest.
    ///
    /// # Method
    ///
    /// ```text
    /// maximise  -n/2 ln Σ residual²   of  w / g^(λ - 1)  on 1, t and the phase of the season,   g the geometric mean
    /// ```
    ///
    /// A grid of 0.05, and Brent's method about its best place. Other software stops at the grid.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::BoxCox;
    ///
    /// // Squares of a line, but for one value: their roots are nearly a line.
    /// let lambda = BoxCox::log_likelihood(&[1.0, 4.0, 9.0, 16.0, 25.0, 36.1], 1)?.lambda();
    /// assert!((lambda - 0.5).abs() < 0.01);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0, and with the place of a value that is not positive;
    /// [`Error::TooShort`] unless there are more than two seasons; [`Error::NonFinite`]; [`Error::Degenerate`] for a
    /// constant series.
    ///
    /// # References
    ///
    /// Box, G. E. P., Cox, D. R. (1964). An analysis of transformations. *Journal of the Royal Statistical Society B*
    /// 26(2), 211-252.
    pub fn log_likelihood(values: &[f64], period: usize) -> Result<Self> {
        let period = check_period(period)?;
        check(values, period.saturating_mul(2).saturating_add(1), f64::MIN_POSITIVE)?;
        if values.iter().all(|x| Some(x) == values.first()) {
            return Err(Error::Degenerate { name: "values", reason: "they are all the same".to_owned() });
        }
        let logarithm = values.iter().map(|x| x.ln()).sum::<f64>() / values.len() as f64;
        let relative: Vec<f64> = values.iter().map(|x| (x.ln() - logarithm).exp()).collect();
        search(RANGE.0, &mut |lambda| {
            let transform = Self { lambda };
            let transformed: Vec<f64> = relative.iter().map(|x| transform.forward(*x)).collect();
            // An exact fit is as good as it gets, and no wall.
            0.5 * values.len() as f64 * residual_squares(transformed, period).max(f64::MIN_POSITIVE).ln()
        })
    }
}

fn check_period(period: usize) -> Result<usize> {
    if period == 0 { Err(Error::invalid("period", period, "must be at least 1")) } else { Ok(period) }
}

/// Refuses a series that is too short, not finite, or below what it may be.
fn check(values: &[f64], needed: usize, least: f64) -> Result<()> {
    if values.len() < needed {
        return Err(Error::TooShort { name: "values", len: values.len(), needed });
    }
    Error::check_finite("values", values)?;
    match values.iter().enumerate().find(|(_, x)| **x < least) {
        None => Ok(()),
        Some((place, x)) => {
            let bound = if least > 0.0 { "above 0" } else { "at least 0" };
            Err(Error::invalid("values", x, format!("at place {place}: must be {bound} to choose lambda")))
        }
    }
}

/// The power of the least value: of those on a grid, then about the best of them.
fn search(lower: f64, objective: &mut dyn FnMut(f64) -> f64) -> Result<BoxCox> {
    let (_, upper) = RANGE;
    let step = (upper - RANGE.0) / f64::from(PLACES);
    let places = (0..=PLACES).map(|place| (RANGE.0 + f64::from(place) * step).max(lower));
    let valued = places.map(|place| (place, objective(place))).filter(|(_, value)| value.is_finite());
    let Some((best, value)) = valued.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Err(Error::out_of_range("the criterion that lambda is chosen by"));
    };
    let between = minimise_scalar((best - step).max(lower), (best + step).min(upper), objective);
    let found = between.point.first().copied().filter(|_| between.value < value);
    BoxCox::new(found.unwrap_or(best))
}

/// Mean and deviation of a block over the greatest value: a power of the scale is common to all ratios.
fn block_moments(block: &[f64], scale: f64) -> (f64, f64) {
    let relative: Vec<f64> = block.iter().map(|x| x / scale).collect();
    moments(&relative)
}

/// What a line and a season leave: both are freed of the phases' means, then one is regressed on the other.
fn residual_squares(mut values: Vec<f64>, period: usize) -> f64 {
    let mut time: Vec<f64> = (0..values.len()).map(|t| t as f64).collect();
    free_of_phases(&mut values, period);
    free_of_phases(&mut time, period);
    let across: f64 = values.iter().zip(&time).map(|(w, t)| w * t).sum();
    let slope = across / time.iter().map(|t| t * t).sum::<f64>();
    values.iter().zip(&time).map(|(w, t)| (w - slope * t).powi(2)).sum()
}

fn free_of_phases(values: &mut [f64], period: usize) {
    for phase in 0..period {
        let (count, sum) =
            values.iter().skip(phase).step_by(period).fold((0.0, 0.0), |(n, s), x| (n + 1.0, s + x));
        let mean = sum / count;
        values.iter_mut().skip(phase).step_by(period).for_each(|x| *x -= mean);
    }
}
