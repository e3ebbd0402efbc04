//! The middle of residuals, as the presets find it.

use super::Preset;

/// The sum of the two middle values, or twice the middle one, of at least one; they are put in another order.
pub(super) fn middle(values: &mut [f64], preset: Preset) -> f64 {
    let half = values.len() / 2;
    match preset {
        Preset::R => {
            partial_sort(values);
            let lower = values.len().saturating_sub(half + 1);
            [half, lower].into_iter().filter_map(|place| values.get(place)).sum()
        }
        Preset::Statsmodels if half < values.len() => {
            let odd = values.len() % 2 == 1;
            let (below, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
            let lower = if odd { *upper } else { below.iter().copied().fold(0.0, f64::max) };
            lower + *upper
        }
        Preset::Statsmodels => 0.0,
    }
}

/// A stretch of the values, its ends included, that is to be sorted for some of the two places that are asked for.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    first: usize,
    last: usize,
    /// Which of the places: from the first of them up to before the second.
    asked: (usize, usize),
}

/// The partial sort of the published program, which R runs: quicksort by the median of three, of those parts alone that
/// hold a place asked for.
///
/// It counts on places in increasing order and is given the upper middle first. So of an even number of values it may
/// leave the part with one of both unsorted, and what then stands there is a value near the middle. R's weights, and
/// with them every robust decomposition of it, rest on that.
#[allow(
    clippy::indexing_slicing,
    reason = "stretches lie within the values, scans end at the ends of a stretch"
)]
fn partial_sort(values: &mut [f64]) {
    let n = values.len();
    if n < 2 {
        return;
    }
    let places = [n / 2, n - n / 2 - 1];
    let mut later = vec![Stretch { first: 0, last: n - 1, asked: (0, 2) }];
    while let Some(mut stretch) = later.pop() {
        while stretch.asked.0 < stretch.asked.1 {
            let Stretch { first, last, asked } = stretch;
            // The first stretch has nothing below it that would end an insertion.
            if first > 0 && last - first <= 10 {
                values[first..=last].sort_by(f64::total_cmp);
                break;
            }
            if first >= last {
                break;
            }
            let (left_end, right_start) = partition(values, first, last);
            let (left, right) =
                (Stretch { last: left_end, ..stretch }, Stretch { first: right_start, ..stretch });
            // The shorter part comes first, with the places that the scan from its far end leaves it.
            if left_end - first <= last - right_start {
                let above = (asked.0..asked.1).rev().take_while(|ask| places[*ask] > left_end).count();
                let from = asked.1 - above;
                if from == asked.0 {
                    stretch = right;
                } else {
                    later.push(Stretch { asked: (from, asked.1), ..right });
                    stretch = Stretch { asked: (asked.0, from), ..left };
                }
            } else {
                let below = (asked.0..asked.1).take_while(|ask| places[*ask] < right_start).count();
                let from = asked.0 + below;
                if from == asked.1 {
                    stretch = left;
                } else {
                    later.push(Stretch { asked: (asked.0, from), ..left });
                    stretch = Stretch { asked: (from, asked.1), ..right };
                }
            }
        }
    }
}

/// Brings values of at most the median of three to the left and of at least it to the right: where the left part ends
/// and where the right one begins.
#[allow(clippy::indexing_slicing, reason = "the three ordered values end both scans")]
fn partition(values: &mut [f64], first: usize, last: usize) -> (usize, usize) {
    let middle = usize::midpoint(first + 1, last + 1) - 1;
    if values[first] > values[middle] {
        values.swap(first, middle);
    }
    if values[last] < values[middle] {
        values.swap(last, middle);
        if values[first] > values[middle] {
            values.swap(first, middle);
        }
    }
    let pivot = values[middle];
    let (mut from, mut to) = (first, last);
    loop {
        to -= 1;
        while values[to] > pivot {
            to -= 1;
        }
        from += 1;
        while values[from] < pivot {
            from += 1;
        }
        if from > to {
            return (to, from);
        }
        values.swap(from, to);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted_middle(values: &[f64]) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2] + sorted[(sorted.len() - 1) / 2]
    }

    #[test]
    fn of_an_even_number_the_published_sort_may_miss_the_middle() {
        let values: Vec<f64> = (0..240).map(|t: u32| f64::from(t * t % 241)).collect();
        let (r, exact) =
            (middle(&mut values.clone(), Preset::R), middle(&mut values.clone(), Preset::Statsmodels));
        assert_eq!(exact, sorted_middle(&values));
        assert!((r - exact).abs() < 0.2 * exact, "{r} {exact}");
    }

    proptest! {
        #[test]
        fn of_an_odd_number_both_find_the_middle(mut values in prop::collection::vec(0_u16..500, 1..200)) {
            if values.len() % 2 == 0 {
                values.pop();
            }
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            for preset in [Preset::R, Preset::Statsmodels] {
                prop_assert_eq!(middle(&mut values.clone(), preset), sorted_middle(&values));
            }
        }

        #[test]
        fn statsmodels_find_the_two_in_the_middle(values in prop::collection::vec(0_u16..500, 1..100)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(middle(&mut values.clone(), Preset::Statsmodels), sorted_middle(&values));
        }

        #[test]
        fn any_number_of_equal_values_ends(value in 0.0..9.0, n in 0_usize..300) {
            let expected = if n == 0 { 0.0 } else { 2.0 * value };
            for preset in [Preset::R, Preset::Statsmodels] {
                prop_assert_eq!(middle(&mut vec![value; n], preset), expected);
            }
        }
    }
}
