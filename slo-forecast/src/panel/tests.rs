use proptest::prelude::*;
use slo_core::ErrorKind;

use super::*;
use slo_core::ndarray::{ArrayView3, Axis};

use crate::any::AnyForecaster;
use crate::{Drift, Ema, Mean, Model, Naive, SeasonalNaive};

const LEVELS: [f64; 2] = [0.8, 0.95];

fn methods() -> Vec<AnyForecaster> {
    vec![
        Naive::new().into(),
        Drift::new().into(),
        Mean::new().into(),
        SeasonalNaive::new(3).unwrap().into(),
        Ema::alpha(0.3).unwrap().into(),
    ]
}

/// Bits, so that NaN equals NaN and 0 does not equal -0.
fn bits<'a>(values: impl IntoIterator<Item = &'a f64>) -> Vec<u64> {
    values.into_iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #[test]
    fn a_panel_is_its_series_one_by_one(
        series in prop::collection::vec(prop::collection::vec(
            prop_oneof![20 => -1e3..1e3_f64, 1 => Just(f64::NAN)], 0..12), 0..9),
        horizon in 1..5_usize,
    ) {
        let values = series.concat();
        let ends = series.iter().scan(0, |end, series| { *end += series.len(); Some(*end) });
        let offsets: Vec<usize> = [0].into_iter().chain(ends).collect();
        for method in methods() {
            let fits = fit_panel(&method, &values, &offsets).unwrap();
            let panel = forecast_panel(&method, &values, &offsets, horizon, &LEVELS).unwrap();
            let of_fits = fits.forecast(horizon, &LEVELS).unwrap();
            prop_assert_eq!(panel.failures().len(), of_fits.failures().len());
            prop_assert_eq!(bits(&panel.clone().into_parts().0), bits(&of_fits.into_parts().0));
            prop_assert_eq!((fits.models.len(), panel.len(), panel.horizon()), (series.len(), series.len(), horizon));
            let mut failures = panel.failures().iter();
            for (index, series) in series.iter().enumerate() {
                match method.fit(series).and_then(|model| model.forecast(horizon, &LEVELS)) {
                    Ok(alone) => {
                        prop_assert!(fits.models[index].is_ok());
                        prop_assert_eq!(bits(panel.mean().row(index)), bits(alone.mean()));
                        prop_assert_eq!(bits(panel.standard_error().row(index)), bits(alone.standard_error()));
                        for (level, band) in alone.bands().iter().enumerate() {
                            let (lower, upper) = (panel.lower(), panel.upper());
                            let line = |ends: &ArrayView3<'_, f64>| {
                                bits(ends.index_axis(Axis(0), index).index_axis(Axis(0), level))
                            };
                            prop_assert_eq!(line(&lower), bits(&band.lower));
                            prop_assert_eq!(line(&upper), bits(&band.upper));
                        }
                    }
                    Err(error) => {
                        let (place, told) = failures.next().unwrap();
                        // By its text: a NaN in it does not equal itself.
                        prop_assert_eq!((*place, told.to_string()), (index, error.to_string()));
                        prop_assert!(panel.mean().row(index).iter().all(|value| value.is_nan()));
                    }
                }
            }
            prop_assert!(failures.next().is_none());
        }
    }

    #[test]
    fn parts_one_after_the_other_are_the_whole(
        values in prop::collection::vec(prop_oneof![9 => -1e3..1e3_f64, 1 => Just(f64::NAN)], 8 * 5),
        cut in 0..=8_usize,
    ) {
        let offsets = |series: usize| (0..=series).map(|index| 5 * index).collect::<Vec<_>>();
        let of = |values: &[f64], series| {
            forecast_panel(&Drift::new().into(), values, &offsets(series), 2, &LEVELS).unwrap()
        };
        let (whole, mut parts) = (of(&values, 8), of(&values[..5 * cut], cut));
        parts.append(of(&values[5 * cut..], 8 - cut)).unwrap();
        let told = |panel: &PanelForecast| {
            panel.failures().iter().map(|(series, error)| format!("{series} {error}")).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(&parts), told(&whole));
        prop_assert_eq!(bits(&parts.into_parts().0), bits(&whole.into_parts().0));
    }
}

#[cfg(feature = "parallel")]
#[test]
fn the_bits_are_the_same_at_any_number_of_threads() {
    let values: Vec<f64> = (0..6_000).map(|place| f64::from((place * 7919) % 1009) / 8.0).collect();
    let offsets: Vec<usize> = (0..=300).map(|series| series * 20).collect();
    for method in methods() {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| forecast_panel(&method, &values, &offsets, 4, &LEVELS).unwrap())
        };
        let alone = bits(&on(1).into_parts().0);
        assert_eq!(bits(&on(2).into_parts().0), alone);
        assert_eq!(bits(&on(7).into_parts().0), alone);
    }
}

#[test]
fn what_no_series_could_be_asked_is_refused_for_all() {
    let ask = |offsets: &[usize], horizon, levels: &[f64]| {
        forecast_panel(&Naive::new().into(), &[1.0, 2.0, 3.0], offsets, horizon, levels)
            .map(|panel| panel.len())
    };
    let kind = |offsets: &[usize], horizon, levels: &[f64]| ask(offsets, horizon, levels).unwrap_err().kind();
    assert_eq!(ask(&[0, 3], 1, &LEVELS), Ok(1));
    for offsets in [&[][..], &[0], &[0, 2], &[0, 4], &[1, 3], &[0, 2, 1, 3], &[0, usize::MAX, 3]] {
        assert_eq!(kind(offsets, 1, &[]), ErrorKind::InvalidParameter, "{offsets:?}");
        assert!(fit_panel(&Naive::new().into(), &[1.0, 2.0, 3.0], offsets).is_err());
    }
    for (horizon, levels) in [(0, &[][..]), (1, &[0.0]), (1, &[1.0]), (1, &[0.8, 95.0]), (1, &[f64::NAN])] {
        assert_eq!(kind(&[0, 3], horizon, levels), ErrorKind::InvalidParameter, "{horizon} {levels:?}");
    }
    assert_eq!(kind(&[0, 3], 10_000_001, &[]), ErrorKind::LimitExceeded);
    assert_eq!(kind(&[0, 3], usize::MAX, &[]), ErrorKind::LimitExceeded);
    // Within what one series may have, and past what all may.
    let many: Vec<usize> = [0; 13].into_iter().chain([3]).collect();
    assert_eq!(kind(&many, 10_000_000, &[]), ErrorKind::LimitExceeded);
    assert_eq!(forecast_panel(&Naive::new().into(), &[], &[0], 1, &[]).map(|panel| panel.len()), Ok(0));
}

#[test]
fn panels_of_other_requests_are_not_joined() {
    let of = |horizon, levels: &[f64]| {
        forecast_panel(&Naive::new().into(), &[1.0, 2.0], &[0, 2], horizon, levels).unwrap()
    };
    for other in [of(2, &LEVELS), of(1, &[0.8]), of(1, &[0.95, 0.8])] {
        let mut panel = of(1, &LEVELS);
        assert_eq!(panel.append(other).unwrap_err().kind(), ErrorKind::InvalidParameter);
        assert_eq!(panel, of(1, &LEVELS));
    }
}
