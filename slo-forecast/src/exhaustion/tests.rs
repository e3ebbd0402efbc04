use super::passage::Cell;
use super::*;
use proptest::prelude::*;
use slo_core::stats::tails::{Distribution, Poisson};
use slo_core::{Axis, Counts, Duration};
use slo_testkit::{Random, assert_close};

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

fn series(step: i64, bad: &[f64], total: &[f64]) -> CountSeries {
    let axis = Axis::regular(at(0.0), Duration::from_seconds(step));
    CountSeries::bad_total(axis, bad, total).unwrap()
}

fn slo(target: &str, window: &str) -> Slo {
    Slo::new(target.parse().unwrap(), window.parse().unwrap())
}

fn exponential(random: &mut Random) -> f64 {
    -(1.0 - random.uniform()).ln()
}

/// Of shape `half_steps / 2`: a sum of exponentials, and half a squared normal for an odd one.
fn gamma(random: &mut Random, half_steps: u32) -> f64 {
    let whole: f64 = (0..half_steps / 2).map(|_| exponential(random)).sum();
    if half_steps.is_multiple_of(2) { whole } else { whole + random.normal().powi(2) / 2.0 }
}

/// Whether a window is exhausted that still holds what it does of a series, and so many new bad events.
fn is_exhausted(
    slo: &Slo,
    series: &CountSeries,
    now: Timestamp,
    seconds: f64,
    new: f64,
    traffic: f64,
) -> bool {
    let then = now.checked_add(Duration::from_seconds_f64(seconds).unwrap()).unwrap();
    let (begin, _) = slo.window().period_until(then);
    let old = series.counts_between(begin, now);
    let total = old.total() + traffic * seconds;
    let bad = old.bad() + new;
    bad > 0.0 && (bad >= total || slo.budget(Counts::bad_total(bad, total).unwrap()).exhausted())
}

/// The share of `paths` in which the budget has run out by each of the times, by drawing every cluster.
///
/// Between arrivals the budget is looked at whenever a record leaves.
fn simulated(
    slo: &Slo,
    series: &CountSeries,
    rates: Rates,
    (half_steps, length): (u32, f64),
    times: &[f64],
    paths: u32,
) -> Vec<f64> {
    let (now, horizon) = (series.last().unwrap(), *times.last().unwrap());
    let window = slo.window().length();
    let leaving: Vec<f64> = series
        .times()
        .map(|time| time.checked_add(window).unwrap().since(now).unwrap().seconds())
        .filter(|leaves| *leaves > 0.0 && *leaves <= horizon)
        .collect();
    let mut random = Random::seeded(42);
    let mut counts = vec![0_u32; times.len()];
    for _ in 0..paths {
        let rate = if half_steps > 0 {
            gamma(&mut random, half_steps) / length
        } else {
            rates.bad / rates.dispersion
        };
        let (mut new, mut next, mut departures) =
            (0.0, exponential(&mut random) / rate, leaving.iter().peekable());
        let crossing = loop {
            let departure = departures.next_if(|leaves| **leaves <= next);
            let moment = departure.copied().unwrap_or(next);
            if departure.is_none() {
                new += rates.dispersion;
                next += exponential(&mut random) / rate;
            }
            if moment > horizon {
                break f64::INFINITY;
            }
            if is_exhausted(slo, series, now, moment, new, rates.total) {
                break moment;
            }
        };
        for (count, time) in counts.iter_mut().zip(times) {
            *count += u32::from(crossing <= *time);
        }
    }
    counts.into_iter().map(|count| f64::from(count) / f64::from(paths)).collect()
}

fn assert_simulated(told: &Exhaustion, simulated: &[f64], paths: u32) {
    for (step, (probability, share)) in told.probability.iter().zip(simulated).enumerate() {
        let error = (probability * (1.0 - probability) / f64::from(paths)).sqrt();
        let off = (probability - share).abs();
        assert!(
            off <= 4.0 * error + told.probability_error + 1e-9,
            "step {step}: {probability}, simulated {share} +- {error}"
        );
    }
}

fn steps_in_seconds(told: &Exhaustion) -> Vec<f64> {
    told.times.iter().map(|time| time.since(told.at).unwrap().seconds()).collect()
}

#[test]
fn where_nothing_leaves_the_probability_is_that_of_a_poisson_count() {
    // Ten bad of 14500 are in the window, 14.5 are allowed: five more exhausts it, whenever they come.
    let data = series(1, &[10.0], &[14_500.0]);
    let options = ExhaustionOptions::new()
        .rates(0.01, 0.01)
        .and_then(|o| o.horizon(Duration::from_seconds(900)))
        .and_then(|o| o.steps(9))
        .unwrap();
    let told = exhaustion(&slo("99.9%", "1h"), &data, &options).unwrap();
    assert_eq!(told.probability_error, 0.0);
    for (step, probability) in told.probability.iter().enumerate() {
        assert_close(*probability, Poisson::new((step + 1) as f64).unwrap().sf(4.0), 1e-11);
    }
}

#[test]
fn a_rate_in_doubt_makes_the_count_negative_binomial() {
    // Four of 14500, one each half hour for two hours, then: 11 more exhausts. Gamma(4.5) over two hours.
    let data = series(1800, &[1.0; 4], &[3_625.0; 4]);
    let options = ExhaustionOptions::new()
        .lookback(Duration::from_hours(2))
        .and_then(|o| o.dispersion(1.0))
        .and_then(|o| o.horizon(Duration::from_hours(2)))
        .and_then(|o| o.steps(1))
        .unwrap();
    let told = exhaustion(&slo("99.9%", "1d"), &data, &options).unwrap();
    assert_eq!(told.rates.counted, Some(4.0));
    // Traffic doubles the allowance to 29 by then, so that the boundary moves; held by a sum over all paths.
    let simulated = simulated(&slo("99.9%", "1d"), &data, told.rates, (9, 7200.0), &[7200.0], 200_000);
    assert_simulated(&told, &simulated, 200_000);
    let arrivals = Arrivals { rate: 4.5 / 7200.0, doubt: 1.0 / 4.5 };
    assert!(told.probability[0] > arrivals.at_least(25.0, 7200.0).unwrap());
    assert!(told.probability[0] < arrivals.at_least(11.0, 7200.0).unwrap());
}

#[test]
fn the_curve_is_that_of_a_simulation_while_errors_leave_and_come() {
    // Six hours of records in a window of four: bursts that leave, a lull, errors of late.
    let bad: Vec<f64> = (0..36).map(|i| [0.0, 3.0, 0.0, 1.0, 0.0, 0.0, 5.0, 0.0][i % 8]).collect();
    let data = series(600, &bad, &[200.0; 36]);
    let slo = slo("99%", "4h");
    let rates = ExhaustionOptions::new().lookback(Duration::from_hours(1)).and_then(|o| o.steps(12)).unwrap();
    let told = exhaustion(&slo, &data, &rates.dispersion(1.0).unwrap()).unwrap();
    assert_eq!((told.horizon, told.probability_error, told.exhausted), (Duration::from_hours(4), 0.0, false));
    let half_steps = 2 * 9 + 1;
    assert_eq!(told.rates.counted, Some(9.0));
    let simulated =
        simulated(&slo, &data, told.rates, (half_steps, 3600.0), &steps_in_seconds(&told), 200_000);
    assert!(simulated[4] > 0.02 && simulated[11] > 0.2, "{simulated:?}");
    assert_simulated(&told, &simulated, 200_000);
}

#[test]
fn clusters_are_simulated_too() {
    let data = series(600, &[0.0, 3.0, 0.0, 0.0, 3.0, 0.0], &[400.0; 6]);
    let slo = slo("99%", "4h");
    let options = ExhaustionOptions::new()
        .rates(0.008, 0.6)
        .and_then(|o| o.dispersion(2.5))
        .and_then(|o| o.steps(10))
        .unwrap();
    let told = exhaustion(&slo, &data, &options).unwrap();
    let simulated = simulated(&slo, &data, told.rates, (0, 0.0), &steps_in_seconds(&told), 200_000);
    assert!(simulated[9] > 0.3, "{simulated:?}");
    assert_simulated(&told, &simulated, 200_000);
}

#[test]
fn a_bracket_holds_the_simulation_where_the_boundary_moves_too_often() {
    // 6000 records of which every third has an error, and a rate that burns a little more than is allowed.
    let bad: Vec<f64> = (0..6000).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let data = series(2, &bad, &vec![50.0; 6000]);
    let slo = slo("99%", "3h");
    let options = ExhaustionOptions::new().rates(0.3, 25.0).and_then(|o| o.steps(6)).unwrap();
    let told = exhaustion(&slo, &data, &options).unwrap();
    assert!(told.probability_error > 0.0 && told.probability_error < 0.02, "{}", told.probability_error);
    let simulated = simulated(&slo, &data, told.rates, (0, 0.0), &steps_in_seconds(&told), 2_000);
    assert_simulated(&told, &simulated, 2_000);
}

#[test]
fn larger_units_hardly_move_the_curve() {
    // 40 000 clusters are expected: counted in units of five to six.
    let events = Arrivals { rate: 40_000.0, doubt: 0.01 };
    let curve = |unit: f64| {
        let boundary = |seconds: f64| ((38_000.0 + 3000.0 * seconds) / unit).ceil();
        let cells: Vec<Cell> = (1..=50)
            .map(|step| {
                let until = f64::from(step) / 50.0;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "about 40 000")]
                let last = boundary(until) as usize;
                Cell { until, lowest: last, last, asked: step % 10 == 0 }
            })
            .collect();
        let arrivals = events.in_units_of(unit);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let states = arrivals.most(1.0).unwrap() as usize;
        reached(&cells, &arrivals, states.min(cells[49].last), Bound::Upper).unwrap()
    };
    let (fine, coarse) = (curve(1.0), curve(5.0));
    assert!(fine[4] > 0.2 && fine[4] < 0.8);
    for (fine, coarse) in fine.iter().zip(&coarse) {
        assert!((fine - coarse).abs() < 0.005, "{fine} and {coarse}");
    }
}

#[test]
fn the_expected_instant_is_that_of_the_line_between_departures() {
    // Ten bad of 2000 are in the window; 20 are allowed. At 0.05 bad of one event a second: 10 + 0.04 t = 20.
    let data = series(3600, &[10.0, 0.0], &[1000.0, 1000.0]);
    let slo = slo("99%", "10h");
    let told = exhaustion(&slo, &data, &ExhaustionOptions::new().rates(0.05, 1.0).unwrap()).unwrap();
    assert_eq!(told.expected_time, Some(at(3600.0 + 250.0)));
    // The ten leave nine hours from now: at 0.0105 a second, 10 + 0.0005 t reaches 20 at 20 000 s, before that.
    let told = exhaustion(&slo, &data, &ExhaustionOptions::new().rates(0.0105, 1.0).unwrap()).unwrap();
    assert_eq!(told.expected_time, Some(at(3600.0 + 20_000.0)));
    // At 0.0102, it would at 50 000 s; after 32 400 s they are gone with their 1000 events, and ten hours from now
    // the window holds 36 000 events, 367.2 of them bad, where 360 are allowed: only when the last good ones leave.
    let told = exhaustion(&slo, &data, &ExhaustionOptions::new().rates(0.0102, 1.0).unwrap()).unwrap();
    assert_eq!(told.expected_time, Some(at(3600.0 + 36_000.0)));
    // Exactly at the allowed rate: when all else has left, all is spent; just below it, never.
    let told = exhaustion(&slo, &data, &ExhaustionOptions::new().rates(0.01, 1.0).unwrap()).unwrap();
    assert_eq!(told.expected_time, Some(at(3600.0 + 36_000.0)));
    let told = exhaustion(&slo, &data, &ExhaustionOptions::new().rates(0.009_999, 1.0).unwrap()).unwrap();
    assert_eq!(told.expected_time, None);
}

#[test]
fn good_events_that_leave_can_exhaust_a_budget_without_any_new_error() {
    // 9 of 1000, allowed 10; after the first record's 900 good events have left, 9 of 100.
    let data = series(3600, &[0.0, 9.0], &[900.0, 100.0]);
    let options = ExhaustionOptions::new().rates(0.0, 0.0).unwrap();
    let told = exhaustion(&slo("99%", "10h"), &data, &options).unwrap();
    assert_eq!(told.expected_time, Some(at(36_000.0)));
    assert_eq!(told.consumed[239], 0.0);
    // The leaving is at 9/10 of the ten hours: step 216 of 240.
    assert_eq!((told.probability[214], told.probability[215]), (0.0, 1.0));
    assert_eq!(told.median_time.map(|median| median <= at(36_000.0)), Some(true));
}

#[test]
fn an_exhausted_budget_is_exhausted_now() {
    let data = series(60, &[1.0, 1.0], &[100.0, 100.0]);
    let told = exhaustion(&slo("99%", "1h"), &data, &ExhaustionOptions::new()).unwrap();
    assert!(told.exhausted);
    assert_eq!((told.expected_time, told.median_time), (Some(told.at), Some(told.at)));
    assert_eq!(told.interval, Some((told.at, Some(told.at))));
    assert!(told.probability.iter().all(|p| *p == 1.0));
    // At one below the allowance it is not.
    let data = series(60, &[1.0, 0.0], &[100.0, 100.0]);
    assert!(!exhaustion(&slo("99%", "1h"), &data, &ExhaustionOptions::new()).unwrap().exhausted);
}

#[test]
fn without_traffic_nothing_comes_and_nothing_is_exhausted() {
    let data = series(60, &[0.0; 5], &[0.0; 5]);
    let told = exhaustion(&slo("99%", "1h"), &data, &ExhaustionOptions::new()).unwrap();
    assert!(!told.exhausted && told.expected_time.is_none() && told.interval.is_none());
    assert!(told.probability.iter().all(|p| *p == 0.0));
    assert!(told.explain().contains("below 0.1%") && told.explain().contains("not at all"));
}

#[test]
fn the_horizon_ends_with_the_window() {
    let data = series(60, &[0.0; 5], &[10.0; 5]);
    let options = ExhaustionOptions::new();
    assert_eq!(exhaustion(&slo("99%", "1h"), &data, &options).unwrap().horizon, Duration::from_hours(1));
    let short = options.horizon(Duration::from_minutes(7)).unwrap();
    let told = exhaustion(&slo("99%", "1h"), &data, &short).unwrap();
    assert_eq!(told.times.last(), Some(&at(240.0 + 420.0)));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let (slo, options) = (slo("99%", "1h"), ExhaustionOptions::new());
    let empty = series(60, &[], &[]);
    assert!(matches!(exhaustion(&slo, &empty, &options), Err(Error::TooShort { len: 0, needed: 1, .. })));
    let data = series(60, &[0.0; 5], &[10.0; 5]);
    assert!(matches!(exhaustion(&slo, &data, &options.at(at(-1.0))), Err(Error::InvalidParameter { .. })));
    assert!(exhaustion(&slo, &data, &options.at(at(0.0))).is_ok());
    let last = Timestamp::from_nanos(i64::MAX);
    assert!(matches!(exhaustion(&slo, &data, &options.at(last)), Err(Error::OutOfRange { .. })));
    assert!(matches!(options.steps(10_001), Err(Error::LimitExceeded { limit: 10_000, .. })));
    assert!(options.steps(0).is_err() && options.steps(10_000).is_ok());
    for refused in [options.horizon(Duration::ZERO), options.lookback(Duration::ZERO), options.level(1.0)] {
        assert!(refused.is_err());
    }
    assert!(options.dispersion(0.99).is_err() && options.dispersion(1.0).is_ok());
}

#[test]
fn one_record_and_fractional_counts_are_answered() {
    let axis = Axis::listed([at(0.0)]).resolution(Duration::from_minutes(1));
    let one = CountSeries::bad_total(axis, &[0.25], &[90.5]).unwrap();
    let told = exhaustion(&slo("99%", "1h"), &one, &ExhaustionOptions::new()).unwrap();
    assert_eq!(told.rates.total, 90.5 / 60.0);
    assert!(told.probability.windows(2).all(|pair| pair[0] <= pair[1]));
}

#[test]
fn quantiles_lie_on_the_curve() {
    let bad: Vec<f64> = (0..48).map(|i| f64::from(u8::from(i % 4 == 0))).collect();
    let data = series(3600, &bad, &[20.0; 48]);
    let options = ExhaustionOptions::new().level(0.5).unwrap();
    let told = exhaustion(&slo("98.7%", "7d"), &data, &options).unwrap();
    let (earliest, latest) = told.interval.unwrap();
    let index = |p: f64| told.probability.iter().position(|probability| *probability >= p).unwrap();
    assert!(told.times[index(0.25) - 1] < earliest && earliest <= told.times[index(0.25)]);
    assert!(earliest < told.median_time.unwrap());
    assert!(latest.is_none_or(|latest| told.median_time.unwrap() < latest));
}

proptest! {
    #[test]
    fn curves_rise_from_0_and_agree_with_the_mean_path_at_certainty(
        bad in prop::collection::vec(0_u8..6, 1..60), quiet in 1_u32..40, steps in 1_usize..40,
    ) {
        let bad: Vec<f64> = bad.into_iter().map(f64::from).collect();
        let total: Vec<f64> = bad.iter().map(|b| b + f64::from(quiet) * 10.0).collect();
        let data = series(600, &bad, &total);
        let told = exhaustion(&slo("99%", "6h"), &data, &ExhaustionOptions::new().steps(steps).unwrap()).unwrap();
        prop_assert!(told.probability.iter().all(|p| (0.0..=1.0).contains(p)));
        prop_assert!(told.probability.windows(2).all(|pair| pair[0] <= pair[1]));
        prop_assert_eq!(told.times.len(), steps);
        prop_assert!(told.expected_time.is_none_or(|time| time <= *told.times.last().unwrap()));
        prop_assert_eq!(told.exhausted, told.expected_time == Some(told.at));
        #[cfg(feature = "serde")]
        {
            let text = serde_json::to_string(&told).unwrap();
            prop_assert_eq!(serde_json::from_str::<Exhaustion>(&text).unwrap(), told);
        }
    }
}

proptest! {
    // A bracket has nearly a thousand cells, and each case follows three of them.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn exact_cells_and_a_bracket_agree(bad in prop::collection::vec(0_u8..3, 2..40), quiet in 5_u32..40) {
        let bad: Vec<f64> = bad.into_iter().map(f64::from).collect();
        let total: Vec<f64> = bad.iter().map(|b| b + f64::from(quiet) * 10.0).collect();
        let data = series(600, &bad, &total);
        let slo = slo("98%", "5h");
        prop_assume!(!slo.budget_at(&data, data.last().unwrap()).unwrap().exhausted());
        let rates = Rates { bad: 0.02, total: 0.5, dispersion: 1.0, lookback: None, counted: None };
        let ahead = Ahead::new(&slo, &data, slo.window().period_until(data.last().unwrap()), Duration::from_hours(5), rates);
        let arrivals = Arrivals { rate: 0.02, doubt: 0.1 };
        let (exact, is_exact) = ahead.cells(10, 1.0);
        prop_assert!(is_exact);
        let bracket = ahead.bracketed(10, 1.0);
        let exact = reached(&exact, &arrivals, 250, Bound::Upper).unwrap();
        let upper = reached(&bracket, &arrivals, 250, Bound::Upper).unwrap();
        let lower = reached(&bracket, &arrivals, 250, Bound::Lower).unwrap();
        for ((exact, upper), lower) in exact.iter().zip(&upper).zip(&lower) {
            prop_assert!(lower - 1e-12 <= *exact && *exact <= upper + 1e-12, "{lower} {exact} {upper}");
            prop_assert!(upper - lower < 0.05);
        }
    }
}

/// The midnights of the month that [`monthly`] has.
const MARCH: f64 = 1_772_323_200.0;
const APRIL: f64 = 1_775_001_600.0;

fn monthly(target: &str) -> Slo {
    let calendar = slo_core::Calendar::new(slo_core::CalendarUnit::Month, 1).unwrap();
    Slo::new(target.parse().unwrap(), slo_core::Window::calendar(calendar))
}

/// Records by the hour, of which the last is at `end`.
fn hours_until(end: f64, bad: &[f64], total: &[f64]) -> CountSeries {
    let first = at(end - 3600.0 * (bad.len() - 1) as f64);
    CountSeries::bad_total(Axis::regular(first, Duration::from_hours(1)), bad, total).unwrap()
}

#[test]
fn a_period_of_the_calendar_keeps_its_errors_until_its_end() {
    // On 21 March: 100 events an hour and one bad, then none in the last day; 1 % is allowed.
    let now = MARCH + 20.0 * 86_400.0;
    let series = hours_until(now, &[[1.0; 456].as_slice(), &[0.0; 24]].concat(), &[100.0; 480]);
    let rates = |bad: f64| ExhaustionOptions::new().rates(bad / 3600.0, 100.0 / 3600.0).unwrap();
    let ahead = exhaustion(&monthly("99%"), &series, &rates(1.0)).unwrap();
    assert!(!ahead.exhausted);
    // 456 of 480 allowed, and both grow alike: never.
    assert_eq!(ahead.expected_time, None);
    // Two an hour: 24 hours.
    let ahead = exhaustion(&monthly("99%"), &series, &rates(2.0)).unwrap();
    assert_eq!(ahead.expected_time, Some(at(now + 86_400.0)));
    // By the end of the month and no further.
    assert_eq!(ahead.horizon, at(APRIL).since(at(now)).unwrap());
    assert_eq!(*ahead.times.last().unwrap(), at(APRIL));
    assert!(ahead.assumptions()[1].ends_with("nothing leaves the period before its end."));
}

#[test]
fn a_rolling_window_forgets_what_a_period_keeps() {
    // A burst of 30 long ago, in this month: the rolling window loses it, the month does not.
    let now = MARCH + 28.0 * 86_400.0;
    let mut bad = vec![0.0; 24 * 28];
    bad[3] = 30.0;
    let series = hours_until(
        now,
        &bad,
        &vec![10.0; 24 * 28]
            .iter()
            .enumerate()
            .map(|(i, t)| if i == 3 { 40.0 } else { *t })
            .collect::<Vec<_>>(),
    );
    let options = ExhaustionOptions::new().rates(1.0 / 3600.0, 10.0 / 3600.0).unwrap();
    // 1 % of 6750 events: 67.5, of which 30 are spent; 0.9 an hour more: 41.67 hours.
    let month = exhaustion(&monthly("99%"), &series, &options).unwrap();
    let expected = now + 37.5 / 0.9 * 3600.0;
    assert_close(month.expected_time.unwrap().since(at(now)).unwrap().seconds(), expected - now, 1e-9);
    let rolling = exhaustion(&slo("99%", "28d"), &series, &options).unwrap();
    assert!(rolling.expected_time.unwrap() > month.expected_time.unwrap());
}

#[test]
fn at_the_end_of_a_period_the_next_one_is_asked_for() {
    let series = hours_until(APRIL, &[9.0; 48], &[10.0; 48]);
    let options = ExhaustionOptions::new().rates(0.0, 1.0).unwrap();
    let ahead = exhaustion(&monthly("99%"), &series, &options).unwrap();
    assert!(!ahead.exhausted && ahead.expected_time.is_none());
    // May begins 30 days later.
    assert_eq!(ahead.horizon, Duration::from_days(30));
    let before = exhaustion(&monthly("99%"), &series, &options.at(at(APRIL - 1.0))).unwrap();
    assert!(before.exhausted);
    assert_eq!(before.horizon, Duration::from_seconds(1));
}

#[test]
fn what_an_objective_excludes_does_not_exhaust_it() {
    let series = series(3600, &[0.0, 9.0, 0.0, 0.0], &[10.0; 4]);
    let options = ExhaustionOptions::new();
    let open = slo("99%", "30d");
    assert!(exhaustion(&open, &series, &options).unwrap().exhausted);
    let closed = open.exclude(slo_core::Exclusion::new(at(0.0), at(3600.0)).unwrap());
    let ahead = exhaustion(&closed, &series, &options).unwrap();
    assert_eq!((ahead.exhausted, ahead.rates.bad), (false, 0.0));
}

#[test]
fn a_budget_of_time_slices_is_not_forecast_as_if_it_were_one_of_events() {
    let minutes = |method| slo("99%", "1h").method(method).unwrap();
    let slice = Duration::from_minutes(1);
    let axis = slo_core::Axis::regular(at(60.0), slice);
    let data = CountSeries::bad_total(axis, &[1.0; 30], &[8.0; 30]).unwrap();
    let by_slices = minutes(slo_core::Method::Timeslices { slice, slice_target: "95%".parse().unwrap() });
    let refused = exhaustion(&by_slices, &data, &ExhaustionOptions::new()).unwrap_err();
    assert!(matches!(refused, Error::Unsupported { .. }), "{refused}");
    let by_ratios = minutes(slo_core::Method::RatioTimeslices { slice });
    assert!(exhaustion(&by_ratios, &data, &ExhaustionOptions::new()).is_ok());
}

#[test]
fn a_horizon_of_few_nanoseconds_has_as_many_steps() {
    let series = series(3600, &[1.0; 4], &[10.0; 4]);
    for (nanos, steps) in [(1, 1), (3, 3), (240, 240), (241, 240)] {
        let window = slo_core::Window::rolling(Duration::from_nanos(nanos)).unwrap();
        let brief = Slo::new("90%".parse().unwrap(), window);
        let ahead = exhaustion(&brief, &series, &ExhaustionOptions::new()).unwrap();
        assert_eq!([ahead.times.len(), ahead.probability.len(), ahead.consumed.len()], [steps; 3], "{nanos}");
    }
}
