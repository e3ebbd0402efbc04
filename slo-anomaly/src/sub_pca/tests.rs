use super::eigen::symmetric;
use super::projection::score;
use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close, assert_close_absolute, fixtures};

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..n).map(|t| (t as f64 * 0.4).sin() * 2.0 + random.normal()).collect()
}

#[derive(Deserialize)]
struct Series {
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Settings {
    window: usize,
    ridge: f64,
    explained: f64,
}

#[derive(Deserialize)]
struct Scores {
    mahalanobis: Vec<f64>,
    residual: Vec<f64>,
    axes: Vec<f64>,
}

#[test]
fn scores_are_those_of_sixty_digits() {
    for case in fixtures::cases::<Series, Settings, Scores>("slo-anomaly/sub_pca") {
        let Settings { window, ridge, explained } = case.parameters;
        let score = |projection| score(&case.input.values, window, projection);
        case.assert_all_close(
            "mahalanobis",
            &score(Projection::Mahalanobis { ridge }),
            &case.expected.mahalanobis,
        );
        case.assert_all_close(
            "residual",
            &score(Projection::Residual { explained }),
            &case.expected.residual,
        );
        case.assert_all_close("axes", &score(Projection::Axes), &case.expected.axes);
    }
}

#[test]
fn eigenvectors_are_orthonormal_and_keep_their_direction() {
    let mut random = Random::seeded(3);
    for size in [1, 2, 3, 8, 40] {
        let drawn: Vec<Vec<f64>> = (0..size).map(|_| (0..size).map(|_| random.normal()).collect()).collect();
        let entry = |row: usize, column: usize| drawn[row.max(column)][row.min(column)];
        let matrix: Vec<Vec<f64>> =
            (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect();
        let pairs = symmetric(matrix.clone());
        for (place, (value, vector)) in pairs.iter().enumerate() {
            for (row, part) in matrix.iter().zip(vector) {
                let image: f64 = row.iter().zip(vector).map(|(a, b)| a * b).sum();
                assert_close_absolute(image, value * part, 1e-12);
            }
            for (other, (_, with)) in pairs.iter().enumerate() {
                let inner: f64 = vector.iter().zip(with).map(|(a, b)| a * b).sum();
                assert_close_absolute(inner, if place == other { 1.0 } else { 0.0 }, 1e-12);
            }
        }
        assert!(pairs.is_sorted_by(|left, right| left.0 >= right.0));
    }
}

#[test]
fn simple_matrices_have_simple_eigenvalues() {
    let pairs = symmetric(vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
    assert_close(pairs[0].0, 3.0, 1e-15);
    assert_close(pairs[1].0, 1.0, 1e-15);
    let ones = symmetric(vec![vec![1.0; 5]; 5]);
    assert_close(ones[0].0, 5.0, 1e-14);
    assert!(ones[1..].iter().all(|(value, _)| value.abs() < 1e-14));
    assert!(symmetric(vec![vec![0.0; 3]; 3]).iter().all(|(value, _)| *value == 0.0));
}

#[test]
fn a_planted_shape_is_found() {
    let mut random = Random::seeded(5);
    let mut values: Vec<f64> =
        (0..1200).map(|t| (f64::from(t % 24) * 0.2618).sin() * 4.0 + 0.1 * random.normal()).collect();
    values[700..712].reverse();
    for projection in [Projection::Mahalanobis { ridge: 0.001 }, Projection::Residual { explained: 0.9 }] {
        let found = SubPca::new().projection(projection).cut(Cut::Top(1)).detect(&values).unwrap();
        assert!((695..717).contains(&found.indices()[0]), "{projection:?}: {:?}", found.indices());
    }
}

#[test]
fn a_place_that_never_changes_has_no_part() {
    assert!(score(&[4.0; 20], 5, Projection::Axes).iter().all(|score| *score == 0.0));
    // All windows but one hold the same first value.
    let mut values = vec![1.0; 20];
    values[19] = 2.0;
    let scores = score(&values, 5, Projection::Mahalanobis { ridge: 0.0 });
    // One window in 16 differs in one place: its square is 15, and the others share 1.
    assert_close(scores[15], 15.0, 1e-12);
    assert_close(scores[3], 1.0 / 15.0, 1e-12);
}

#[test]
fn windows_have_two_to_five_hundred_and_twelve_values() {
    assert!(SubPca::new().window(1).check().is_err() && SubPca::new().window(2).check().is_ok());
    assert!(SubPca::new().window(512).check().is_ok());
    assert_eq!(SubPca::new().window(513).check().unwrap_err().kind(), ErrorKind::LimitExceeded);
    for projection in [
        Projection::Mahalanobis { ridge: -1e-9 },
        Projection::Mahalanobis { ridge: f64::NAN },
        Projection::Residual { explained: 0.0 },
        Projection::Residual { explained: 1.0 },
    ] {
        assert!(SubPca::new().projection(projection).check().is_err());
    }
    // Two windows are the fewest.
    assert!(SubPca::new().window(4).detect(&noise(1, 5)).unwrap().scores[0].is_finite());
    assert!(SubPca::new().window(4).detect(&noise(1, 4)).unwrap().scores[0].is_nan());
}

proptest! {
    #[test]
    fn mahalanobis_distances_have_the_number_of_components_as_their_mean(seed in 0_u64..1000, window in 2_usize..12) {
        // Σ over windows of p_k² is K λ_k, whatever the data.
        let scores = score(&noise(seed, 120), window, Projection::Mahalanobis { ridge: 0.0 });
        prop_assert!((scores.iter().sum::<f64>() / scores.len() as f64 - window as f64).abs() < 1e-9);
    }

    #[test]
    fn a_spike_at_the_end_of_a_window_leaves_the_products_of_others_exact(power in 3_i32..12) {
        // The first place sees the spike, the last one does not: their deviations differ by so much.
        let mut values = noise(9, 200);
        values[0] = 10_f64.powi(power);
        let scores = score(&values, 6, Projection::Mahalanobis { ridge: 0.0 });
        prop_assert!((scores.iter().sum::<f64>() / scores.len() as f64 - 6.0).abs() < 1e-9);
    }
}
