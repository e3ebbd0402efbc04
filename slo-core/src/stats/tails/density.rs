//! What densities are made of, without cancellation: remainders of Stirling's formula and deviances.

/// `ln √(2π)`.
const LN_SQRT_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// `(ζ(k) - 1) (-1)^k / k` for k = 2, 3, ...
const ZETA: [f64; 26] = [
    0.322_467_033_424_113_2,
    -0.067_352_301_053_198_1,
    0.020_580_808_427_784_546,
    -0.007_385_551_028_673_986,
    0.002_890_510_330_741_523_4,
    -0.001_192_753_911_703_261,
    5.096_695_247_430_425e-4,
    -2.231_547_584_535_793_9e-4,
    9.945_751_278_180_853e-5,
    -4.492_623_673_813_314e-5,
    2.050_721_277_567_069e-5,
    -9.439_488_275_268_397e-6,
    4.374_866_789_907_488e-6,
    -2.039_215_753_801_366e-6,
    9.551_412_130_407_42e-7,
    -4.492_469_198_764_566e-7,
    2.120_718_480_555_466_5e-7,
    -1.004_322_482_396_809_9e-7,
    4.769_810_169_363_980_4e-8,
    -2.271_109_460_894_316_4e-8,
    1.083_865_921_489_695_5e-8,
    -5.183_475_041_970_047e-9,
    2.483_674_543_802_478_5e-9,
    -1.192_140_140_586_091_2e-9,
    5.731_367_241_678_862e-10,
    -2.759_522_885_124_233_4e-10,
];

/// `B_2k / (2k (2k - 1))`, the coefficients of Stirling's series.
const STIRLING: [f64; 8] = [
    0.083_333_333_333_333_33,
    -0.002_777_777_777_777_778,
    7.936_507_936_507_937e-4,
    -5.952_380_952_380_953e-4,
    8.417_508_417_508_417e-4,
    -0.001_917_526_917_526_917_6,
    0.006_410_256_410_256_41,
    -0.029_550_653_594_771_242,
];

/// From here on Stirling's series is good to the last place.
const STIRLING_FROM: f64 = 10.0;

/// The polynomial with these coefficients, lowest first.
pub(super) fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, c| value * x + c)
}

/// `δ(a) = ln Γ(a) - (a - 1/2) ln a + a - ln √(2π)`.
pub(super) fn stirling_remainder(a: f64) -> f64 {
    if a >= STIRLING_FROM {
        let inverse = 1.0 / a;
        inverse * polynomial(&STIRLING, inverse * inverse)
    } else {
        libm::lgamma(a) - (a - 0.5) * a.ln() + a - LN_SQRT_TWO_PI
    }
}

/// `ln Γ(1 + a)` for `a >= 0`, relatively exact down to 0.
pub(super) fn ln_gamma_1p(a: f64) -> f64 {
    const ONE_MINUS_EULER: f64 = 0.422_784_335_098_467_13;
    if a <= 0.5 {
        a * (ONE_MINUS_EULER + a * polynomial(&ZETA, a)) - a.ln_1p()
    } else {
        libm::lgamma(1.0 + a)
    }
}

/// `ln Γ(b + a) - ln Γ(b)`, which for a small `a` is as exact as `a` is.
pub(super) fn ln_gamma_ratio(b: f64, a: f64) -> f64 {
    let (mut shifted, mut below) = (b, 0.0);
    while shifted < STIRLING_FROM {
        below += (a / shifted).ln_1p();
        shifted += 1.0;
    }
    let growth = (shifted - 0.5) * (a / shifted).ln_1p() + a * ((shifted + a).ln() - 1.0);
    growth + (stirling_remainder(shifted + a) - stirling_remainder(shifted)) - below
}

/// `e^s - 1 - s`.
pub(super) fn exp_excess(s: f64) -> f64 {
    if s.abs() >= 0.25 {
        return s.exp_m1() - s;
    }
    s * s
        * if s.abs() < 0.004 {
            0.5 + s
                * (1.0 / 6.0 + s * (1.0 / 24.0 + s * (1.0 / 120.0 + s * (1.0 / 720.0 + s * (1.0 / 5040.0)))))
        } else {
            polynomial(&EXP_EXCESS, s)
        }
}

/// `1 / n!` for n = 2, 3, ...
const EXP_EXCESS: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// `z - ln(1 + z)` for `z > -1`.
///
/// With `r = z / (2 + z)`, `ln(1 + z) = 2 artanh r` and `z - 2r = r z`, so that
///
/// ```text
/// z - ln(1 + z) = r z - 2 r³ (1/3 + r²/5 + r⁴/7 + ...)
/// ```
pub(super) fn log_deficit(z: f64) -> f64 {
    if !(-0.4..=0.65).contains(&z) {
        return z - z.ln_1p();
    }
    let r = z / (2.0 + z);
    let square = r * r;
    let series = if square < 1e-3 {
        1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0 + square * (1.0 / 9.0 + square * (1.0 / 11.0))))
    } else {
        polynomial(&ARTANH, square)
    };
    r * (z - 2.0 * square * series)
}

/// `1 / (2k + 1)` for k = 1, 2, ...
const ARTANH: [f64; 13] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
    1.0 / 23.0,
    1.0 / 25.0,
    1.0 / 27.0,
];

/// `t - ln(1 + t)`, where the caller knows `ln(1 + t)` better than `t` says when `t` is near -1.
pub(super) fn deviance(t: f64, ln_ratio: impl FnOnce() -> f64) -> f64 {
    if t > -0.5 { log_deficit(t) } else { t - ln_ratio() }
}
