//! A decomposition that goes on, held against that of the whole.

use proptest::prelude::*;
use slo_testkit::Random;

use super::plan::Plan;
use super::*;
use crate::error::{Error, ErrorKind};

/// A walk, a season that changes and noise.
fn series(n: usize, period: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    let mut level = 20.0;
    let mut next = |t: usize| {
        level += 0.2 * random.normal();
        let turn = t as f64 / period as f64 * std::f64::consts::TAU;
        level + (5.0 + t as f64 * 0.01) * turn.sin() + random.normal()
    };
    (0..n).map(&mut next).collect()
}

fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |size: f64, value| size.max(value.abs()))
}

/// Whether parts are those of the whole from a place on.
#[track_caller]
fn assert_are(found: &Decomposition, whole: &Decomposition, from: usize, tolerance: f64) {
    let pairs = [
        (&found.trend, &whole.trend),
        (&found.seasonal, &whole.seasonal),
        (&found.remainder, &whole.remainder),
        (&found.weights, &whole.weights),
    ];
    for (found, whole) in pairs {
        for (place, found) in found.iter().enumerate() {
            let whole = whole[from + place];
            let is_same = (found - whole).abs() <= tolerance || found.is_nan() && whole.is_nan();
            assert!(is_same, "{found} is not {whole} at {}", from + place);
        }
    }
}

/// Takes one more value, or several, and holds all that is said against the whole.
#[track_caller]
fn assert_goes_on(online: &mut StlOnline, values: &[f64], count: usize) {
    let (n, settled) = (online.observations(), online.settled());
    let so_far = &values[..n + count];
    let before = online.clone();
    let update = if count == 1 { online.update(values[n]) } else { online.update_all(&values[n..n + count]) };
    let whole = match online.decomposition().decompose(so_far) {
        Ok(whole) => whole,
        Err(error) => {
            assert_eq!(update, Err(error));
            assert_eq!(*online, before);
            return;
        }
    };
    let (update, tolerance) = (update.unwrap(), 1e-10 * size(so_far));
    assert_are(&update.settled, &whole, settled, tolerance);
    assert_eq!((settled + update.settled.trend.len(), online.observations()), (online.settled(), n + count));
    let StlPoint { trend, seasonal, remainder } = update.newest;
    let newest = Decomposition {
        trend: vec![trend],
        seasonal: vec![seasonal],
        remainder: vec![remainder],
        weights: vec![*whole.weights.last().unwrap()],
    };
    assert_are(&newest, &whole, n + count - 1, tolerance);
    let tail = online.tail().unwrap();
    assert_eq!(online.settled() + tail.trend.len(), n + count);
    assert_are(&tail, &whole, online.settled(), tolerance);
    let (reach, period) = (online.reach(), online.decomposition().period);
    assert_eq!(online.settled() > 0, n + count >= 2 * reach);
    assert!(online.settled() == 0 || tail.trend.len() - reach < period);
}

fn settings() -> impl Strategy<Value = Stl> {
    let windows = (1_usize..6, 1_usize..40, 1_usize..20);
    let jumps = (1_usize..5, 1_usize..9, 1_usize..9);
    (2_usize..=30, windows, prop::array::uniform3(any::<bool>()), jumps, 1_usize..=3).prop_map(
        |(period, (seasonal, trend, low_pass), lines, jumps, inner)| {
            let degree = |line: bool| if line { Degree::Linear } else { Degree::Constant };
            Stl::new(period)
                .seasonal(2 * seasonal + 1)
                .trend(2 * trend + 1)
                .low_pass(2 * low_pass + 1)
                .seasonal_degree(degree(lines[0]))
                .trend_degree(degree(lines[1]))
                .low_pass_degree(degree(lines[2]))
                .seasonal_jump(jumps.0)
                .trend_jump(jumps.1)
                .low_pass_jump(jumps.2)
                .inner(inner)
        },
    )
}

/// A stream over a series of so many eighths of its reach, with gaps.
fn goes_on_as_the_whole(stl: Stl, seed: u64, eighths: usize, gaps: usize) {
    let reach = Plan::new(&stl, usize::MAX).unwrap().reach().whole;
    let n = 2 * stl.period + eighths * reach / 8;
    let mut values = series(n + 12, stl.period, seed);
    let mut random = Random::seeded(seed + 1);
    let mut below = |n: usize| usize::try_from(random.bits() % n as u64).unwrap();
    for _ in 0..gaps {
        let (first, length) = (below(n + 12), 1 + below(3));
        values[first..(first + length).min(n + 12)].fill(f64::NAN);
    }
    let stl = if gaps > 0 { stl.missing(Missing::Skip) } else { stl };
    let mut online = match (stl.online(&values[..n]), stl.decompose(&values[..n])) {
        (Ok(online), Ok(_)) => online,
        (online, whole) => return assert_eq!(online.err(), whole.err()),
    };
    while online.observations() < n + 12 {
        let count = [1, 1, 1, 1 + below(20)][below(4)].min(n + 12 - online.observations());
        let seen = online.observations();
        assert_goes_on(&mut online, &values, count);
        if online.observations() == seen {
            return;
        }
    }
}

proptest! {
    #[test]
    fn what_goes_on_is_the_decomposition_of_the_whole(
        stl in settings(), seed in 0_u64..1000, eighths in 0_usize..32,
    ) {
        goes_on_as_the_whole(stl, seed, eighths, 0);
    }

    #[test]
    fn what_goes_on_over_gaps_is_the_decomposition_of_the_whole(
        stl in settings(), seed in 0_u64..1000, eighths in 0_usize..32, gaps in 1_usize..12,
    ) {
        goes_on_as_the_whole(stl, seed, eighths, gaps);
    }

    #[test]
    fn no_further_value_moves_what_is_settled(stl in settings(), seed in 0_u64..1000, more in 1_usize..200) {
        let reach = Plan::new(&stl, usize::MAX).unwrap().reach().whole;
        let n = 2 * reach + 7;
        let mut values = series(n + more, stl.period, seed);
        let settled = stl.online(&values[..n]).unwrap().settled();
        prop_assert!(settled > 0);
        let sooner = stl.decompose(&values[..n]).unwrap();
        values[n..].iter_mut().for_each(|value| *value = 1e3 - *value);
        let later = stl.decompose(&values).unwrap();
        let before = first(&sooner, settled);
        if n + more < 400 {
            assert_are(&before, &later, 0, 1e-10 * 1e3);
        }
        // In a longer series lines at its beginning may have become constants.
        assert_are(&last(&before, reach), &later, reach, 1e-10 * 1e3);
    }
}

/// The first parts.
fn first(parts: &Decomposition, count: usize) -> Decomposition {
    let part = |part: &[f64]| part[..count].to_vec();
    Decomposition {
        trend: part(&parts.trend),
        seasonal: part(&parts.seasonal),
        remainder: part(&parts.remainder),
        weights: part(&parts.weights),
    }
}

/// The parts from a place on.
fn last(parts: &Decomposition, from: usize) -> Decomposition {
    let part = |part: &[f64]| part.get(from..).unwrap_or_default().to_vec();
    Decomposition {
        trend: part(&parts.trend),
        seasonal: part(&parts.seasonal),
        remainder: part(&parts.remainder),
        weights: part(&parts.weights),
    }
}

/// Windows at whose ends weights are large enough to see what they do, with fits at every place.
fn clear() -> impl Iterator<Item = Stl> {
    let of = |(period, seasonal, trend, low_pass, inner)| {
        let stl = Stl::new(period).seasonal(seasonal).trend(trend).low_pass(low_pass).inner(inner);
        stl.preset(Preset::Statsmodels)
    };
    [(2, 5, 3, 3, 1), (2, 5, 5, 3, 1), (4, 7, 7, 5, 1), (4, 5, 5, 5, 2), (3, 5, 3, 3, 2), (2, 5, 3, 3, 3)]
        .into_iter()
        .map(of)
}

#[test]
fn the_reach_is_no_longer_than_it_has_to_be_at_the_end() {
    for stl in clear() {
        let reach = Plan::new(&stl, usize::MAX).unwrap().reach().whole;
        let n = 3 * reach;
        let values = series(n + stl.period, stl.period, 1);
        let sooner = stl.decompose(&values[..n]).unwrap();
        // A whole period: which phase moves a place the farthest away is a matter of the place.
        let later = stl.decompose(&values).unwrap();
        let moved = |place: usize| (sooner.trend[place] - later.trend[place]).abs();
        let tolerance = 1e-10 * size(&values);
        assert!(moved(n - reach - 1) < tolerance, "{stl:?}: {}", moved(n - reach - 1));
        assert!(moved(n - reach) > tolerance, "{stl:?}: {}", moved(n - reach));
    }
}

#[test]
fn the_reach_is_no_longer_than_it_has_to_be_at_the_beginning() {
    for stl in clear() {
        let reach = Plan::new(&stl, usize::MAX).unwrap().reach().whole;
        let n = 4 * reach;
        let values = series(n, stl.period, 1);
        let cut = reach.next_multiple_of(stl.period);
        let whole = stl.decompose(&values).unwrap();
        let part = stl.decompose(&values[cut..]).unwrap();
        let differs = |place: usize| (part.trend[place] - whole.trend[cut + place]).abs();
        let tolerance = 1e-10 * size(&values);
        assert!(differs(reach) < tolerance, "{stl:?}: {}", differs(reach));
        assert!(differs(reach - 1) > tolerance, "{stl:?}: {}", differs(reach - 1));
    }
}

#[test]
fn lines_become_constants_where_those_of_the_whole_do() {
    // A thousandth of the range of 490 values, or of 490 cycles, is all that a line over two places deviates by.
    let stl = Stl::new(2).preset(Preset::Statsmodels).seasonal(3).trend(3).low_pass(3);
    let values = series(1020, 2, 4);
    for first in [480, 960] {
        let mut online = stl.online(&values[..first]).unwrap();
        while online.observations() < first + 60 {
            assert_goes_on(&mut online, &values, 1);
        }
    }
    // With a line, the beginning was another, and stays so where it has been settled.
    let sooner = stl.decompose(&values[..480]).unwrap().trend[0];
    assert!((stl.decompose(&values).unwrap().trend[0] - sooner).abs() > 1e-3);
}

#[test]
fn long_windows_and_the_defaults_of_both_presets_go_on() {
    for (stl, n) in [
        (Stl::new(24), 700),
        (Stl::new(24).preset(Preset::Statsmodels), 1300),
        (Stl::new(7).trend(401).low_pass(301).preset(Preset::Statsmodels).inner(1), 1100),
        (Stl::new(12).trend_jump(300), 1600),
        (Stl::new(12).robust().outer(0), 400),
    ] {
        let values = series(n + 30, stl.period, 9);
        let mut online = stl.online(&values[..n]).unwrap();
        assert!(online.settled() > 0, "{stl:?}: {}", online.reach());
        for _ in 0..30 {
            assert_goes_on(&mut online, &values, 1);
        }
    }
}

#[test]
fn a_stream_that_begins_with_two_periods_goes_on_through_all_lengths() {
    let stl = Stl::new(4).inner(1).trend(5);
    let values = series(150, 4, 3);
    assert_eq!(stl.online(&values[..7]), Err(Error::TooShort { name: "values", len: 7, needed: 8 }));
    let mut online = stl.online(&values[..8]).unwrap();
    while online.observations() < 150 {
        assert_goes_on(&mut online, &values, 1);
    }
}

#[test]
fn a_gap_that_nothing_reaches_over_is_refused_as_in_the_whole() {
    let stl = Stl::new(3).seasonal(5).trend(7).preset(Preset::Statsmodels).missing(Missing::Skip);
    let mut values = series(400, 3, 2);
    values[330..350].fill(f64::NAN);
    // The trend over seven values reaches over four that are missing, at an end over five: then the place 332 has none.
    let mut online = stl.online(&values[..320]).unwrap();
    while online.observations() < 335 {
        assert_goes_on(&mut online, &values, 1);
    }
    let kept = online.clone();
    let error = online.update(f64::NAN).unwrap_err();
    assert_eq!(Err(error.clone()), stl.decompose(&values[..336]));
    assert!(matches!(&error, Error::Degenerate { reason, .. } if reason.contains("values[332]")), "{error}");
    assert_eq!(online, kept);
    // In the history it is refused however far away it is.
    values[10..40].fill(f64::NAN);
    assert_eq!(stl.online(&values[..320]).unwrap_err(), stl.decompose(&values[..320]).unwrap_err());
}

#[test]
fn what_depends_on_everything_is_refused() {
    let values = series(48, 4, 1);
    let stl = Stl::new(4);
    for refused in [stl.periodic(), stl.robust(), stl.outer(1), stl.robust().outer(1)] {
        assert!(matches!(refused.online(&values), Err(Error::Unsupported { .. })));
    }
    for taken in [stl, stl.outer(0), stl.robust().outer(0)] {
        assert!(taken.online(&values).is_ok());
    }
}

#[test]
fn windows_of_which_too_much_had_to_be_kept_are_refused() {
    // One pass of two places reaches 4 + h - 1 places: 2 (h + 3 + 2) values are kept.
    let stl = Stl::new(2).preset(Preset::Statsmodels).seasonal(3).low_pass(3).inner(1);
    let half = (1 << 23) - 5;
    assert!(stl.trend(2 * half + 1).online(&[0.0; 8]).is_ok());
    let refused = stl.trend(2 * half + 3).online(&[0.0; 8]);
    let expected = Error::LimitExceeded { what: "values to be kept", value: (1 << 24) + 2, limit: 1 << 24 };
    assert_eq!(refused, Err(expected));
    assert_eq!(stl.trend(usize::MAX).online(&[0.0; 8]).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert!(matches!(Stl::new(usize::MAX).online(&[0.0; 8]), Err(Error::TooShort { .. })));
    assert!(matches!(Stl::new(1).online(&[0.0; 8]), Err(Error::InvalidParameter { .. })));
}

#[test]
fn what_is_refused_changes_nothing_and_is_named_with_its_place() {
    let values = series(300, 4, 1);
    let mut online = Stl::new(4).online(&values).unwrap();
    let kept = online.clone();
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let Err(Error::NonFinite { name: "values", index: 300, .. }) = online.update(bad) else { panic!() };
        let Err(Error::NonFinite { index: 302, .. }) = online.update_all(&[1.0, 2.0, bad]) else { panic!() };
    }
    assert_eq!(online.update_all(&[]), Err(Error::TooShort { name: "values", len: 0, needed: 1 }));
    assert_eq!(online, kept);
    // The season says the opposite of the value: their distance leaves the floats.
    let mut huge = Stl::new(2).online(&[1.5e308, -1.5e308].repeat(20)).unwrap();
    let kept = huge.clone();
    assert!(matches!(huge.update(-1.5e308), Err(Error::OutOfRange { .. })));
    assert_eq!(huge, kept);
    assert!(huge.update(1.5e308).is_ok());
    let mut skipping = Stl::new(4).missing(Missing::Skip).online(&values).unwrap();
    assert!(matches!(skipping.update(f64::INFINITY), Err(Error::NonFinite { index: 300, .. })));
    let update = skipping.update(f64::NAN).unwrap();
    assert!(update.newest.remainder.is_nan() && update.newest.trend.is_finite());
}

#[test]
fn constants_and_zeros_are_trend_alone() {
    for value in [0.0, 5.0, -1e300, 1e-300] {
        let mut online = Stl::new(4).online(&[value; 8]).unwrap();
        for _ in 0..200 {
            let StlPoint { trend, seasonal, remainder } = online.update(value).unwrap().newest;
            assert!((trend - value).abs() <= 1e-14 * value.abs());
            assert!(seasonal.abs() <= 1e-14 * value.abs() && remainder.abs() <= 1e-14 * value.abs());
        }
    }
}

#[test]
fn a_spike_that_has_passed_leaves_nothing() {
    let mut values = series(600, 4, 8);
    values[100] = 1e12;
    let mut online = Stl::new(4).online(&values[..90]).unwrap();
    online.update_all(&values[90..500]).unwrap();
    // What is kept begins after it.
    let clean = Stl::new(4).decompose(&values[102..600]).unwrap();
    let update = online.update_all(&values[500..]).unwrap();
    assert!((update.newest.trend - clean.trend[497]).abs() < 1e-10 * 100.0);
    assert!((update.newest.seasonal - clean.seasonal[497]).abs() < 1e-10 * 100.0);
}

#[cfg(feature = "serde")]
mod written {
    use serde_json::{Value, json};

    use super::*;

    fn online() -> StlOnline {
        let mut values = series(300, 4, 1);
        values[290] = f64::NAN;
        Stl::new(4).missing(Missing::Skip).online(&values).unwrap()
    }

    #[test]
    fn what_is_written_goes_on_in_the_same_bits() {
        let mut online = online();
        let text = serde_json::to_string(&online.snapshot()).unwrap();
        assert!(text.starts_with(r#"{"version":1,"state":{"stl":{"period":4,"#) && text.contains("null"));
        let mut resumed = serde_json::from_str::<StlSnapshot>(&text).unwrap().restore().unwrap();
        assert_eq!(resumed, online);
        for value in series(20, 4, 9) {
            assert_eq!(resumed.update(value).unwrap(), online.update(value).unwrap());
            assert_eq!(resumed.tail().unwrap(), online.tail().unwrap());
        }
    }

    #[test]
    fn an_update_is_read_as_it_was_written() {
        let mut online = online();
        for value in [1.0, f64::NAN, 2.0, 3.0, 4.0] {
            let update = online.update(value).unwrap();
            let text = serde_json::to_string(&update).unwrap();
            assert_eq!(text.contains(r#""remainder":null}"#), value.is_nan());
            assert_eq!(serde_json::from_str::<StlUpdate>(&text).unwrap(), update);
        }
    }

    #[test]
    fn what_nothing_could_have_got_into_is_refused() {
        let sound = serde_json::to_value(online().snapshot()).unwrap();
        let restored = |state: Value| serde_json::from_value::<StlSnapshot>(state).unwrap().restore();
        assert!(restored(sound.clone()).is_ok());
        let changed = |change: &dyn Fn(&mut Value)| {
            let mut other = sound.clone();
            change(&mut other);
            restored(other).map(|_| ()).map_err(|error| error.kind())
        };
        let refused = Err(ErrorKind::State);
        assert_eq!(changed(&|state| state["version"] = json!(2)), refused);
        assert_eq!(changed(&|state| state["state"] = json!({})), refused);
        for (name, value) in [
            ("observations", json!(299)),
            ("observations", json!(301)),
            ("observations", json!(7)),
            ("observations", json!(-1)),
            ("observations", json!(u64::MAX)),
            ("kept", json!([])),
            ("kept", json!(vec![Value::Null; online().observations() - online().settled()])),
            ("more", json!(1)),
        ] {
            assert_eq!(changed(&|state| state["state"][name] = value.clone()), refused, "{name}: {value}");
        }
        for (name, value) in [
            ("period", json!(0)),
            ("period", json!(5)),
            ("seasonal", json!("periodic")),
            ("robustness", json!("robust")),
            ("trend", json!(u64::MAX)),
            ("missing", json!("error")),
        ] {
            assert_eq!(
                changed(&|state| state["state"]["stl"][name] = value.clone()),
                refused,
                "{name}: {value}"
            );
        }
    }
}
