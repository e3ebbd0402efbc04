use super::windows::{Kind, Shape};
use super::*;
use proptest::prelude::*;
use slo_testkit::Random;
use slo_testkit::assert_close_absolute;

/// A float and what rounding took from it: about 32 digits.
#[derive(Clone, Copy)]
struct Wide(f64, f64);

impl Wide {
    fn add(self, other: f64) -> Self {
        let (sum, error) = slo_core::stats::two_sum(self.0, other);
        Self(sum, self.1 + error)
    }
}

/// `z` of the definition, with a mean and squares of twice the digits; `None` for a constant.
fn shape(window: &[f64]) -> Option<Vec<f64>> {
    if window.iter().all(|value| *value == window[0]) {
        return None;
    }
    let m = window.len() as f64;
    let from_first: Vec<f64> = window.iter().map(|value| value - window[0]).collect();
    let sum = from_first.iter().fold(Wide(0.0, 0.0), |sum, value| sum.add(*value));
    let mean = (sum.0 + sum.1) / m;
    let rest = ((mean.mul_add(-m, sum.0)) + sum.1) / m;
    let deviations: Vec<f64> = from_first.iter().map(|value| (value - mean) - rest).collect();
    let squares = deviations.iter().fold(Wide(0.0, 0.0), |sum, d| sum.add(d * d));
    let deviation = ((squares.0 + squares.1) / m).sqrt();
    Some(deviations.into_iter().map(|d| d / deviation).collect())
}

/// The distances of the definition between all windows that are apart; NaN between others.
fn naive(values: &[f64], m: usize) -> Vec<Vec<f64>> {
    let complete: Vec<bool> = values.windows(m).map(|window| window.iter().all(|v| v.is_finite())).collect();
    let shapes: Vec<Option<Vec<f64>>> = values.windows(m).map(shape).collect();
    let distance = |i: usize, j: usize| match (&shapes[i], &shapes[j]) {
        _ if !(complete[i] && complete[j] && i.abs_diff(j) > m.div_ceil(4)) => f64::NAN,
        (None, None) => 0.0,
        (Some(a), Some(b)) => a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt(),
        _ => (m as f64).sqrt(),
    };
    (0..shapes.len()).map(|i| (0..shapes.len()).map(|j| distance(i, j)).collect()).collect()
}

/// All three profiles against the definition, to 1e-9 of the greatest distance of uncorrelated shapes; and each index
/// names a window at the distance given.
#[track_caller]
fn assert_is_defined(values: &[f64], m: usize) {
    assert_is_defined_within(values, m, 0.0);
}

/// The same where correlations may be so close to each other that another of the nearest is found.
#[track_caller]
fn assert_is_defined_within(values: &[f64], m: usize, correlation: f64) {
    let profile = MatrixProfile::new(m).missing(Missing::Skip).profile(values).unwrap();
    let tolerance = 1e-9 * (2.0 * m as f64).sqrt();
    let naive = naive(values, m);
    let check = |found: &[f64], indices: &[Option<usize>], allowed: &dyn Fn(usize, usize) -> bool| {
        for (i, found) in found.iter().enumerate() {
            let there = (0..naive.len()).filter(|j| allowed(i, *j)).map(|j| naive[i][j]);
            let expected = there.fold(f64::NAN, f64::min);
            let equal = |other: f64| (found.is_nan() && other.is_nan()) || (found - other).abs() <= tolerance;
            let tied = found * found - expected * expected <= 2.0 * m as f64 * correlation;
            assert!(equal(expected) || tied, "window {i} is at {found}, not {expected}");
            assert!(
                indices[i].is_none_or(|j| allowed(i, j))
                    && equal(indices[i].map_or(f64::NAN, |j| naive[i][j]))
            );
        }
    };
    check(&profile.distances, &profile.indices, &|_, _| true);
    check(&profile.left_distances, &profile.left_indices, &|i, j| j < i);
    check(&profile.right_distances, &profile.right_indices, &|i, j| j > i);
}

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..n).map(|t| (t as f64 * 0.2).sin() * 3.0 + random.normal()).collect()
}

#[test]
fn distances_are_those_of_the_definition() {
    for (n, m) in [(10, 4), (40, 3), (120, 8), (400, 25), (300, 100)] {
        assert_is_defined(&noise(n, usize::try_from(n).unwrap()), m);
    }
}

#[test]
fn an_offset_of_a_billion_costs_no_digit() {
    let values: Vec<f64> =
        noise(3, 300).iter().map(|value| 1e9 + (value * 1024.0).round() / 1024.0).collect();
    assert_is_defined(&values, 20);
    let profile = MatrixProfile::new(20).profile(&values).unwrap();
    let near: Vec<f64> = values.iter().map(|value| value - 1e9).collect();
    let other = MatrixProfile::new(20).profile(&near).unwrap();
    assert_eq!(profile.indices, other.indices);
}

#[test]
fn what_follows_a_huge_spike_is_as_accurate_as_what_precedes_it() {
    for spike in [1e3, -1e6, 1e9, 1e12] {
        let mut values = noise(4, 400);
        (values[90], values[250]) = (spike, 3.0 * spike);
        assert_is_defined(&values, 16);
    }
}

#[test]
fn many_spikes_of_all_sizes_leave_no_trace() {
    let mut values = noise(5, 400);
    for (place, size) in (10..400).step_by(13).zip(0..) {
        values[place] *= 10_f64.powi(size % 14);
    }
    // Of windows that hold nothing but a spike all shapes are equal up to 1e-14, and all distances are near 0.
    assert_is_defined_within(&values, 12, 1e-13);
}

#[test]
fn a_level_that_jumps_far_away_keeps_its_shapes() {
    let mut values: Vec<f64> = noise(6, 400).iter().map(|value| (value * 4096.0).round() / 4096.0).collect();
    values[200..].iter_mut().for_each(|value| *value += 1e8);
    assert_is_defined(&values, 16);
}

#[test]
fn rounding_adds_up_over_no_diagonal() {
    // Ten times the rows after which products are made anew; every hundredth window against the definition.
    let (values, m) = (noise(7, 2600), 30);
    let profile = MatrixProfile::new(m).profile(&values).unwrap();
    let shapes: Vec<Vec<f64>> = values.windows(m).map(|window| shape(window).unwrap()).collect();
    for i in (0..shapes.len()).step_by(100) {
        let distance =
            |j: usize| shapes[i].iter().zip(&shapes[j]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let apart = (0..shapes.len()).filter(|j| i.abs_diff(*j) > m.div_ceil(4));
        assert_close_absolute(profile.distances[i], apart.map(distance).fold(f64::NAN, f64::min), 1e-12);
    }
}

#[test]
fn windows_without_a_shape_are_near_each_other_and_far_from_the_rest() {
    let mut values = noise(8, 300);
    values[100..140].fill(2.25);
    values[200..230].fill(-7.0);
    assert_is_defined(&values, 12);
    let profile = MatrixProfile::new(12).profile(&values).unwrap();
    assert_eq!(profile.distances[210], 0.0);
    // With a single stretch, shorter than two windows that are apart, nothing is at distance 0 from it.
    let mut values = noise(9, 300);
    values[100..112].fill(2.25);
    let profile = MatrixProfile::new(12).profile(&values).unwrap();
    assert_eq!(profile.distances[100], 12_f64.sqrt());
    assert_is_defined(&values, 12);
}

#[test]
fn a_constant_series_repeats_itself() {
    let profile = MatrixProfile::new(5).profile(&[3.5; 30]).unwrap();
    assert!(profile.distances.iter().all(|distance| *distance == 0.0));
    // The zone before a window that is the nearest of all is 2 wide: ⌈5/4⌉.
    assert_eq!((profile.left_indices[10], profile.right_indices[10]), (Some(7), Some(13)));
    assert_eq!((profile.left_indices[2], profile.left_indices[3]), (None, Some(0)));
}

#[test]
fn anticorrelated_shapes_without_any_other_are_found() {
    // Rises, then falls: between the two halves all correlations are -1, at distance 2√m.
    let values: Vec<f64> = (0..14).map(|t: i32| -f64::from((t - 6).abs())).collect();
    assert_is_defined(&values, 5);
    let profile = MatrixProfile::new(3).profile(&[0.0, 1.0, 2.0, 1.0, 0.0]).unwrap();
    assert_close_absolute(profile.left_distances[2], 2.0 * 3_f64.sqrt(), 1e-15);
    assert_eq!((profile.indices[0], profile.indices[1]), (Some(2), None));
}

#[test]
fn a_missing_value_takes_its_windows_out_and_no_others() {
    let mut values = noise(10, 200);
    (values[50], values[51], values[120]) = (f64::NAN, f64::INFINITY, f64::NEG_INFINITY);
    assert_is_defined(&values, 10);
    let profile = MatrixProfile::new(10).missing(Missing::Skip).profile(&values).unwrap();
    let missing: Vec<usize> = (0..191).filter(|i| profile.distances[*i].is_nan()).collect();
    assert_eq!(missing, (41..=51).chain(111..=120).collect::<Vec<_>>());
    assert!(profile.indices.iter().flatten().all(|j| !missing.contains(j)));
    let scores = MatrixProfile::new(10).missing(Missing::Skip).detect(&values).unwrap().scores;
    assert!(scores[50].is_nan() && scores[51].is_nan() && scores[120].is_nan() && !scores[52].is_nan());
    let nothing = MatrixProfile::new(4).missing(Missing::Skip).profile(&[f64::NAN; 20]).unwrap();
    assert!(nothing.distances.iter().all(|distance| distance.is_nan()));
    assert_eq!(nothing.to_string(), "17 windows of 4: none has a neighbour");
}

#[test]
fn the_shortest_series_has_two_windows_apart() {
    // m = 4: ⌈4/4⌉ + 1 = 2 places apart, so 6 values.
    assert!(MatrixProfile::new(4).profile(&noise(1, 6)).is_ok());
    let error = MatrixProfile::new(4).profile(&noise(1, 5)).unwrap_err();
    assert_eq!(error, Error::TooShort { name: "values", len: 5, needed: 6 });
    let found = MatrixProfile::new(4).detect(&noise(1, 5)).unwrap();
    assert!(found.scores.iter().all(|score| score.is_nan()) && found.indices().is_empty());
    assert!(MatrixProfile::new(4).detect(&[1.0, f64::NAN]).is_err());
}

#[test]
fn a_window_of_two_values_is_refused() {
    assert!(MatrixProfile::new(2).check().is_err() && MatrixProfile::new(3).check().is_ok());
    assert!(MatrixProfile::new(usize::MAX).profile(&[1.0; 10]).is_err());
    assert!(MatrixProfile::new(3).cut(Cut::Top(0)).check().is_err());
}

#[test]
fn discords_do_not_overlap() {
    let mut values: Vec<f64> = (0..300).map(|t| f64::from(t % 10)).collect();
    (values[100], values[112], values[200]) = (40.0, 40.0, -40.0);
    let profile = MatrixProfile::new(10).profile(&values).unwrap();
    let discords = profile.discords(5);
    for (place, discord) in discords.iter().enumerate() {
        assert!(discords[..place].iter().all(|other| other.index.abs_diff(discord.index) >= 10));
        assert!(discords[..place].iter().all(|other| other.distance >= discord.distance));
        assert_eq!(profile.indices[discord.index], Some(discord.neighbour));
    }
    assert_eq!(discords[0].distance, profile.distances.iter().copied().fold(0.0, f64::max));
    // 291 windows hold 30 that do not overlap; no greedy choice leaves more.
    assert!(profile.discords(1000).len() <= 30 && profile.discords(0).is_empty());
}

#[test]
fn a_run_shorter_by_one_is_no_constant_window() {
    let mut values = vec![1.0; 12];
    values[11] = 2.0;
    let windows = super::windows::Windows::new(&values, 6, 1.0);
    let constant: Vec<bool> = windows.kinds.iter().map(|kind| *kind == Kind::Constant).collect();
    assert_eq!(constant, [true, true, true, true, true, true, false]);
    assert_eq!(Shape::of(&[1.0, 2.0, 3.0]), Shape { offset: 1.0, squares: 2.0 });
}

/// The left distances of the definition, of windows within the last `history` values.
fn left(values: &[f64], m: usize, history: usize) -> Vec<f64> {
    let naive = naive(values, m);
    (0..values.len())
        .map(|t| {
            let Some(i) = (t + 1).checked_sub(m) else { return f64::NAN };
            let begin = (t + 1).saturating_sub(history);
            (begin..i).map(|j| naive[i][j]).fold(f64::NAN, f64::min)
        })
        .collect()
}

#[test]
fn the_left_profile_is_that_of_the_definition_value_by_value() {
    let mut spiked = noise(12, 700);
    (spiked[100], spiked[350]) = (1e9, -1e12);
    spiked[500..540].fill(2.25);
    let offset: Vec<f64> = noise(13, 700).iter().map(|v| 1e9 + (v * 1024.0).round() / 1024.0).collect();
    for values in [noise(11, 700), spiked, offset] {
        for (m, history) in [(8, 11), (8, 60), (12, 400), (5, 1000)] {
            let found = RollingMatrixProfile::new(m, history).detect(&values).unwrap();
            let expected = left(&values, m, history);
            let tolerance = 1e-9 * (2.0 * m as f64).sqrt();
            for (t, (found, expected)) in found.scores.iter().zip(&expected).enumerate() {
                let equal = (found.is_nan() && expected.is_nan()) || (found - expected).abs() <= tolerance;
                assert!(equal, "m = {m}, history {history}: {t} is at {found}, not {expected}");
            }
        }
    }
}

#[test]
fn a_history_holds_two_windows_that_are_apart() {
    // 8 + ⌈8/4⌉ + 1.
    assert!(
        RollingMatrixProfile::new(8, 10).check().is_err() && RollingMatrixProfile::new(8, 11).check().is_ok()
    );
    assert!(MatrixProfile::new(8).rolling(10).is_err() && MatrixProfile::new(8).rolling(11).is_ok());
    assert!(RollingMatrixProfile::new(8, 1_000_000).check().is_ok());
    let error = RollingMatrixProfile::new(8, 1_000_001).check().unwrap_err();
    assert_eq!(error.kind(), slo_core::ErrorKind::LimitExceeded);
    assert!(RollingMatrixProfile::new(8, 100).cut(Cut::Top(3)).check().is_err());
}

#[test]
fn a_moving_cut_is_that_of_the_scores_before() {
    let mut values = noise(14, 300);
    values[200] = 60.0;
    let (m, history) = (6, 80);
    let found = RollingMatrixProfile::new(m, history).cut(Cut::Mads(3.0)).detect(&values).unwrap();
    for t in 0..300 {
        let begin = t.max(history) - history;
        let before: Vec<f64> = found.scores[..t].iter().copied().filter(|score| !score.is_nan()).collect();
        let before = &before[before.len().saturating_sub(history)..];
        let flagged = before.len() >= m && found.scores[t] > Cut::Mads(3.0).threshold(before);
        assert_eq!(found.indices().contains(&t), flagged, "{t} from {begin}");
    }
    assert!(!found.indices().is_empty());
}

#[test]
fn a_damaged_state_is_refused() {
    use crate::detector::OnlineDetector;
    let mut online = RollingMatrixProfile::new(3, 9).cut(Cut::At(1.0)).online().unwrap();
    online.observe_many(&[1.0, 2.0, 4.0, 1.5, 3.0, 2.0]).unwrap();
    let text = serde_json::to_string(&online.snapshot()).unwrap();
    for (from, to) in [
        ("[1.0,2.0,4.0,1.5,3.0,2.0]", "[1.0,2.0,4.0,1.5,3.0]"),
        ("\"turn\":6", "\"turn\":7"),
        ("\"window\":3", "\"window\":4"),
        ("\"history\":9", "\"history\":4"),
    ] {
        assert!(text.contains(from), "{text}");
        let damaged = serde_json::from_str::<crate::Snapshot>(&text.replacen(from, to, 1));
        assert!(damaged.map_or(true, |snapshot| snapshot.restore().is_err()), "{to}");
    }
}

proptest! {
    #[test]
    fn any_series_has_the_profile_of_the_definition(
        values in prop::collection::vec(prop_oneof![
            8 => -8.0..8.0, 2 => Just(1.5), 1 => -1e7..1e7, 1 => Just(f64::NAN)
        ], 24..90),
        m in 3_usize..12,
    ) {
        // Two spikes alone in their windows are shapes that correlate but for 1e-16.
        assert_is_defined_within(&values, m, 1e-13);
    }

    #[test]
    fn shapes_have_neither_level_nor_size(seed in 0_u64..1000, level in -1000_i32..1000, power in -60_i32..60) {
        let values: Vec<f64> = noise(seed, 120).iter().map(|v| (v * 1024.0).round() / 1024.0).collect();
        let there: Vec<f64> = values.iter().map(|v| (v + f64::from(level)) * 2_f64.powi(power)).collect();
        let plan = MatrixProfile::new(9);
        let (found, expected) = (plan.profile(&there).unwrap(), plan.profile(&values).unwrap());
        slo_testkit::assert_all_close_absolute(&found.distances, &expected.distances, 1e-11);
    }

    #[test]
    fn backwards_left_and_right_are_exchanged(seed in 0_u64..1000) {
        let values = noise(seed, 100);
        let turned: Vec<f64> = values.iter().rev().copied().collect();
        let (found, expected) =
            (MatrixProfile::new(7).profile(&turned).unwrap(), MatrixProfile::new(7).profile(&values).unwrap());
        let back: Vec<f64> = expected.right_distances.iter().rev().copied().collect();
        slo_testkit::assert_all_close_or_nan(&found.left_distances, &back, 1e-10);
    }
}
