//! Quantiles far into the tails.

/// The value that a standard normal variable exceeds with probability `p`, for `0 < p < 1`.
///
/// # Method
///
/// Rational approximations in three regions, relative error about 1e-16.
///
/// # References
///
/// Wichura, M. J. (1988). Algorithm AS 241: the percentage points of the normal distribution. *Applied Statistics*
/// 37(3), 477-484.
pub(crate) fn normal_upper_quantile(p: f64) -> f64 {
    const CENTRE: [[f64; 8]; 2] = [
        [
            3.387_132_872_796_366_6,
            133.141_667_891_784_38,
            1_971.590_950_306_551_3,
            13_731.693_765_509_46,
            45_921.953_931_549_87,
            67_265.770_927_008_7,
            33_430.575_583_588_13,
            2_509.080_928_730_122_7,
        ],
        [
            1.0,
            42.313_330_701_600_91,
            687.187_007_492_057_9,
            5_394.196_021_424_751,
            21_213.794_301_586_597,
            39_307.895_800_092_71,
            28_729.085_735_721_943,
            5_226.495_278_852_854,
        ],
    ];
    const TAIL: [[f64; 8]; 2] = [
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            0.241_780_725_177_450_6,
            0.022_723_844_989_269_184,
            7.745_450_142_783_414e-4,
        ],
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            0.689_767_334_985_1,
            0.148_103_976_427_480_08,
            0.015_198_666_563_616_457,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
    ];
    const FAR_TAIL: [[f64; 8]; 2] = [
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            0.296_560_571_828_504_87,
            0.026_532_189_526_576_124,
            1.242_660_947_388_078_4e-3,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        [
            1.0,
            0.599_832_206_555_888,
            0.136_929_880_922_735_8,
            0.014_875_361_290_850_615,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    ];
    let ratio =
        |[numerator, denominator]: [[f64; 8]; 2], x: f64| horner(numerator, x) / horner(denominator, x);

    let from_centre = 0.5 - p;
    if from_centre.abs() <= 0.425 {
        return from_centre * ratio(CENTRE, 0.180_625 - from_centre * from_centre);
    }
    let depth = (-p.min(1.0 - p).ln()).sqrt();
    let magnitude = if depth <= 5.0 { ratio(TAIL, depth - 1.6) } else { ratio(FAR_TAIL, depth - 5.0) };
    magnitude.copysign(from_centre)
}

/// The polynomial with these coefficients, lowest first.
fn horner(coefficients: [f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, c| value * x + c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::fixtures;

    #[derive(serde::Deserialize)]
    struct Input {
        alpha: Vec<f64>,
    }

    #[test]
    fn two_sided_critical_values_equal_sixty_digit_references() {
        for case in fixtures::cases::<Input, (), Vec<f64>>("slo-core/normal_quantile") {
            let z: Vec<f64> =
                case.input.alpha.iter().map(|alpha| normal_upper_quantile(alpha / 2.0)).collect();
            case.assert_all_close("z", &z, &case.expected);
        }
    }

    #[test]
    fn the_quantile_is_odd_about_one_half() {
        assert_eq!(normal_upper_quantile(0.5), 0.0);
        assert_eq!(normal_upper_quantile(0.75), -normal_upper_quantile(0.25));
    }
}
