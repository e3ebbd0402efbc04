//! The standard normal distribution.

use super::Distribution;
use super::density::polynomial;
use super::split::Place;
use crate::error::Result;

/// The standard normal distribution, mean 0 and variance 1.
///
/// # Method
///
/// ```text
/// sf(x) = erfc(x / √2) / 2
/// ```
///
/// with the rounding of `x / √2` taken back; far out, in log space, the density times Mills' ratio as a continued
/// fraction. Quantiles are rational approximations in three regions, relative error about 1e-16.
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{Distribution, Normal};
///
/// // One in forty lies above 1.96, one in 1e300 above 37.
/// assert!((Normal.upper_quantile(0.025)? - 1.959963984540054).abs() < 1e-15);
/// assert!((Normal.upper_quantile(1e-300)? - 37.0471).abs() < 1e-4);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Wichura, M. J. (1988). Algorithm AS 241: the percentage points of the normal distribution. *Applied Statistics*
/// 37(3), 477-484.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Normal;

impl Distribution for Normal {
    fn sf(&self, x: f64) -> f64 {
        upper_tail(x)
    }

    fn cdf(&self, x: f64) -> f64 {
        upper_tail(-x)
    }

    fn ln_sf(&self, x: f64) -> f64 {
        ln_upper_tail(x)
    }

    fn ln_cdf(&self, x: f64) -> f64 {
        ln_upper_tail(-x)
    }

    fn quantile(&self, p: f64) -> Result<f64> {
        // The difference, so that the median is 0 and not -0.
        Ok(0.0 - self.upper_quantile(p)?)
    }

    fn upper_quantile(&self, p: f64) -> Result<f64> {
        Ok(match Place::above(p)? {
            Place::Start => f64::NEG_INFINITY,
            Place::End => f64::INFINITY,
            Place::Inside(..) => normal_upper_quantile(p),
        })
    }
}

/// `P(Z > x)`.
fn upper_tail(x: f64) -> f64 {
    // 1/√2 and what its double leaves out.
    const SCALE: f64 = std::f64::consts::FRAC_1_SQRT_2;
    const REST: f64 = -4.833_646_656_726_457e-17;
    let u = x * SCALE;
    let tail = 0.5 * libm::erfc(u);
    if u > 1.0 && u < 30.0 {
        // erfc falls by 2 u (1 + O(1/u²)) per unit of u, relatively.
        let rounding = x.mul_add(SCALE, -u) + x * REST;
        tail - tail * rounding * 2.0 * u * (1.0 + 0.5 / (u * u))
    } else {
        tail
    }
}

/// `ln P(Z > x)`.
fn ln_upper_tail(x: f64) -> f64 {
    const LN_SQRT_TWO_PI: f64 = 0.918_938_533_204_672_8;
    if x < 0.0 {
        (-upper_tail(-x)).ln_1p()
    } else if x < 10.0 {
        upper_tail(x).ln()
    } else if x < f64::INFINITY {
        let fraction = (1..=30).rev().fold(x, |value, k| x + f64::from(k) / value);
        -0.5 * x * x - LN_SQRT_TWO_PI - fraction.ln()
    } else {
        // Minus infinity at infinity; what is no number stays so.
        -x
    }
}

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
    let ratio = |[numerator, denominator]: [[f64; 8]; 2], x: f64| {
        polynomial(&numerator, x) / polynomial(&denominator, x)
    };

    let from_centre = 0.5 - p;
    if from_centre.abs() <= 0.425 {
        return from_centre * ratio(CENTRE, 0.180_625 - from_centre * from_centre);
    }
    let depth = (-p.min(1.0 - p).ln()).sqrt();
    let magnitude = if depth <= 5.0 { ratio(TAIL, depth - 1.6) } else { ratio(FAR_TAIL, depth - 5.0) };
    magnitude.copysign(from_centre)
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
