use super::*;
use crate::stats::Missing;
use crate::stats::quantile::quantile;
use crate::stats::sorted_window::SortedWindow;
use crate::time::{Duration, Timestamp};
use proptest::prelude::*;
use slo_testkit::Random;

/// The statistics of one window's values, each by its definition with sorting.
#[derive(Debug, PartialEq)]
struct Naive {
    quantiles: Vec<u64>,
    mad: u64,
    min: u64,
    max: u64,
    rank: u64,
}

/// By the definitions (SEMANTICS 19, 20); every NaN has the same bits.
fn naive(places: &[f64], min_count: usize, qs: &[f64], kind: QuantileType) -> Naive {
    let mut sorted: Vec<f64> = places.iter().copied().filter(|x| x.is_finite()).collect();
    if sorted.is_empty() || sorted.len() < min_count || places.iter().any(|x| x.is_infinite()) {
        let nan = f64::NAN.to_bits();
        return Naive { quantiles: vec![nan; qs.len()], mad: nan, min: nan, max: nan, rank: nan };
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let newest = places[places.len() - 1];
    let below = sorted.iter().filter(|x| **x < newest).count() as f64;
    let equal = sorted.iter().filter(|x| **x == newest).count() as f64;
    let at = |values: &[f64], q: f64| quantile(values, q, kind).unwrap();
    let median = quantile(&sorted, 0.5, QuantileType::Linear).unwrap();
    let distances = |half: f64| {
        let mut distances: Vec<f64> = sorted.iter().map(|x| (x * half - median * half).abs()).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let (a, b) = (distances[(distances.len() - 1) / 2], distances[distances.len() / 2]);
        if b.is_finite() { quantile(&[a, b], 0.5, QuantileType::Linear).unwrap() } else { b }
    };
    let mad = distances(1.0);
    let mad = if mad.is_finite() { mad } else { 2.0 * distances(0.5) };
    let rank = if newest.is_finite() { below + equal.midpoint(1.0) } else { f64::NAN };
    Naive {
        quantiles: qs.iter().map(|q| at(&sorted, *q).to_bits()).collect(),
        mad: mad.to_bits(),
        min: sorted[0].to_bits(),
        max: sorted[sorted.len() - 1].to_bits(),
        rank: rank.to_bits(),
    }
}

/// Asserts that every statistic of every window is what its values by themselves have; `start` says where one begins.
fn assert_naive(
    rolling: &Rolling,
    values: &[f64],
    qs: &[f64],
    kind: QuantileType,
    start: impl Fn(usize) -> usize,
) {
    let rows = rolling.quantiles(values, qs, kind).unwrap();
    let (mad, rank) = (rolling.mad(values).unwrap(), rolling.rank(values).unwrap());
    let (min, max) = (rolling.min(values).unwrap(), rolling.max(values).unwrap());
    let bits = |x: f64| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() };
    for place in 0..values.len() {
        let found = Naive {
            quantiles: rows.iter().map(|row| bits(row[place])).collect(),
            mad: bits(mad[place]),
            min: bits(min[place]),
            max: bits(max[place]),
            rank: bits(rank[place]),
        };
        let expected = naive(&values[start(place)..=place], rolling.min_count, qs, kind);
        assert_eq!(found, expected, "at {place} of {values:?}");
    }
}

fn assert_naive_places(values: &[f64], window: usize, min_count: usize, qs: &[f64], kind: QuantileType) {
    let rolling = Rolling::new(window).unwrap().min_count(min_count).unwrap().missing(Missing::Skip);
    assert_naive(&rolling, values, qs, kind, |place| (place + 1).saturating_sub(window));
}

const QUARTERS: [f64; 3] = [0.25, 0.5, 0.75];

/// Kinds of data on which the way to a rank differs: spread, tied, trending, heavy-tailed, in two modes, far off, flat.
fn kinds(count: usize) -> Vec<Vec<f64>> {
    let mut random = Random::seeded(5);
    let noise: Vec<f64> = (0..count).map(|_| random.uniform() + random.uniform() - 1.0).collect();
    let each = |of: &dyn Fn(usize, f64) -> f64| noise.iter().enumerate().map(|(i, x)| of(i, *x)).collect();
    let mut walk = noise.clone();
    (1..count).for_each(|i| walk[i] += walk[i - 1]);
    vec![
        noise.clone(),
        walk,
        each(&|_, x| (x * 3.0).round()),
        each(&|i, x| (i as f64 / 30.0).sin() + x / 10.0),
        each(&|i, _| i as f64),
        each(&|i, _| -(i as f64)),
        each(&|_, x| (8.0 * x).exp()),
        each(&|i, x| if i % 2 == 0 { x } else { x + 100.0 }),
        each(&|i, x| if i % 2 == 0 { 1e12 + x } else { -1e12 - x }),
        each(&|i, x| if i % 50 == 0 { 1e300 * x } else { x }),
        each(&|_, x| x * 1e-310),
        each(&|_, x| x * f64::MAX),
        each(&|i, x| if x < 0.1 { 0.0 * if i % 3 == 0 { -1.0 } else { 1.0 } } else { x }),
        each(&|i, _| if i % 9 == 0 { f64::MAX } else { f64::MIN }),
        vec![7.0; count],
    ]
}

#[test]
fn every_kind_of_data_has_the_statistics_of_each_window_by_itself() {
    for values in kinds(250) {
        for window in [1, 2, 3, 4, 5, 6, 30, 31, 249, 250, 251, 5000] {
            assert_naive_places(&values, window, 1, &QUARTERS, QuantileType::Linear);
        }
    }
}

#[test]
fn stretches_of_long_series_meet_without_a_seam() {
    for values in kinds(3_000) {
        let rolling = Rolling::new(97).unwrap();
        let (median, mad) = (rolling.median(&values).unwrap(), rolling.mad(&values).unwrap());
        for place in (96..3_000).filter(|place| place % 13 == 0 || place % 776 < 3) {
            let expected = naive(&values[place - 96..=place], 1, &[0.5], QuantileType::Linear);
            assert_eq!(
                (median[place].to_bits(), mad[place].to_bits()),
                (expected.quantiles[0], expected.mad)
            );
        }
    }
}

#[test]
fn a_window_of_more_than_65536_places_is_exact() {
    // A stretch then has more ranks than 16 bits tell apart.
    let mut random = Random::seeded(9);
    let values: Vec<f64> = (0..90_000).map(|_| random.uniform()).collect();
    let (median, mad) = {
        let rolling = Rolling::new(70_001).unwrap();
        (rolling.median(&values).unwrap(), rolling.mad(&values).unwrap())
    };
    for place in [70_000, 70_001, 80_000, 89_999] {
        let expected = naive(&values[place - 70_000..=place], 1, &[0.5], QuantileType::Linear);
        assert_eq!((median[place].to_bits(), mad[place].to_bits()), (expected.quantiles[0], expected.mad));
    }
    assert!(median[69_999].is_nan());
}

#[test]
fn the_median_of_an_even_count_is_the_mean_of_both_middle_values() {
    // SEMANTICS 20; no overflow, and a zero keeps its sign where both have it.
    let pair = |a: f64, b: f64| Rolling::new(2).unwrap().median(&[a, b]).unwrap()[1];
    assert_eq!(pair(f64::MAX, f64::MAX), f64::MAX);
    assert_eq!(pair(f64::MIN, f64::MAX), 0.0);
    assert_eq!(pair(5e-324, 1.5e-323), 1e-323);
    assert!(pair(-0.0, -0.0).is_sign_negative());
}

#[test]
fn a_distance_that_fits_no_float_is_infinite_and_their_mean_is_not() {
    let mad = |values: &[f64]| Rolling::new(values.len()).unwrap().mad(values).unwrap()[values.len() - 1];
    // About MIN: 0, MAX - MIN, MAX - MIN, 0, 0; about MAX and MIN alike, 0 and twice MAX: their half is MAX.
    assert_eq!(mad(&[f64::MIN, f64::MAX, f64::MAX, f64::MIN, f64::MIN]), 0.0);
    assert_eq!(mad(&[f64::MIN, f64::MAX]), f64::MAX);
    // About MIN: 0, 0, 1.9 MAX, 2 MAX, 2 MAX; no, the median of five is the third, MAX / 1.1: 0, 0.09, 0.09, 1.9, 1.9.
    assert_eq!(mad(&[f64::MIN, f64::MIN, 0.0, f64::MAX, f64::MAX]), f64::MAX);
}

#[test]
fn below_min_count_there_is_no_statistic() {
    // SEMANTICS 20: at one below, at and above.
    let rolling = Rolling::new(3).unwrap();
    let gap = [1.0, f64::NAN, 3.0, 4.0, 5.0];
    for least in 1..=3 {
        let rolling = rolling.clone().missing(Missing::Skip).min_count(least).unwrap();
        let counts = [1, 1, 2, 2, 3];
        for column in [rolling.median(&gap), rolling.mad(&gap), rolling.min(&gap), rolling.max(&gap)] {
            let defined: Vec<bool> = column.unwrap().iter().map(|x| !x.is_nan()).collect();
            assert_eq!(defined, counts.map(|count| count >= least));
        }
    }
    // The rank is that of the newest value: none where it is missing.
    let rank = rolling.missing(Missing::Skip).min_count(1).unwrap().rank(&gap).unwrap();
    assert_eq!(rank.iter().map(|x| x.is_nan()).collect::<Vec<_>>(), [false, true, false, false, false]);
}

#[test]
fn an_infinity_spoils_the_windows_that_hold_it_and_no_other() {
    // SEMANTICS 19.
    let mut values: Vec<f64> = (0..40).map(f64::from).collect();
    values[11] = f64::NEG_INFINITY;
    let rolling = Rolling::new(5).unwrap().missing(Missing::Skip).min_count(4).unwrap();
    let columns = [
        rolling.median(&values),
        rolling.mad(&values),
        rolling.rank(&values),
        rolling.min(&values),
        rolling.max(&values),
    ];
    for column in columns.map(Result::unwrap) {
        let spoilt: Vec<usize> = (0..40).filter(|place| column[*place].is_nan()).collect();
        assert_eq!(spoilt, [0, 1, 2, 11, 12, 13, 14, 15]);
    }
}

#[test]
fn a_quantile_is_of_the_type_that_is_asked_for() {
    let values = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0];
    let rolling = Rolling::new(10).unwrap();
    for (kind, expected) in
        [(QuantileType::Linear, 4.75), (QuantileType::Weibull, 3.5), (QuantileType::InvertedCdf, 4.0)]
    {
        assert_eq!(rolling.quantile(&values, 0.25, kind).unwrap()[9], expected);
    }
}

#[test]
fn any_number_of_shares_is_answered_in_their_order() {
    let values: Vec<f64> = (0..50).map(|i| f64::from(i * 17 % 50)).collect();
    let rolling = Rolling::new(20).unwrap();
    let qs = [0.9, 0.1, 0.5, 0.5, 0.0, 1.0, 0.3];
    for count in 0..=7 {
        let rows = rolling.quantiles(&values, &qs[..count], QuantileType::Linear).unwrap();
        assert_eq!(rows.len(), count);
        for (row, q) in rows.iter().zip(qs) {
            assert_eq!(row[19..], rolling.quantile(&values, q, QuantileType::Linear).unwrap()[19..]);
        }
    }
}

#[test]
fn bad_input_is_refused() {
    let rolling = Rolling::new(2).unwrap();
    for q in [-0.1, 1.5, f64::NAN] {
        let error = rolling.quantile(&[1.0], q, QuantileType::Linear).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { name: "q", .. }));
    }
    let hole = [1.0, f64::NAN];
    assert!(matches!(rolling.quantiles(&hole, &[], QuantileType::Linear), Err(Error::NonFinite { .. })));
    let refused = Error::NonFinite { name: "values", index: 1, value: f64::NAN }.to_string();
    for error in [
        rolling.median(&hole),
        rolling.mad(&hole),
        rolling.rank(&hole),
        rolling.min(&hole),
        rolling.max(&hole),
    ] {
        assert_eq!(error.unwrap_err().to_string(), refused);
    }
    let mut short = [0.0];
    for error in [
        rolling.median_into(&[1.0, 2.0], &mut short),
        rolling.mad_into(&[1.0, 2.0], &mut short),
        rolling.rank_into(&[1.0, 2.0], &mut short),
        rolling.min_into(&[1.0, 2.0], &mut short),
        rolling.max_into(&[1.0, 2.0], &mut short),
        rolling.quantiles_into(&[1.0], &QUARTERS, QuantileType::Linear, &mut short),
    ] {
        assert!(matches!(error, Err(Error::LengthMismatch { .. })));
    }
    let timed = Rolling::lasting(Duration::from_minutes(1), &[Timestamp::from_nanos(0)]).unwrap();
    for error in [timed.median(&[1.0, 2.0]), timed.rank(&[1.0, 2.0]), timed.min(&[1.0, 2.0])] {
        assert!(matches!(error, Err(Error::LengthMismatch { .. })));
    }
}

#[test]
fn no_values_have_no_statistics() {
    let rolling = Rolling::new(2).unwrap();
    assert_eq!(rolling.median(&[]).unwrap(), [0.0; 0]);
    assert_eq!(rolling.quantiles(&[], &QUARTERS, QuantileType::Linear).unwrap(), [[0.0; 0]; 3]);
    assert_eq!((rolling.rank(&[]).unwrap(), rolling.min(&[]).unwrap()), (vec![], vec![]));
}

/// Places of every sort: ties, zeros of both signs, subnormals, the greatest floats, NaN and infinities.
fn places() -> impl Strategy<Value = Vec<f64>> {
    let place = prop_oneof![
        8 => (-4_i8..4).prop_map(f64::from),
        8 => -1.0..1.0_f64,
        3 => any::<f64>().prop_filter("finite", |x| x.is_finite()),
        2 => prop_oneof![Just(0.0), Just(-0.0), Just(5e-324), Just(-5e-324), Just(f64::MAX), Just(f64::MIN)],
        2 => Just(f64::NAN),
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ];
    prop::collection::vec(place, 0..200)
}

proptest! {
    #[test]
    fn every_window_of_places_is_its_values_by_themselves(
        values in places(),
        window in prop_oneof![4 => 1_usize..12, 1 => 1_usize..220],
        min_count in 1_usize..8,
        qs in prop::collection::vec(0.0..=1.0_f64, 0..5),
        kind in 0_usize..9,
    ) {
        assert_naive_places(&values, window, min_count.min(window), &qs, QuantileType::ALL[kind]);
    }

    #[test]
    fn every_window_of_a_span_is_its_values_by_themselves(
        values in places(),
        gaps in prop::collection::vec(prop_oneof![4 => 1_i64..4, 1 => 1_i64..60], 200),
        span in 1_i64..40,
        min_count in 1_usize..5,
    ) {
        let instants: Vec<i64> = gaps.iter().scan(0, |t, gap| { *t += gap; Some(*t) }).take(values.len()).collect();
        let times: Vec<_> = instants.iter().map(|t| Timestamp::from_nanos(*t)).collect();
        let rolling = Rolling::lasting(Duration::from_nanos(span), &times).unwrap();
        let rolling = rolling.missing(Missing::Skip).min_count(min_count).unwrap();
        let start = |place: usize| instants.iter().position(|t| instants[place] - t < span).unwrap();
        assert_naive(&rolling, &values, &QUARTERS, QuantileType::Linear, start);
    }

    #[test]
    fn a_stream_has_the_bits_of_the_batch(
        values in places().prop_map(|values| values.into_iter().filter(|x| x.is_finite()).collect::<Vec<f64>>()),
        window in 1_usize..40,
        q in 0.0..=1.0_f64,
        kind in 0_usize..9,
    ) {
        let kind = QuantileType::ALL[kind];
        let rolling = Rolling::new(window).unwrap().min_count(1).unwrap();
        let batch = [
            rolling.median(&values),
            rolling.quantile(&values, q, kind),
            rolling.mad(&values),
            rolling.min(&values),
            rolling.max(&values),
            rolling.rank(&values),
        ].map(Result::unwrap);
        let mut stream = SortedWindow::new(window).unwrap();
        for (place, value) in values.iter().enumerate() {
            stream.push(*value).unwrap();
            let found = [stream.median(), stream.quantile(q, kind), stream.mad(), stream.min(), stream.max(), stream.rank()];
            prop_assert_eq!(
                found.map(|x| x.unwrap().to_bits()),
                batch.each_ref().map(|column| column[place].to_bits())
            );
        }
    }
}
