//! What a fit makes small, with its derivative by the fitted values.

use super::spec::EtsError;
use crate::recursion::{Recursion, Tape, sum_of_squares};

/// The mean square, in the unit of values of size 1, that is rounding and no error.
pub(crate) const ROUNDING: f64 = 1e-30;

/// Products of so many numbers are split into exponent and fraction before they can leave the range of floats, unless
/// a number lies beyond 2^±100.
const PRODUCT: usize = 8;

/// Minus twice the logarithm of the likelihood with the variance of the errors put in, less its constants.
///
/// ```text
/// n ln Σ (y - f)²     or     n ln Σ ((y - f)/f)² + 2 Σ ln f
/// ```
///
/// It is that of the values on a tape, which are of size 1; `seeds` are its derivatives by the fitted values. It is
/// infinite where a value that has to be positive is not.
pub(crate) fn criterion(
    error: EtsError,
    recursion: Recursion,
    values: &[f64],
    tape: &Tape,
    seeds: &mut [f64],
) -> f64 {
    if recursion.has_factor() {
        let positive = tape.unseasonal.iter().fold(true, |all, q| all & (*q > 0.0));
        if !positive {
            return f64::INFINITY;
        }
    }
    let seen = seen(values, tape);
    match error {
        EtsError::Additive => {
            let squares = sum_of_squares(&tape.errors) + ROUNDING * seen;
            let factor = -2.0 * seen / squares;
            for (seed, error) in seeds.iter_mut().zip(&tape.errors) {
                *seed = factor * error;
            }
            seen * squares.ln()
        }
        EtsError::Multiplicative => relative(values, tape, seen, seeds),
    }
}

/// How many values are there.
fn seen(values: &[f64], tape: &Tape) -> f64 {
    if tape.has_gaps() { values.iter().filter(|y| !y.is_nan()).count() as f64 } else { values.len() as f64 }
}

/// The criterion of relative errors.
fn relative(values: &[f64], tape: &Tape, seen: f64, seeds: &mut [f64]) -> f64 {
    let positive = tape.fitted.iter().fold(true, |all, f| all & (*f > 0.0));
    if !positive {
        return f64::INFINITY;
    }
    let squares;
    if let Some((seasonal, unseasonal)) = tape.inverses() {
        // Their inverses are there, and products take less time than divisions.
        for (((seed, error), si), qi) in seeds.iter_mut().zip(&tape.errors).zip(seasonal).zip(unseasonal) {
            *seed = error * (si * qi);
        }
        squares = sum_of_squares(seeds) + ROUNDING * seen;
        let weight = seen / squares;
        for ((seed, si), qi) in seeds.iter_mut().zip(seasonal).zip(unseasonal) {
            *seed = 2.0 * (1.0 - weight * *seed * (1.0 + *seed)) * (si * qi);
        }
    } else {
        for ((seed, error), fitted) in seeds.iter_mut().zip(&tape.errors).zip(&tape.fitted) {
            *seed = error / fitted;
        }
        squares = sum_of_squares(seeds) + ROUNDING * seen;
        let weight = seen / squares;
        for (seed, fitted) in seeds.iter_mut().zip(&tape.fitted) {
            *seed = 2.0 * (1.0 - weight * *seed * (1.0 + *seed)) / fitted;
        }
    }
    let logs = if tape.has_gaps() {
        for (seed, value) in seeds.iter_mut().zip(values) {
            if value.is_nan() {
                *seed = 0.0;
            }
        }
        tape.fitted.iter().zip(values).filter(|(_, y)| !y.is_nan()).map(|(f, _)| f.ln()).sum()
    } else {
        sum_of_logs(&tape.fitted)
    };
    seen * squares.ln() + 2.0 * logs
}

/// `Σ ln x` of positive numbers, by their product: its exponent is taken off as it grows, and one logarithm is left.
fn sum_of_logs(values: &[f64]) -> f64 {
    const LEAST: f64 = 1.0 / MOST;
    const MOST: f64 = 1.267_650_600_228_229_4e30;
    let (mut exponent, mut fraction, mut logs) = (0_i64, 1.0_f64, 0.0);
    for chunk in values.chunks(PRODUCT) {
        let within = chunk.iter().fold(true, |all, x| all & (LEAST < *x) & (*x < MOST));
        if within {
            let product = fraction * chunk.iter().product::<f64>();
            // The exponent of a normal number stands in its bits 52 to 62.
            let bits = product.to_bits();
            exponent += (bits >> 52).cast_signed() - 1023;
            fraction = f64::from_bits((bits & !(0x7FF << 52)) | (1023 << 52));
        } else {
            logs += chunk.iter().map(|x| x.ln()).sum::<f64>();
        }
    }
    logs + fraction.ln() + exponent as f64 * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn logarithms_are_summed_by_their_product(values in prop::collection::vec(-300.0..300.0_f64, 0..60)) {
            for spread in [0.001, 0.3, 1.0] {
                let powers: Vec<f64> = values.iter().map(|p| 10_f64.powf(p * spread)).collect();
                let expected: f64 = powers.iter().map(|x| x.ln()).sum();
                let size: f64 = powers.iter().map(|x| x.ln().abs()).sum();
                prop_assert!((sum_of_logs(&powers) - expected).abs() <= 1e-14 * size.max(1.0));
            }
        }
    }
}
