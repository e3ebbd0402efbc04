use super::*;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{assert_close, assert_close_absolute};

const A: [f64; 15] =
    [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
const B: [f64; 15] =
    [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 31.3];
const STUDENT: MeanTest = MeanTest::new().variances(Variances::Equal);

#[track_caller]
fn assert_ends(result: &TestResult, lower: f64, upper: f64) {
    let (found_lower, found_upper) = result.interval.unwrap();
    assert_close(found_lower, lower, 1e-11);
    assert_close(found_upper, upper, 1e-11);
}

#[test]
fn every_form_gives_what_r_and_scipy_give() {
    let welch = MeanTest::new().two_samples(&A, &B).unwrap();
    assert_close(welch.statistic, -2.949_236_837_31, 1e-11);
    assert_close(welch.degrees_of_freedom.unwrap(), 27.311_610_472_4, 1e-11);
    assert_close(welch.p_value, 0.006_460_408_027_46, 1e-11);
    assert_ends(&welch, -5.583_334_631_98, -1.003_332_034_69);
    let less = MeanTest::new().side(Side::Lower).two_samples(&A, &B).unwrap();
    assert_close(less.p_value, 0.003_230_204_013_73, 1e-11);
    let student = STUDENT.two_samples(&A, &B).unwrap();
    assert_eq!(student.degrees_of_freedom, Some(28.0));
    assert_close(student.p_value, 0.006_366_563_860_93, 1e-11);
    assert_ends(&student, -5.580_734_411_12, -1.005_932_255_55);
    let paired = MeanTest::new().paired(&A, &B).unwrap();
    assert_close(paired.statistic, -3.297_974_703_43, 1e-11);
    assert_close(paired.p_value, 0.005_283_534_033_7, 1e-11);
    let one = MeanTest::new().mu(22.0).one_sample(&A).unwrap();
    assert_close(one.statistic, -1.629_338_173_02, 1e-11);
    assert_close(one.p_value, 0.125_527_275_871, 1e-11);
    let yuen = MeanTest::new().variances(Variances::Trimmed(0.2)).two_samples(&A, &B).unwrap();
    assert_close(yuen.statistic, -2.662_209_165_003_029, 1e-13);
    assert_close(yuen.degrees_of_freedom.unwrap(), 15.971_681_850_516_16, 1e-13);
    assert_close(yuen.p_value, 0.017_058_111_325_700_5, 1e-13);
}

#[test]
fn sleeping_hours_are_tested_as_rs_manual_does() {
    // R's data set `sleep`, extra hours by two drugs.
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let welch = MeanTest::new().two_samples(&first, &second).unwrap();
    assert_close(welch.statistic, -1.860_813_467_49, 1e-11);
    assert_close(welch.degrees_of_freedom.unwrap(), 17.776_473_516_2, 1e-11);
    assert_close(welch.p_value, 0.079_394_140_187_4, 1e-11);
    assert_close(STUDENT.two_samples(&first, &second).unwrap().p_value, 0.079_186_714_215_9, 1e-11);
    let paired = MeanTest::new().paired(&first, &second).unwrap();
    assert_close(paired.statistic, -4.062_127_683_38, 1e-11);
    assert_close(paired.p_value, 0.002_832_890_197_38, 1e-11);
}

/// Shift, statistic and p-value of the two-sided tests of Welch and Student, then of one sample: exact rational means and
/// variances, the incomplete beta function by mpmath 1.3 with 60 digits.
#[test]
#[allow(clippy::excessive_precision, reason = "references stand as they were printed")]
fn p_values_down_to_1e_300_have_all_their_digits() {
    let first: Vec<f64> = (0..60).map(|place| f64::from(3 * place % 7)).collect();
    let second =
        |shift: f64| (0..40).map(|place| f64::from(5 * place % 11) / 2.0 + shift).collect::<Vec<_>>();
    for (shift, welch, student) in [
        (
            0.0,
            (1.182_539_913_615_110_3, 0.239_951_014_290_671_91),
            (1.130_811_113_346_283_5, 0.260_894_422_669_768_89),
        ),
        (
            3.0,
            (-7.004_274_872_951_038_1, 3.574_560_027_416_428_3e-10),
            (-6.697_881_209_820_294_7, 1.339_455_804_739_194_9e-9),
        ),
        (
            10.0,
            (-26.106_842_708_272_051, 4.667_964_530_134_288_7e-45),
            (-24.964_829_963_875_644, 2.886_273_939_314_450_9e-44),
        ),
        (
            100.0,
            (-271.711_286_305_256_5, 8.206_884_959_638_054_4e-139),
            (-259.825_599_658_872_99, 6.395_967_380_962_728_6e-141),
        ),
        (
            4000.0,
            (-10_914.570_508_841_249, 9.900_440_209_784_609e-291),
            (-10_437.125_619_775_425, 4.511_787_796_721_157_1e-298),
        ),
    ] {
        for (test, (statistic, p)) in [(MeanTest::new(), welch), (STUDENT, student)] {
            let result = test.two_samples(&first, &second(shift)).unwrap();
            assert_close(result.statistic, statistic, 1e-13);
            assert_close(result.p_value, p, 1e-10);
            let mirrored = test.two_samples(&second(shift), &first).unwrap();
            assert_eq!((mirrored.statistic, mirrored.p_value), (-result.statistic, result.p_value));
            let side = if statistic < 0.0 { Side::Lower } else { Side::Upper };
            let one_sided = test.side(side).two_samples(&first, &second(shift)).unwrap();
            assert_close(one_sided.p_value, p / 2.0, 1e-10);
        }
    }
    for (shift, statistic, p) in [
        (0.0, 11.387_153_337_380_734, 1.584_929_709_122_323_4e-16),
        (10.0, 49.556_382_401_226_771, 8.805_666_061_779_266_5e-50),
        (200_000.0, 763_395.968_430_258_11, 1.487_874_816_703_494_2e-296),
    ] {
        let shifted: Vec<f64> = first.iter().map(|value| value + shift).collect();
        for result in [MeanTest::new().one_sample(&shifted), MeanTest::new().mu(-shift).one_sample(&first)] {
            let result = result.unwrap();
            assert_close(result.statistic, statistic, 1e-13);
            assert_close(result.p_value, p, 1e-10);
        }
    }
}

#[test]
fn samples_without_spread_are_equal_or_not() {
    let same = MeanTest::new().two_samples(&[5.0; 4], &[5.0; 3]).unwrap();
    assert_eq!((same.statistic, same.p_value, same.effect_size), (0.0, 1.0, Some(0.0)));
    let apart = MeanTest::new().two_samples(&[5.0; 4], &[6.0; 3]).unwrap();
    assert_eq!((apart.statistic, apart.p_value), (f64::NEG_INFINITY, 0.0));
    assert!(!apart.exact() && apart.interval == Some((-1.0, -1.0)));
    let upper = MeanTest::new().side(Side::Upper).two_samples(&[5.0; 4], &[6.0; 3]).unwrap();
    assert_eq!(upper.p_value, 1.0);
    for variances in [Variances::Equal, Variances::Trimmed(0.1)] {
        let test = MeanTest::new().variances(variances);
        assert_eq!(test.two_samples(&[5.0; 4], &[5.0; 3]).unwrap().p_value, 1.0);
        assert_eq!(test.mu(5.0).one_sample(&[5.0; 4]).unwrap().p_value, 1.0);
        assert_eq!(test.one_sample(&[5.0; 4]).unwrap().statistic, f64::INFINITY);
    }
}

#[test]
fn samples_too_small_are_refused_and_the_next_size_is_not() {
    for (test, least) in
        [(MeanTest::new(), 2), (STUDENT, 2), (MeanTest::new().variances(Variances::Trimmed(0.4)), 4)]
    {
        let values: Vec<f64> = (0..least).map(|place| f64::from(place * place)).collect();
        assert!(test.one_sample(&values).is_ok());
        let error = test.one_sample(&values[1..]).map_or_else(|error| error.kind(), |_| ErrorKind::State);
        assert_eq!(error, ErrorKind::TooShort, "{test:?}");
        assert_eq!(test.one_sample(&[]).unwrap_err().kind(), ErrorKind::TooShort);
    }
}

#[test]
fn bad_input_is_refused_by_name_and_place() {
    let error = MeanTest::new().two_samples(&[1.0, 2.0], &[1.0, f64::NAN]).unwrap_err();
    assert!(matches!(error, Error::NonFinite { name: "second", index: 1, .. }), "{error}");
    assert_eq!(MeanTest::new().paired(&[1.0], &[1.0, 2.0]).unwrap_err().kind(), ErrorKind::LengthMismatch);
    assert_eq!(
        MeanTest::new().paired(&[1e308, 0.0], &[-1e308, 0.0]).unwrap_err().kind(),
        ErrorKind::OutOfRange
    );
    for test in [
        MeanTest::new().level(1.0),
        MeanTest::new().level(f64::NAN),
        MeanTest::new().mu(f64::INFINITY),
        MeanTest::new().variances(Variances::Trimmed(0.5)),
        MeanTest::new().variances(Variances::Trimmed(-0.1)),
    ] {
        assert_eq!(test.one_sample(&A).unwrap_err().kind(), ErrorKind::InvalidParameter, "{test:?}");
    }
}

#[test]
fn huge_and_tiny_values_are_tested_like_others() {
    let expected = MeanTest::new().two_samples(&A, &B).unwrap();
    for power in [-1060, -600, 600, 1015] {
        let factor = |values: &[f64]| -> Vec<f64> {
            // In two steps, as 2^-1060 is no normal float.
            values.iter().map(|value| value * 2_f64.powi(power / 2) * 2_f64.powi(power - power / 2)).collect()
        };
        let found = MeanTest::new().two_samples(&factor(&A), &factor(&B)).unwrap();
        // Below 2^-1022 the values themselves are rounded.
        let tolerance = if power == -1060 { 0.1 } else { 1e-12 };
        assert_close(found.statistic, expected.statistic, tolerance);
        assert_close(found.effect_size.unwrap(), expected.effect_size.unwrap(), tolerance);
    }
    let wild = MeanTest::new().two_samples(&[1e308, -1e308, 1e308, -1e308], &[0.0, 1.0, 2.0]).unwrap();
    assert_close(wild.p_value, 1.0, 1e-12);
}

#[test]
fn effect_sizes_are_differences_in_deviations() {
    // Means 2 and 5, deviations 1 and 2.
    let (a, b) = ([1.0, 2.0, 3.0], [3.0, 5.0, 7.0]);
    assert_close(
        MeanTest::new().two_samples(&a, &b).unwrap().effect_size.unwrap(),
        -3.0 / 2.5_f64.sqrt(),
        1e-14,
    );
    assert_close(STUDENT.two_samples(&a, &b).unwrap().effect_size.unwrap(), -3.0 / 2.5_f64.sqrt(), 1e-14);
    assert_close(MeanTest::new().mu(1.0).one_sample(&a).unwrap().effect_size.unwrap(), 1.0, 1e-14);
    // Of a large normal sample the winsorised deviation, corrected, is the deviation.
    let mut random = slo_testkit::Random::seeded(8);
    let sample: Vec<f64> = (0..200_000).map(|_| 7.0 + 2.0 * random.normal()).collect();
    let yuen = MeanTest::new().variances(Variances::Trimmed(0.2)).one_sample(&sample).unwrap();
    assert_close(yuen.effect_size.unwrap(), 3.5, 0.01);
}

#[test]
fn exact_tests_hold_their_level() {
    // SEMANTICS 25: 40,000 pairs of samples, three standard errors of 5%.
    let mut random = slo_testkit::Random::seeded(12);
    let mut alarms = [0_u32; 3];
    for _ in 0..40_000 {
        let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| random.normal()).collect() };
        let (a, b) = (draw(30), draw(30));
        let results =
            [STUDENT.two_samples(&a, &b), MeanTest::new().paired(&a, &b), MeanTest::new().one_sample(&a)];
        for (count, result) in alarms.iter_mut().zip(results) {
            let result = result.unwrap();
            assert!(result.exact());
            *count += u32::from(result.p_value < 0.05);
        }
    }
    for count in alarms {
        assert_close_absolute(f64::from(count) / 40_000.0, 0.05, 3.0 * (0.05_f64 * 0.95 / 40_000.0).sqrt());
    }
}

proptest! {
    #[test]
    fn an_offset_of_1e9_changes_nothing(
        a in prop::collection::vec((-1_000_000..1_000_000).prop_map(|v| f64::from(v) / 1024.0), 3..40),
        b in prop::collection::vec((-1_000_000..1_000_000).prop_map(|v| f64::from(v) / 1024.0), 3..40),
    ) {
        // SEMANTICS 24: multiples of 2^-10 are shifted exactly.
        let shifted = |values: &[f64]| values.iter().map(|value| value + 1e9).collect::<Vec<_>>();
        for test in [MeanTest::new(), STUDENT, MeanTest::new().variances(Variances::Trimmed(0.1))] {
            let near = test.two_samples(&a, &b).unwrap();
            let far = test.two_samples(&shifted(&a), &shifted(&b)).unwrap();
            let room = 1e-9 * near.statistic.abs().max(1.0);
            prop_assert!((near.statistic - far.statistic).abs() < room, "{} {}", near.statistic, far.statistic);
        }
    }

    #[test]
    fn sums_in_parts_are_those_of_exact_arithmetic(
        values in prop::collection::vec(-1_000_000_i32..1_000_000, 2..70),
    ) {
        // Whole numbers of this size have exact sums of squares: Σx² - (Σx)²/n in 128 bits.
        let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
        let squares: i128 = values.iter().map(|value| i128::from(*value).pow(2)).sum();
        let n = i128::try_from(values.len()).unwrap();
        let spread = (n * squares - sum * sum) as f64 / (n * (n - 1)) as f64;
        let sample: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
        let result = MeanTest::new().one_sample(&sample).unwrap();
        if spread > 0.0 {
            let expected = sum as f64 / n as f64 / (spread / n as f64).sqrt();
            let room = 1e-13 * (expected.abs() + 1.0);
            prop_assert!((result.statistic - expected).abs() < room, "{} {expected}", result.statistic);
        }
    }

    #[test]
    fn rows_are_tested_like_single_samples(values in prop::collection::vec(-1e3..1e3, 24)) {
        let first = slo_core::ndarray::ArrayView2::from_shape((3, 4), &values[..12]).unwrap();
        let second = slo_core::ndarray::ArrayView2::from_shape((4, 3), &values[12..]).unwrap();
        let tests = MeanTest::new().rows(first, second.t()).unwrap();
        for row in 0..3 {
            let other: Vec<f64> = second.column(row).to_vec();
            let single = MeanTest::new().two_samples(&values[row * 4..row * 4 + 4], &other).unwrap();
            prop_assert_eq!(tests.statistics[row], single.statistic);
            prop_assert_eq!(tests.p_values[row], single.p_value);
            prop_assert_eq!(Some(tests.degrees_of_freedom[row]), single.degrees_of_freedom);
        }
    }
}
