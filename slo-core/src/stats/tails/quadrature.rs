//! A tail as its density at the point times one integral of fixed cost.

/// The nodes in (0, 1) and the weights of the Gauss-Legendre rule of order 32 on (-1, 1).
const RULE: [(f64, f64); 16] = [
    (0.997_263_861_849_481_6, 0.007_018_610_009_470_096),
    (0.985_611_511_545_268_4, 0.016_274_394_730_905_67),
    (0.964_762_255_587_506_4, 0.025_392_065_309_262_06),
    (0.934_906_075_937_739_7, 0.034_273_862_913_021_43),
    (0.896_321_155_766_052_1, 0.042_835_898_022_226_68),
    (0.849_367_613_732_57, 0.050_998_059_262_376_175),
    (0.794_483_795_967_942_4, 0.058_684_093_478_535_544),
    (0.732_182_118_740_289_7, 0.065_822_222_776_361_85),
    (0.663_044_266_930_215_2, 0.072_345_794_108_848_5),
    (0.587_715_757_240_762_3, 0.078_193_895_787_070_31),
    (0.506_899_908_932_229_4, 0.083_311_924_226_946_75),
    (0.421_351_276_130_635_33, 0.087_652_093_004_403_81),
    (0.331_868_602_282_127_67, 0.091_173_878_695_763_89),
    (0.239_287_362_252_137_06, 0.093_844_399_080_804_57),
    (0.144_471_961_582_796_5, 0.095_638_720_079_274_86),
    (0.048_307_665_687_738_32, 0.096_540_088_514_727_8),
];

/// Beyond this exponent an integrand that starts at 1 has lost what a double could show.
const DEPTH: f64 = 37.0;

/// `∫₀^∞ e^{-ψ(s)} ds` for a convex `ψ` with `ψ(0) = 0`, `ψ'(0) = slope >= 0` and `ψ''(0) = curvature`.
///
/// The integrand falls from 1, as an exponential, a half Gaussian or anything between. One Gauss-Legendre rule
/// serves all of them once the interval ends where `ψ` reaches `DEPTH`.
pub(super) fn integral(slope: f64, curvature: f64, psi: impl Fn(f64) -> f64) -> f64 {
    // The root of slope s + curvature s²/2 = DEPTH; from there by steps, as the depth need not be met exactly.
    let mut end = 2.0 * DEPTH / (slope + (slope * slope + 2.0 * DEPTH * curvature).sqrt());
    let depth = psi(end);
    if depth < DEPTH {
        for _ in 0..12 {
            end *= 1.15;
            if psi(end) >= DEPTH {
                break;
            }
        }
    } else if depth > 1.4 * DEPTH {
        for _ in 0..24 {
            let shorter = 0.87 * end;
            if psi(shorter) < DEPTH {
                break;
            }
            end = shorter;
        }
    }
    let half = 0.5 * end;
    let pair = |&(node, weight): &(f64, f64)| {
        weight * ((-psi(half * (1.0 - node))).exp() + (-psi(half * (1.0 + node))).exp())
    };
    half * RULE.iter().map(pair).sum::<f64>()
}
