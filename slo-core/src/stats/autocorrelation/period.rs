//! The period that a series repeats itself with.

use super::acf;
use crate::error::{Error, Result};

/// The lag between `least` and `most` at which values, oldest first, repeat themselves most; none if there is no such.
///
/// # Method
///
/// ```text
/// the lag k with the greatest r_k among those with r_k > r_{k-1}, r_k > r_{k+1} and r_k > 2/√n
/// ```
///
/// with the autocorrelations `r` of [`acf`]: the highest peak, if it is more than independent values would show by
/// chance at one lag in forty. Of equal peaks it is the first. The lags end where fewer than `k + 2` values remain.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `values` | finite | |
/// | `least` | at least 2 | places |
/// | `most` | at least `least` | places |
///
/// # Examples
///
/// ```
/// use slo_core::stats::autocorrelation::dominant_period;
///
/// let daily: Vec<f64> = (0..240).map(|hour| f64::from(hour % 24)).collect();
/// assert_eq!(dominant_period(&daily, 2, 100)?, Some(24));
/// assert_eq!(dominant_period(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 100)?, None);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`] with the index of a value that is not finite; [`Error::InvalidParameter`] for lags out of
/// order or below 2.
pub fn dominant_period(values: &[f64], least: usize, most: usize) -> Result<Option<usize>> {
    Error::check_finite("values", values)?;
    if least < 2 {
        return Err(Error::invalid("least", least, "must be at least 2"));
    }
    if most < least {
        return Err(Error::invalid("most", most, format!("must be at least the {least} to begin at")));
    }
    let n = values.len();
    let last = most.saturating_add(1).min((n / 2).saturating_sub(1));
    if last <= least {
        return Ok(None);
    }
    // A constant has no autocorrelation, and no period.
    let Ok(acf) = acf(values, last) else { return Ok(None) };
    let chance = 2.0 / (n as f64).sqrt();
    let mut best: Option<(usize, f64)> = None;
    for (lag, around) in (1..).zip(acf.windows(3)).skip(least - 1) {
        let &[before, here, after] = around else { continue };
        if here > before && here > after && here > chance && best.is_none_or(|(_, peak)| here > peak) {
            best = Some((lag, here));
        }
    }
    Ok(best.map(|(lag, _)| lag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: u32, period: u32) -> Vec<f64> {
        (0..n).map(|t| (std::f64::consts::TAU * f64::from(t % period) / f64::from(period)).cos()).collect()
    }

    #[test]
    fn both_ends_of_the_range_belong_to_it() {
        let daily = wave(480, 24);
        assert_eq!(dominant_period(&daily, 2, 24).unwrap(), Some(24));
        assert_eq!(dominant_period(&daily, 24, 30).unwrap(), Some(24));
        assert_eq!(dominant_period(&daily, 2, 23).unwrap(), None);
        assert_eq!(dominant_period(&daily, 25, 40).unwrap(), None);
        assert_eq!(dominant_period(&daily, 25, 50).unwrap(), Some(48));
    }

    #[test]
    fn noise_a_line_and_a_constant_have_no_period() {
        // The autocorrelation of a line falls all along; 0.3 of a deviation is no peak of 100 values.
        let line: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(dominant_period(&line, 2, 40).unwrap(), None);
        assert_eq!(dominant_period(&[5.0; 100], 2, 40).unwrap(), None);
        assert_eq!(dominant_period(&[], 2, 40).unwrap(), None);
    }

    #[test]
    fn a_peak_must_stand_out_of_what_chance_shows() {
        // One value among zeros meets another one 10 places on: r = (1 - 2/n ...)/2, and nothing at other lags.
        let mut sparse = vec![0.0; 12];
        (sparse[0], sparse[4]) = (1.0, 1.0);
        // n = 12: 2/√12 = 0.577 and r_4 = 0.467.
        assert_eq!(dominant_period(&sparse, 2, 5).unwrap(), None);
        let mut more = vec![0.0; 48];
        (more[0], more[4]) = (1.0, 1.0);
        assert_eq!(dominant_period(&more, 2, 10).unwrap(), Some(4));
    }

    #[test]
    fn lags_out_of_order_are_refused() {
        assert!(dominant_period(&[1.0, 2.0], 1, 5).is_err());
        assert!(dominant_period(&[1.0, 2.0], 6, 5).is_err());
        assert!(dominant_period(&[1.0, f64::NAN], 2, 5).is_err());
    }
}
