//! Instants and durations: exact, in nanoseconds, with checked arithmetic.

mod duration;
mod timestamp;
mod zone;

pub use duration::Duration;
pub use timestamp::Timestamp;
pub use zone::Zone;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// `nanos` as an integer, if it is one that fits.
fn nanos_from_f64(nanos: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked on the same line")]
    (nanos.abs() < LIMIT).then_some(nanos as i64)
}

#[cfg(feature = "serde")]
crate::text::serde_text!(Duration, Timestamp);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_and_printed() {
        for (text, seconds, printed) in [
            ("30d", 30 * 86_400, "30d"),
            ("4w", 28 * 86_400, "28d"),
            ("1h30m", 5_400, "1h30m"),
            ("90m", 5_400, "1h30m"),
            ("-5m", -300, "-5m"),
            ("0s", 0, "0s"),
        ] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration, Duration::from_seconds(seconds));
            assert_eq!(duration.to_string(), printed);
        }
    }

    #[test]
    fn malformed_durations_are_refused_with_their_text() {
        for text in [
            "",
            "-",
            "30",
            "d",
            "30 d",
            "1m1h",
            "1h1h",
            "1.5h",
            "1M",
            "99999999999999999999d",
            "300y",
            "106752d",
            "ü",
        ] {
            let error = text.parse::<Duration>().unwrap_err();
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
        assert!("106751d".parse::<Duration>().is_ok());
    }

    #[test]
    fn the_longest_durations_round_trip() {
        for nanos in [i64::MIN, i64::MIN + 1, i64::MAX] {
            let duration = Duration::from_nanos(nanos);
            assert_eq!(duration.to_string().parse::<Duration>().unwrap(), duration);
        }
    }

    #[test]
    fn unix_seconds_keep_their_milliseconds() {
        // Prometheus writes instants as seconds with three decimals; the nearest float is within 1.2e-7 s.
        let instant = Timestamp::from_unix_seconds(1_795_355_538.615).unwrap();
        assert!((instant.nanos() - 1_795_355_538_615_000_000).abs() < 200);
        assert_eq!(Timestamp::from_unix_seconds(-0.5).unwrap().nanos(), -500_000_000);
        for seconds in [f64::NAN, f64::INFINITY, 1e10, -1e300] {
            assert!(Timestamp::from_unix_seconds(seconds).is_err());
        }
    }

    #[test]
    fn arithmetic_past_the_representable_range_is_refused() {
        let last = Timestamp::from_nanos(i64::MAX);
        assert!(last.checked_add(Duration::from_nanos(1)).is_err());
        assert!(last.since(Timestamp::from_nanos(-1)).is_err());
        assert_eq!(Timestamp::from_nanos(i64::MIN).saturating_sub(Duration::from_nanos(1)).nanos(), i64::MIN);
    }

    #[test]
    fn an_instant_is_rounded_up_to_a_multiple_of_the_step() {
        let ceil =
            |nanos, step| Timestamp::from_nanos(nanos).ceil(Duration::from_nanos(step)).map(Timestamp::nanos);
        for (nanos, expected) in
            [(-11, -10), (-10, -10), (-9, 0), (-1, 0), (0, 0), (1, 10), (10, 10), (11, 20)]
        {
            assert_eq!(ceil(nanos, 10), Ok(expected), "{nanos}");
        }
        assert_eq!(ceil(i64::MAX, 1), Ok(i64::MAX));
        assert!(ceil(i64::MAX, 10).is_err());
        assert!(ceil(0, 0).is_err() && ceil(0, -1).is_err());
        assert_eq!(ceil(i64::MIN, i64::MAX), Ok(-i64::MAX));
    }

    proptest! {
        #[test]
        fn text_round_trips(nanos in any::<i64>()) {
            let duration = Duration::from_nanos(nanos);
            prop_assert_eq!(duration.to_string().parse::<Duration>().unwrap(), duration);
            let instant = Timestamp::from_nanos(nanos);
            prop_assert_eq!(instant.to_string().parse::<Timestamp>().unwrap(), instant);
        }
    }
}
