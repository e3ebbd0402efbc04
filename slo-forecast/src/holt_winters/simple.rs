//! The search for the one parameter and the one state of simple exponential smoothing.

#![allow(clippy::indexing_slicing, reason = "lanes are counted by the length of their array")]

/// Alphas that one pass tries: as many as leave the whole state in registers.
const LANES: usize = 6;

/// Passes over ever smaller neighbourhoods of the best alpha so far; each is 3.5 times smaller than the last.
const PASSES: usize = 4;

/// Weights that count for nothing, and whose squares are still normal numbers: others are slow.
const FORGOTTEN: f64 = 1e-150;

/// Sums of squares with the best level for each.
type Lanes = [f64; LANES];

/// The alpha in `[low, high]` of the least sum of squares, and the first level that goes with it.
///
/// # Method
///
/// The level is linear: with `r` the smoothed series from a level of 0 on and `w = 1 - α`,
///
/// ```text
/// e_t = d_t - w^t l,   d_t = y_t - r_t,   l = Σ d_t w^t / Σ w^{2t}
/// ```
///
/// so only alpha is left to be found: on a grid of twelve, then on ever finer ones about the best, and at last at the
/// vertex of the parabola through the three best.
pub(super) fn search(values: &[f64], low: f64, high: f64) -> (f64, f64) {
    let width = (high - low) / (2 * LANES - 1) as f64;
    let grid = |from: f64, step: f64| -> Lanes {
        std::array::from_fn(|lane| (from + step * lane as f64).clamp(low, high))
    };
    let mut tried: Vec<(f64, f64)> = Vec::with_capacity(LANES * (PASSES + 2));
    let pass = |alphas: Lanes, tried: &mut Vec<(f64, f64)>| {
        let squares = squares(values, &alphas).0;
        tried.extend(alphas.into_iter().zip(squares));
    };
    pass(grid(low, width), &mut tried);
    pass(grid(low + width * LANES as f64, width), &mut tried);
    let mut step = width;
    for _ in 0..PASSES {
        let from = best(&tried).0 - step;
        step *= 2.0 / (LANES + 1) as f64;
        pass(grid(from + step, step), &mut tried);
    }
    // The parabola through the best and its neighbours on the last grid.
    let (middle, least) = best(&tried);
    let beside =
        |side: f64| tried.iter().find(|(alpha, _)| (alpha - middle - side * step).abs() < 1e-6 * step);
    let vertex = match (beside(-1.0), beside(1.0)) {
        (Some((_, below)), Some((_, above))) if below + above > 2.0 * least => {
            middle + 0.5 * step * (below - above) / (below - 2.0 * least + above)
        }
        _ => middle,
    };
    let (squares, levels) =
        squares(values, &std::array::from_fn(|lane| if lane == 0 { vertex } else { middle }));
    if squares[0] < squares[1] { (vertex, levels[0]) } else { (middle, levels[1]) }
}

/// The alpha of the least sum, the first of equal ones, and that sum.
fn best(tried: &[(f64, f64)]) -> (f64, f64) {
    tried.iter().min_by(|a, b| a.1.total_cmp(&b.1)).copied().unwrap_or((f64::NAN, f64::NAN))
}

/// The sum of squares at each alpha with its best first level, and that level.
fn squares(values: &[f64], alphas: &Lanes) -> (Lanes, Lanes) {
    let (mut smooth, mut weight) = ([0.0; LANES], [1.0; LANES]);
    let (mut total, mut mixed) = ([0.0; LANES], [0.0; LANES]);
    for y in values {
        for lane in 0..LANES {
            let d = y - smooth[lane];
            total[lane] += d * d;
            mixed[lane] += d * weight[lane];
            smooth[lane] += alphas[lane] * d;
            weight[lane] = (weight[lane] * (1.0 - alphas[lane])).max(FORGOTTEN);
        }
    }
    let n = values.len() as f64;
    let levels: Lanes = std::array::from_fn(|lane| {
        let (alpha, last) = (alphas[lane], weight[lane]);
        // Σ w^{2t} = (1 - w^{2n}) / (1 - w²), which is n where nothing is forgotten.
        let weights =
            if alpha * n < 1e-9 { n } else { (1.0 - last) * (1.0 + last) / (alpha * (2.0 - alpha)) };
        mixed[lane] / weights
    });
    (std::array::from_fn(|lane| total[lane] - mixed[lane] * levels[lane]), levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiled_sum_is_that_of_the_recursion_from_the_profiled_level() {
        let values = [0.0, 0.5, -0.25, 0.75, 0.5, 1.0];
        let alphas: Lanes = std::array::from_fn(|lane| lane as f64 / (LANES - 1) as f64);
        let (squares, levels) = squares(&values, &alphas);
        for lane in 0..LANES {
            let mut level = levels[lane];
            let mut sum = 0.0;
            for y in values {
                sum += (y - level) * (y - level);
                level += alphas[lane] * (y - level);
            }
            assert!((squares[lane] - sum).abs() < 1e-15, "{lane}");
        }
    }

    #[test]
    fn a_level_that_jumps_once_is_followed_at_once() {
        // The last value is the best forecast of a step: alpha = 1, at the end of the grid.
        let step: Vec<f64> = (0..40).map(|t| if t < 20 { 0.0 } else { 1.0 }).collect();
        let (alpha, level) = search(&step, 0.0, 1.0);
        assert_eq!(alpha, 1.0);
        // The weight that counts for nothing leaves as much of the later values.
        assert!(level.abs() <= 1e-149);
    }
}
