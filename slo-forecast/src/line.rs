//! The least squares line through values at equal distances.

/// The least squares line through the values at 1, 2, ...: its value at 0 and its slope; what is not finite is passed
/// over.
///
/// ```text
/// slope = Σ (t - t̄)(y - ȳ) / Σ (t - t̄)²,   value at 0 = ȳ - slope t̄
/// ```
pub(crate) fn line(values: &[f64]) -> (f64, f64) {
    let points =
        || values.iter().enumerate().filter(|(_, y)| y.is_finite()).map(|(t, y)| (t as f64 + 1.0, *y));
    let (centre, level) = (mean(points().map(|(t, _)| t)), mean(points().map(|(_, y)| y)));
    let (products, squares) = points().fold((0.0, 0.0), |(products, squares), (t, y)| {
        (products + (t - centre) * (y - level), squares + (t - centre) * (t - centre))
    });
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    (level - slope * centre, slope)
}

/// The mean; 0 of no values.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0_f64, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_again_also_past_what_is_missing() {
        assert_eq!(line(&[3.0, 5.0, 7.0, 9.0]), (1.0, 2.0));
        assert_eq!(line(&[3.0, f64::NAN, 7.0, 9.0]), (1.0, 2.0));
        assert_eq!((line(&[4.0]), line(&[])), ((4.0, 0.0), (0.0, 0.0)));
    }
}
