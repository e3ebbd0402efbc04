//! Intervals that hold what they promise.

use super::*;
use crate::backtest::Backtest;
use crate::forecast::Law;
use crate::forecaster::Online;
use crate::{AutoEts, Drift, Ema, Ensemble, Ets, Mean, Naive, SeasonalNaive};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_all_close, slo_cases};

fn noise(seed: u64, len: usize) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..len).map(|_| random.normal()).collect()
}

/// Intervals for errors, half of each size given, of a method that forecasts 0.
fn scores(errors: &[f64], symmetry: Symmetry) -> Scores {
    Scores::new(vec![errors.to_vec()], symmetry, Scaling::None)
}

#[test]
fn ranks_are_those_of_the_finite_sample() {
    // ⌈(m + 1) level⌉ by hand: of 1 to 19 at 0.9, ⌈20 · 0.9⌉ = 18; at 0.95, 19; at 0.8, 16.
    let of_19 = scores(&(1..=19).map(f64::from).collect::<Vec<_>>(), Symmetry::Symmetric);
    for (tail, end) in [(0.05, 18.0), (0.025, 19.0), (0.1, 16.0), (0.45, 2.0), (0.5, 0.0)] {
        assert_eq!(of_19.beyond(0, 0.0, 1.0, tail, 1.0).unwrap(), end, "{tail}");
        assert_eq!(of_19.beyond(0, 0.0, 1.0, tail, -1.0).unwrap(), -end, "{tail}");
    }
    // One score fewer and 0.95 has no rank among them any more; one more changes nothing.
    let of_18 = scores(&(1..=18).map(f64::from).collect::<Vec<_>>(), Symmetry::Symmetric);
    let refused = of_18.beyond(0, 0.0, 1.0, 0.025, 1.0).unwrap_err();
    assert_eq!(refused, Error::TooShort { name: "the scores of calibration", len: 18, needed: 19 });
    let of_20 = scores(&(1..=20).map(f64::from).collect::<Vec<_>>(), Symmetry::Symmetric);
    assert_eq!(of_20.beyond(0, 0.0, 1.0, 0.025, 1.0).unwrap(), 20.0);
    // Each end of a signed interval has half of it: the first and the 39th of 39.
    let of_39 = scores(&(-19..=19).map(f64::from).collect::<Vec<_>>(), Symmetry::Signed);
    assert_eq!(of_39.beyond(0, 5.0, 1.0, 0.025, -1.0).unwrap(), 5.0 - 19.0);
    assert_eq!(of_39.beyond(0, 5.0, 1.0, 0.025, 1.0).unwrap(), 5.0 + 19.0);
    assert_eq!(of_39.beyond(0, 5.0, 1.0, 0.05, 1.0).unwrap(), 5.0 + 18.0);
    assert!(scores(&[1.0; 38], Symmetry::Signed).beyond(0, 0.0, 1.0, 0.025, 1.0).is_err());
}

#[test]
fn a_share_that_is_a_decimal_counts_as_that_decimal() {
    // 100 · 0.29 is 28.999999999999996 in floats.
    assert_eq!(whole_part_of(100, 0.29), 29);
    assert_eq!(whole_part_of(100, 0.57), 57);
    assert_eq!(whole_part_of(99, 0.29), 28);
}

fn whole_part_of(count: usize, share: f64) -> usize {
    scores::whole_part(count as f64 * share)
}

/// The share of new values within intervals of `m` scores, exchangeable with them.
fn coverage(m: usize, level: f64, symmetry: Symmetry, draws: u32) -> f64 {
    let mut random = Random::seeded(11);
    let tail = (1.0 - level) / 2.0;
    let held = (0..draws).filter(|_| {
        // A skewed law, and a heavy tail: nothing is assumed of it.
        let errors: Vec<f64> = (0..m).map(|_| random.normal().exp() - 1.0).collect();
        let (scores, new) = (scores(&errors, symmetry), random.normal().exp() - 1.0);
        let end = |sign: f64| scores.beyond(0, 0.0, 1.0, tail, sign).unwrap();
        end(-1.0) <= new && new <= end(1.0)
    });
    held.count() as f64 / f64::from(draws)
}

#[test]
fn exchangeable_errors_are_held_as_often_as_promised() {
    // Between level and level + 1/(m + 1) (Lei et al. 2018), and exactly ⌈(m + 1) level⌉ / (m + 1), to 3 σ of 20 000.
    for (m, level, exact) in
        [(20, 0.8, 17.0 / 21.0), (20, 0.95, 20.0 / 21.0), (39, 0.95, 0.95), (50, 0.9, 46.0 / 51.0)]
    {
        let sigma = (exact * (1.0 - exact) / 20_000.0_f64).sqrt();
        let found = coverage(m, level, Symmetry::Symmetric, 20_000);
        assert!((found - exact).abs() < 3.0 * sigma, "{m} scores at {level}: {found}");
    }
    let found = coverage(39, 0.95, Symmetry::Signed, 20_000);
    assert!((found - 0.95).abs() < 3.0 * (0.95 * 0.05 / 20_000.0_f64).sqrt(), "{found}");
}

#[test]
fn the_plain_quantile_of_absolute_errors_holds_less_than_promised() {
    // What statsforecast 2.1 takes: the quantile of the scores at the level, without (1 + 1/m). Of 20 scores the
    // interpolated one at 0.95 lies at rank 1 + 19 · 0.95 = 19.05, which a new one stays below in 19.05 of 21 cases.
    let mut random = Random::seeded(5);
    let (mut plain, mut ours) = (0, 0);
    for _ in 0..20_000 {
        let mut errors: Vec<f64> = (0..20).map(|_| random.normal().abs()).collect();
        let new = random.normal().abs();
        errors.sort_unstable_by(f64::total_cmp);
        plain += u32::from(new <= errors[18] + 0.05 * (errors[19] - errors[18]));
        ours +=
            u32::from(new <= scores(&errors, Symmetry::Symmetric).beyond(0, 0.0, 1.0, 0.025, 1.0).unwrap());
    }
    let [plain, ours] = [plain, ours].map(|held| f64::from(held) / 20_000.0);
    let sigma = (0.95 * 0.05 / 20_000.0_f64).sqrt();
    assert!(plain < 0.95 - 10.0 * sigma, "{plain}");
    assert!(ours > 0.95 - 3.0 * sigma, "{ours}");
}

/// A series that is still for half a day, and noisy for the other half.
fn half_noisy(seed: u64, days: usize) -> Vec<f64> {
    let noise = noise(seed, 24 * days);
    noise.iter().enumerate().map(|(t, e)| if t % 24 < 12 { 0.01 * e } else { 10.0 * e }).collect()
}

#[test]
fn every_phase_of_a_season_is_calibrated() {
    // Windows of one horizon that do not overlap see the same phase in every window, as statsforecast's do: the first
    // step is then calibrated on quiet hours alone, and a forecast from another phase holds next to nothing.
    let values = half_noisy(3, 40);
    let horizon = 24;
    let origins: Vec<usize> = (20..40).map(|day| 24 * day).collect();
    let at = |place: usize| (values[place] - values[place - 24]).abs();
    let one_phase: Vec<f64> = origins.iter().map(|origin| at(*origin)).collect();
    let of_one_phase = scores(&one_phase, Symmetry::Symmetric).beyond(0, 0.0, 1.0, 0.05, 1.0).unwrap();
    // An origin at noon: the next value is a noisy one.
    let model = Conformal::new(SeasonalNaive::new(24).unwrap(), horizon).unwrap().origins(120).unwrap();
    let (mut theirs, mut ours, mut count) = (0, 0, 0);
    for day in 30..39 {
        for hour in 0..24 {
            let origin = 24 * day + hour;
            let forecast = model.fit(&values[..origin]).unwrap().forecast(1, &[0.9]).unwrap();
            let band = &forecast.bands()[0];
            ours += u32::from(band.lower[0] <= values[origin] && values[origin] <= band.upper[0]);
            theirs += u32::from(at(origin) <= of_one_phase);
            count += 1;
        }
    }
    let [theirs, ours] = [theirs, ours].map(|held| f64::from(held) / f64::from(count));
    assert!(theirs < 0.6, "{theirs}");
    // 3 σ of 216 draws about 0.9 is 0.061.
    assert!((ours - 0.9).abs() < 0.061, "{ours}");
}

#[test]
fn below_twenty_origins_intervals_are_the_methods_own() {
    // Half of 42 is 21, and with two steps 20 origins remain; of 40 there are 19.
    let values = noise(1, 42);
    let method = Conformal::new(Naive::new(), 2).unwrap();
    let calibrated = method.fit(&values).unwrap();
    assert_eq!((calibrated.origins(), calibrated.report().warnings.len()), (20, 0));
    assert_eq!(calibrated.forecast(2, &[0.95]).unwrap().law(), Law::Conformal);
    let own = method.fit(&values[..40]).unwrap();
    assert_eq!(own.origins(), 0);
    assert!(own.report().warnings[0].starts_with("only 19 origins"), "{:?}", own.report());
    let expected = Naive::new().fit(&values[..40]).unwrap().forecast(9, &[0.95]).unwrap();
    assert_eq!(own.forecast(9, &[0.95]).unwrap(), expected);
    // 20 are enough for 0.95 (at least 19), not for 0.96 (24).
    assert!(calibrated.forecast(2, &[0.96]).is_err_and(|error| error.kind() == ErrorKind::TooShort));
}

#[test]
fn ten_horizons_of_origins_are_taken_and_a_hundred_at_least() {
    let origins =
        |horizon| Conformal::new(Naive::new(), horizon).unwrap().fit(&noise(1, 1000)).unwrap().origins();
    assert_eq!([1, 9, 10, 11, 40].map(origins), [100, 100, 100, 110, 400]);
    // No origin lies before the middle, whatever is asked for.
    assert_eq!(origins(100), 401);
}

#[test]
fn what_is_chosen_by_the_whole_series_is_what_is_calibrated() {
    // A day and a week of hours: of the week, half of the series has too few cycles for the ensemble to see it. Left to
    // choose there, it forecasts by a method whose next value is nearer, and the interval is too narrow.
    let noise = noise(8, 900);
    let wave = |t: usize, period: usize| (t as f64 * std::f64::consts::TAU / period as f64).sin();
    let values: Vec<f64> = (0..900)
        .map(|t| 100.0 + 10.0 * wave(t, 24) + if t / 24 % 7 < 5 { 20.0 } else { 0.0 } + noise[t])
        .collect();
    let ensemble = Ensemble::default(&[24, 168]);
    let members = ensemble.members(&values).unwrap();
    assert_ne!(ensemble.members(&values[..450]).unwrap(), members);
    let bands = |method: AnyForecaster| {
        let model = Conformal::new(method, 24).unwrap().fit(&values).unwrap();
        model.forecast(24, &[0.9]).unwrap().bands().to_vec()
    };
    assert_eq!(bands(ensemble.into()), bands(Ensemble::new(members).into()));
    let auto = AutoEts::new().fit(&values).unwrap();
    let (chosen, named) = (bands(AutoEts::new().into()), bands(Ets::new(auto.spec()).into()));
    // Two searches for one maximum.
    assert_all_close(&chosen[0].lower, &named[0].lower, 1e-6);
    assert_all_close(&chosen[0].upper, &named[0].upper, 1e-6);
}

#[test]
fn what_cannot_be_is_refused() {
    assert!(Conformal::new(Naive::new(), 0).is_err());
    let method = Conformal::new(Naive::new(), 3).unwrap();
    assert!(method.clone().origins(19).is_err() && method.clone().origins(20).is_ok());
    assert!(method.clone().refit(Refit::EveryNth(0)).is_err());
    assert_eq!(method.fit(&[]).unwrap_err().kind(), ErrorKind::TooShort);
    let mut values = noise(1, 60);
    let model = method.fit(&values).unwrap();
    assert_eq!(model.forecast(0, &[]).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(model.forecast(4, &[]).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(model.forecast(usize::MAX, &[]).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(model.forecast(3, &[1.0]).unwrap_err().kind(), ErrorKind::InvalidParameter);
    let far = Conformal::new(Naive::new(), usize::MAX).unwrap().fit(&values).unwrap();
    assert_eq!(far.origins(), 0);
    values[7] = f64::NAN;
    assert_eq!(method.fit(&values).unwrap_err().kind(), ErrorKind::NonFinite);
}

#[test]
fn a_constant_goes_on_for_certain() {
    for scaling in [Scaling::None, Scaling::StandardError] {
        let method = Conformal::new(Naive::new(), 2).unwrap().scaling(scaling);
        let forecast = method.fit(&[7.0; 60]).unwrap().forecast(2, &[0.9]).unwrap();
        assert_eq!(
            (&forecast.bands()[0].lower[..], &forecast.bands()[0].upper[..]),
            (&[7.0; 2][..], &[7.0; 2][..])
        );
    }
}

#[test]
fn every_setting_changes_the_intervals() {
    let values = half_noisy(9, 10);
    let method = Conformal::new(Drift::new(), 3).unwrap();
    let forecast = |method: &Conformal| method.fit(&values).unwrap().forecast(3, &[0.9]).unwrap();
    let plain = forecast(&method);
    let others = [
        method.clone().origins(50).unwrap(),
        method.clone().symmetry(Symmetry::Signed),
        method.clone().scaling(Scaling::StandardError),
    ];
    for other in others {
        assert_ne!(forecast(&other).bands(), plain.bands(), "{other:?}");
        assert_eq!(forecast(&other).mean(), plain.mean());
    }
    // A closed form that is updated is the one that is refitted.
    assert_eq!(forecast(&method.refit(Refit::EveryNth(7)).unwrap()), plain);
}

#[test]
fn an_update_moves_the_forecast_and_keeps_the_scores() {
    let values = noise(4, 80);
    let mut model = Conformal::new(Mean::new(), 2).unwrap().fit(&values).unwrap();
    let before = model.forecast(2, &[0.9]).unwrap();
    assert!(model.update(f64::NAN).is_err());
    assert_eq!(model.forecast(2, &[0.9]).unwrap(), before);
    model.update(100.0).unwrap();
    let after = model.forecast(2, &[0.9]).unwrap();
    let width = |forecast: &crate::Forecast| forecast.bands()[0].upper[0] - forecast.mean()[0];
    assert!(after.mean()[0] > before.mean()[0] + 1.0);
    assert!((width(&after) - width(&before)).abs() < 1e-12);
    assert_eq!(model.observations(), 81);
}

#[test]
fn scores_of_a_distribution_are_those_of_its_draws() {
    let forecast =
        Conformal::new(Naive::new(), 1).unwrap().fit(&noise(4, 80)).unwrap().forecast(1, &[]).unwrap();
    let draws = forecast.draws(0).unwrap();
    assert_eq!(draws.len(), 80);
    assert_eq!(forecast.crps(&[0.5]).unwrap()[0], crate::crps_sample(0.5, &draws).unwrap());
}

proptest! {
    #[test]
    fn the_long_run_share_is_bounded_for_any_sequence(
        actual in prop::collection::vec(-1e3..1e3_f64, 1..400), level in 0.05..0.99_f64, gamma in 0.001..0.5_f64, window in 1_usize..60,
    ) {
        // Gibbs and Candès (2021), proposition 4.1, for values chosen after the intervals are known as well.
        for adversarial in [false, true] {
            let mut stream = AdaptiveConformal::new(level).unwrap().gamma(gamma).unwrap().window(window).unwrap();
            let (mut outside, total) = (0.0, actual.len() as f64);
            for value in &actual {
                let interval = stream.interval(0.0).unwrap();
                let beyond = if interval.upper.is_finite() { interval.upper * 2.0 + 1.0 } else { *value };
                let value = if adversarial { beyond.min(1e200) } else { *value };
                let found = stream.observe(value, 0.0).unwrap();
                prop_assert_eq!(found, interval);
                outside += f64::from(u8::from(!found.holds(value)));
            }
            let alpha = 1.0 - level;
            let bound = (alpha.max(1.0 - alpha) + gamma) / (gamma * total);
            prop_assert!((outside / total - alpha).abs() <= bound + 1e-12, "{} against {}", outside / total, alpha);
            prop_assert!((stream.coverage().unwrap() - (1.0 - outside / total)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_scores_of_a_stream_are_the_last_ones_in_order(values in prop::collection::vec(-9..9_i32, 0..80), window in 1_usize..20) {
        let mut stream = AdaptiveConformal::new(0.5).unwrap().gamma(1e-9).unwrap().window(window).unwrap();
        for value in &values {
            stream.observe(f64::from(*value), 0.0).unwrap();
        }
        let mut last: Vec<i32> = values.iter().rev().take(window).map(|value| value.abs()).collect();
        last.sort_unstable();
        // At one half of m scores, ⌈(m + 1) / 2⌉ from below; α moves by less than a rank.
        let interval = stream.interval(0.0).unwrap();
        if !last.is_empty() {
            let rank = last.len() / 2 + 1;
            let near = [rank, rank + 1].map(|rank| last.get(rank - 1).map_or(f64::INFINITY, |score| f64::from(*score)));
            prop_assert!(near.contains(&interval.upper), "{interval:?} of {last:?}");
        }
    }

    #[test]
    fn nothing_that_comes_later_moves_a_calibrated_forecast(values in prop::collection::vec(-1e3..1e3_f64, 60..90), tail in prop::collection::vec(-1e6..1e6_f64, 5)) {
        // The backtest of a calibrated method: its intervals, too, come from before the origin alone.
        let method = Conformal::new(Ema::alpha(0.3).unwrap(), 2).unwrap();
        let mut changed = values.clone();
        let from = values.len() - 5;
        changed[from..].copy_from_slice(&tail);
        let backtest = Backtest::new(2).unwrap().folds(3).unwrap().step(3).unwrap().levels(&[0.8]).unwrap();
        let (before, after) = (backtest.run(&method, &values).unwrap(), backtest.run(&method, &changed).unwrap());
        for (a, b) in before.folds.iter().zip(&after.folds).filter(|(fold, _)| fold.origin <= from) {
            let (a, b) = (a.outcome.as_ref().unwrap(), b.outcome.as_ref().unwrap());
            prop_assert_eq!((&a.mean, &a.bands), (&b.mean, &b.bands));
        }
    }
}

/// The rows of one of M4's files.
fn rows(folder: &std::path::Path, file: &str) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let value = |field: &str| field.trim_matches('"').parse::<f64>().ok();
    text.lines().skip(1).map(|line| line.split(',').skip(1).filter_map(value).collect()).collect()
}

/// Whether each value of the test parts lay in its interval at 95 %: shares by step, over all series.
fn covered(folder: &std::path::Path, set: &str, horizon: usize, method: &AnyForecaster) -> Vec<f64> {
    let (train, test) = (rows(folder, &format!("{set}-train.csv")), rows(folder, &format!("{set}-test.csv")));
    let mut held = vec![0.0; horizon];
    for (train, test) in train.iter().zip(&test) {
        let forecast = method.fit(train).unwrap().forecast(horizon, &[0.95]).unwrap();
        let band = &forecast.bands()[0];
        for (step, value) in test.iter().enumerate() {
            held[step] += f64::from(u8::from(band.lower[step] <= *value && *value <= band.upper[step]));
        }
    }
    held.iter().map(|held| held / train.len() as f64).collect()
}

#[test]
fn intervals_hold_what_they_promise_on_m4() {
    // SEMANTICS 28: the mean over series and steps of the test part, calibrated on the training part alone. 0.02 is what
    // is asked of each set.
    let Some(folder) = slo_cases() else { return };
    let folder = folder.join("forecast/m4");
    let cases: [(&str, usize, &str, AnyForecaster); 4] = [
        ("Hourly", 48, "SeasonalNaive(24)", SeasonalNaive::new(24).unwrap().into()),
        ("Weekly", 13, "Naive", Naive::new().into()),
        ("Weekly", 13, "Drift", Drift::new().into()),
        ("Weekly", 13, "Ema(0.5)", Ema::alpha(0.5).unwrap().into()),
    ];
    for (set, horizon, name, inner) in cases {
        let method: AnyForecaster = Conformal::new(inner, horizon).unwrap().into();
        let shares = covered(&folder, set, horizon, &method);
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        let shown: Vec<String> = shares.iter().map(|share| format!("{share:.3}")).collect();
        eprintln!("{set} {name}: {mean:.4}, by step {}", shown.join(" "));
        assert!((mean - 0.95).abs() <= 0.02, "{set} {name}: {mean}");
    }
}
