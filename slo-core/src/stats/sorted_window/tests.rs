use super::*;
use crate::stats::quantile::{hinges, quantile};
use proptest::prelude::*;

fn filled(window: usize, values: &[f64]) -> SortedWindow {
    let mut filled = SortedWindow::new(window).unwrap();
    for value in values {
        filled.push(*value).unwrap();
    }
    filled
}

#[test]
fn a_window_of_one_holds_the_last_value() {
    assert_eq!(filled(1, &[3.0, 1.0, 2.0]).sorted(), [2.0]);
}

#[test]
fn the_oldest_of_equal_values_leaves() {
    let mut window = filled(3, &[1.0, 1.0, 2.0]);
    assert_eq!(window.push(1.0).unwrap(), Some(1.0));
    assert!(window.arrivals().eq([1.0, 2.0, 1.0]));
    assert_eq!(window.sorted(), [1.0, 1.0, 2.0]);
}

#[test]
fn zeros_of_both_signs_leave_as_they_came() {
    let mut window = filled(2, &[0.0, -0.0]);
    assert!(window.push(1.0).unwrap().unwrap().is_sign_positive());
    assert!(window.sorted()[0].is_sign_negative());
}

#[test]
fn a_value_that_is_not_finite_leaves_the_window_as_it_was() {
    let mut window = filled(2, &[1.0, 2.0]);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(matches!(window.push(value), Err(Error::NonFinite { .. })));
    }
    assert_eq!(window, filled(2, &[1.0, 2.0]));
}

#[test]
fn an_empty_window_has_no_quantile() {
    let window = SortedWindow::new(3).unwrap();
    assert!(matches!(window.quantile(0.5, QuantileType::Linear), Err(Error::TooShort { .. })));
    assert!(matches!(window.hinges(), Err(Error::TooShort { .. })));
    assert!(matches!(window.quantile(1.5, QuantileType::Linear), Err(Error::InvalidParameter { .. })));
}

#[test]
fn what_is_popped_leaves_the_others_in_order() {
    let mut window = filled(3, &[2.0, -0.0, 0.0]);
    assert_eq!((window.pop(), window.pop()), (Some(2.0), Some(-0.0)));
    assert!(window.sorted()[0].is_sign_positive() && window.len() == 1);
    assert_eq!(window.push(5.0).unwrap(), None);
    assert_eq!(window, filled(3, &[0.0, 5.0]));
    assert_eq!((window.pop(), window.pop(), window.pop()), (Some(0.0), Some(5.0), None));
}

#[test]
fn an_empty_window_has_neither_extremes_nor_a_rank() {
    let window = SortedWindow::new(3).unwrap();
    for statistic in [window.median(), window.mad(), window.min(), window.max(), window.rank()] {
        assert!(matches!(statistic, Err(Error::TooShort { len: 0, needed: 1, .. })));
    }
}

#[test]
fn a_window_far_longer_than_the_stream_takes_the_stream_s_memory() {
    assert_eq!(filled(usize::MAX, &[2.0, 1.0]).sorted(), [1.0, 2.0]);
}

proptest! {
    #[test]
    fn a_window_answers_as_its_values_do(
        values in prop::collection::vec(prop_oneof![-3_i8..3, any::<i8>()].prop_map(f64::from), 1..80),
        window in 1_usize..20,
        q in 0.0..=1.0_f64,
    ) {
        let mut sliding = SortedWindow::new(window).unwrap();
        for end in 1..=values.len() {
            sliding.push(values[end - 1]).unwrap();
            let last = &values[end.saturating_sub(window)..end];
            prop_assert!(sliding.arrivals().eq(last.iter().copied()));
            for kind in QuantileType::ALL {
                prop_assert_eq!(sliding.quantile(q, kind).unwrap(), quantile(last, q, kind).unwrap());
            }
            prop_assert_eq!(sliding.hinges().unwrap(), hinges(last).unwrap());
        }
    }
}

#[cfg(feature = "serde")]
mod snapshots {
    use super::*;

    #[test]
    fn a_window_resumes_from_its_snapshot() {
        let mut window = filled(3, &[5.0, 1.0, 3.0, 2.0]);
        let text = serde_json::to_string(&window).unwrap();
        assert_eq!(text, r#"{"window":3,"values":[1.0,3.0,2.0]}"#);
        let mut resumed: SortedWindow = serde_json::from_str(&text).unwrap();
        assert_eq!(resumed, window);
        assert_eq!(resumed.push(9.0).unwrap(), window.push(9.0).unwrap());
        assert_eq!(resumed, window);
    }

    #[test]
    fn a_snapshot_that_no_stream_leads_to_is_refused() {
        for (text, reason) in [
            (r#"{"window":0,"values":[]}"#, "at least one value"),
            (r#"{"window":1,"values":[1.0,2.0]}"#, "2 values in a window of 1"),
            (r#"{"window":1,"values":[1.0],"sorted":[1.0]}"#, "unknown field `sorted`"),
        ] {
            let error = serde_json::from_str::<SortedWindow>(text).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
        let snapshot = Snapshot { window: 2, values: vec![1.0, f64::NAN] };
        assert!(matches!(SortedWindow::try_from(snapshot), Err(Error::State { .. })));
    }
}
