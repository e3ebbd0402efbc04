//! Means of equally many neighbours.

/// The means of every `len` values in a row, `n - len + 1` of them, in place of the values.
///
/// A window is the end of one block of `len` values and the beginning of the next, each summed anew: what a huge value
/// rounds away is back as soon as its block has passed.
pub(super) fn moving_average(values: &mut Vec<f64>, len: usize, ends: &mut Vec<f64>) {
    let Some(count) = (values.len() + 1).checked_sub(len) else { return };
    // The sums from each place to the end of its block.
    ends.clear();
    ends.resize(values.len(), 0.0);
    for (block, ends) in values.chunks(len).zip(ends.chunks_mut(len)) {
        let mut sum = 0.0;
        for (value, end) in block.iter().zip(ends).rev() {
            sum += value;
            *end = sum;
        }
    }
    // The sum from the beginning of the block in which a window ends, up to there.
    let last = values.get(len - 1..).unwrap_or_default();
    for (ends, last) in ends.chunks_mut(len).zip(last.chunks(len)) {
        let mut beginning = 0.0;
        for (end, value) in ends.iter_mut().zip(last).skip(1) {
            beginning += value;
            *end += beginning;
        }
    }
    let share = len as f64;
    values.clear();
    values.extend(ends.iter().take(count).map(|sum| sum / share));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_spike_leaves_with_its_window() {
        let mut values = vec![0.1, 0.2, 1e17, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
        moving_average(&mut values, 2, &mut Vec::new());
        slo_testkit::assert_all_close(&values[3..], &[0.35, 0.45, 0.55, 0.65, 0.75], 1e-15);
    }

    proptest! {
        #[test]
        fn each_mean_is_that_of_its_window(values in prop::collection::vec(-10.0..10.0_f64, 1..60), len in 1_usize..20) {
            prop_assume!(len <= values.len());
            let mut means = values.clone();
            moving_average(&mut means, len, &mut Vec::new());
            let expected: Vec<f64> = values.windows(len).map(|w| w.iter().sum::<f64>() / len as f64).collect();
            prop_assert_eq!(means.len(), expected.len());
            for (mean, expected) in means.iter().zip(&expected) {
                prop_assert!((mean - expected).abs() < 1e-13);
            }
        }
    }
}
