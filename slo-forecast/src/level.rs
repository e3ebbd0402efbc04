//! The best smoothing of a level alone: the search of simple exponential smoothing.
//!
//! With one parameter left, eight of its values are tried in one pass over the series: each pass waits for its chain of
//! products and sums, not for their number.

use std::f64::consts::FRAC_PI_2;

use pulp::{Arch, Simd, WithSimd};

/// How many values of the parameter one pass tries.
const LANES: usize = 8;

/// Passes that look over the whole range.
const PASSES: usize = 3;

/// The points that those try.
const POINTS: usize = PASSES * LANES;

/// How many passes follow one dip of the sum of squares down.
const DESCENTS: usize = 5;

/// A bracket so narrow, as a share of the range, is a parabola to the last digits that matter: the sum of squares at
/// its vertex is the least one to 1e-12 of it.
const NARROW: f64 = 4e-4;

/// A bracket at an end of the range so narrow is that end.
const END: f64 = 1e-7;

/// Weights below this change no sum that they enter with the weight 1.
const FADED: f64 = 1e-40;

/// After how many values faded weights are looked for.
const BLOCK: usize = 32;

/// A smoothing parameter with its best first level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    pub(crate) alpha: f64,
    /// The level before the first value.
    pub(crate) first: f64,
    /// The sum of squared errors one step ahead.
    pub(crate) squares: f64,
}

/// The smoothing parameter between `least` and `most`, and the first level, of the least sum of squared errors.
///
/// Expects at least one value, all of them finite and of moderate size, and `0 <= least <= most <= 1`.
///
/// # Method
///
/// ```text
/// l_t = l_{t-1} + α e_t,    e_t = y_t - l_{t-1} = a_t - (1-α)^t l_0,    a the errors from l_0 = 0
/// l_0 = Σ a_t w_t / Σ w_t²,    S(α) = Σ a_t² - l_0 Σ a_t w_t,    w_t = (1-α)^t
/// ```
///
/// so that the first level needs no search. `S` is looked over at 24 values of α, close together next to 0, and each
/// dip followed by thirds of its bracket and the vertex of the parabola through it.
pub(crate) fn best_level(values: &[f64], least: f64, most: f64) -> Level {
    let shift = values.first().copied().unwrap_or_default();
    let shifted: Vec<f64> = values.iter().map(|value| value - shift).collect();
    let at = |point: usize| least + (most - least) * spread(point);
    let points: [[Level; LANES]; PASSES] =
        [0, 1, 2].map(|pass| levels(&shifted, std::array::from_fn(|lane| at(pass * LANES + lane))));
    let points = points.as_flattened();

    let mut best = points.first().copied();
    for (place, middle) in points.iter().enumerate() {
        let bracket = Bracket::about(points, place);
        if bracket.lower.squares < middle.squares || bracket.upper.squares < middle.squares {
            continue;
        }
        let found = bracket.descend(&shifted, most - least);
        if best.is_none_or(|best| found.squares < best.squares) {
            best = Some(found);
        }
    }
    let alpha = best.map_or(least, |best| best.alpha);
    let [found] = levels(&shifted, [alpha]);
    Level { first: found.first + shift, ..found }
}

/// Where the points lie between 0 and 1: closer to each other towards both ends, most of all towards 0, where a long
/// series tells small parameters apart.
fn spread(point: usize) -> f64 {
    let share = point as f64 / (POINTS - 1) as f64;
    let wave = (FRAC_PI_2 * share).sin();
    wave * wave * share.sqrt().min(1.0)
}

/// Three points, the middle one of which is the least; at an end of the range it stands for two.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    lower: Level,
    middle: Level,
    upper: Level,
}

impl Bracket {
    /// The place and its neighbours.
    fn about(points: &[Level], place: usize) -> Self {
        let get = |place: usize| points.get(place).or(points.last()).copied();
        let none = Level { alpha: 0.0, first: 0.0, squares: f64::INFINITY };
        let [lower, middle, upper] =
            [place.saturating_sub(1), place, place + 1].map(|place| get(place).unwrap_or(none));
        Self { lower, middle, upper }
    }

    /// The least point of the dip.
    fn descend(mut self, values: &[f64], range: f64) -> Level {
        for _ in 0..DESCENTS {
            let below = self.middle.alpha - self.lower.alpha;
            let above = self.upper.alpha - self.middle.alpha;
            if below.max(above) <= END * range {
                break;
            }
            let alphas = if below > 0.0 && above > 0.0 {
                let vertex = self.vertex();
                if below + above < NARROW * range {
                    let [found] = levels(values, [vertex]);
                    return if found.squares < self.middle.squares { found } else { self.middle };
                }
                let near = (below + above) / 100.0;
                [
                    self.lower.alpha + below / 3.0,
                    self.lower.alpha + below / 1.5,
                    self.middle.alpha + above / 3.0,
                    self.middle.alpha + above / 1.5,
                    (vertex - near).max(self.lower.alpha),
                    vertex,
                    (vertex + near).min(self.upper.alpha),
                    f64::midpoint(vertex, self.middle.alpha),
                ]
            } else {
                // At an end of the range: nearer to it, and nearer again.
                let other = if below > 0.0 { self.lower.alpha } else { self.upper.alpha };
                let mut reach = other - self.middle.alpha;
                std::array::from_fn(|_| {
                    reach /= 4.0;
                    self.middle.alpha + reach
                })
            };
            self = self.among(levels(values, alphas));
        }
        self.middle
    }

    /// The bracket about the least of its own points and of others within it.
    fn among(self, others: [Level; LANES]) -> Self {
        let mut points: Vec<Level> =
            [self.lower, self.middle, self.upper].into_iter().chain(others).collect();
        points.sort_unstable_by(|left, right| left.alpha.total_cmp(&right.alpha));
        points.dedup_by_key(|point| point.alpha);
        let least =
            points.iter().enumerate().min_by(|(_, left), (_, right)| left.squares.total_cmp(&right.squares));
        Self::about(&points, least.map_or(0, |(place, _)| place))
    }

    /// Where the parabola through the three points is least; the middle where that is no parabola with a least point.
    fn vertex(&self) -> f64 {
        let (below, above) = (self.middle.alpha - self.lower.alpha, self.upper.alpha - self.middle.alpha);
        let falling = (self.middle.squares - self.lower.squares) / below;
        let rising = (self.upper.squares - self.middle.squares) / above;
        let slope = (falling * above + rising * below) / (below + above);
        let vertex = self.middle.alpha - slope * (below + above) / (2.0 * (rising - falling));
        if vertex.is_finite() { vertex.clamp(self.lower.alpha, self.upper.alpha) } else { self.middle.alpha }
    }
}

/// The best first level for each smoothing parameter, and what it leaves.
#[allow(clippy::indexing_slicing, reason = "lanes below their number, of arrays of that length")]
fn levels<const N: usize>(values: &[f64], alphas: [f64; N]) -> [Level; N] {
    let [squares, products, norms] = Arch::new().dispatch(Sums { values, alphas });
    std::array::from_fn(|lane| {
        let first = products[lane] / norms[lane];
        Level { alpha: alphas[lane], first, squares: squares[lane] - products[lane] * first }
    })
}

/// `Σ a²`, `Σ a w` and `Σ w²` for each smoothing parameter.
struct Sums<'a, const N: usize> {
    values: &'a [f64],
    alphas: [f64; N],
}

impl<const N: usize> WithSimd for Sums<'_, N> {
    type Output = [[f64; N]; 3];

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "lanes below their number, of arrays of that length")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Self::Output {
        let alphas = self.alphas;
        let kept = alphas.map(|alpha| 1.0 - alpha);
        let (mut levels, mut weights) = ([0.0; N], [1.0; N]);
        let (mut squares, mut products, mut norms) = ([0.0; N], [0.0; N], [0.0; N]);
        let mut rest = self.values;
        let mut most = 1.0;
        while most > 0.0 && !rest.is_empty() {
            let (block, after) = rest.split_at(BLOCK.min(rest.len()));
            for value in block {
                for lane in 0..N {
                    let error = value - levels[lane];
                    squares[lane] += error * error;
                    products[lane] += error * weights[lane];
                    norms[lane] += weights[lane] * weights[lane];
                    levels[lane] = kept[lane] * levels[lane] + alphas[lane] * value;
                    weights[lane] *= kept[lane];
                }
            }
            rest = after;
            // Never so small that arithmetic becomes slow.
            most = 0.0;
            for weight in &mut weights {
                *weight = if *weight < FADED { 0.0 } else { *weight };
                most = weight.max(most);
            }
        }
        for value in rest {
            for lane in 0..N {
                let error = value - levels[lane];
                squares[lane] += error * error;
                levels[lane] = kept[lane] * levels[lane] + alphas[lane] * value;
            }
        }
        // As they are: sums of each lane side by side would be shuffled in every step.
        [squares, products, norms]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slo_testkit::{assert_close, assert_close_absolute};

    /// The sum of squares by the recursion as it is written, with the first level that a line of it calls for.
    fn squares(values: &[f64], alpha: f64, level: f64) -> f64 {
        let step = |(level, sum): (f64, f64), value: &f64| {
            let error = value - level;
            (level + alpha * error, sum + error * error)
        };
        values.iter().fold((level, 0.0), step).1
    }

    #[test]
    fn independent_values_have_their_mean_and_a_walk_its_last_value() {
        let found = best_level(&[1.0, 3.0, 1.0, 3.0, 1.0, 3.0], 0.0, 1.0);
        // Alternating values are best foretold by their mean.
        assert_eq!((found.alpha, found.first, found.squares), (0.0, 2.0, 6.0));
        let steady: Vec<f64> = (0..40).map(f64::from).collect();
        // A line is foretold best by its last value, one step behind: 39 errors of 1 after a first one of 0.
        let found = best_level(&steady, 0.0, 1.0);
        assert_eq!((found.alpha, found.first, found.squares), (1.0, 0.0, 39.0));
    }

    #[test]
    fn a_constant_is_met_exactly() {
        for values in [&[7.5][..], &[7.5; 2], &[-3.0; 100]] {
            let found = best_level(values, 0.0, 1.0);
            assert_eq!((found.first, found.squares), (values[0], 0.0));
        }
    }

    #[test]
    fn the_parameter_stays_within_its_bounds() {
        let values: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(best_level(&values, 0.0, 0.5).alpha, 0.5);
        assert_eq!(best_level(&values, 0.25, 0.25).alpha, 0.25);
        let alternating: Vec<f64> = (0..40).map(|place| f64::from(place % 2)).collect();
        assert_eq!(best_level(&alternating, 0.125, 1.0).alpha, 0.125);
    }

    #[test]
    fn a_dip_between_two_others_is_found() {
        // Two levels with a step between: S falls at both ends of small parameters.
        let values: Vec<f64> = (0..400).map(|place| f64::from(place % 7) + f64::from(place / 200)).collect();
        let found = best_level(&values, 0.0, 1.0);
        for step in 0..=4_000 {
            let alpha = f64::from(step) / 4_000.0;
            let [there] = levels(&values, [alpha]);
            assert!(there.squares >= found.squares * (1.0 - 1e-12), "{alpha}");
        }
    }

    proptest! {
        #[test]
        fn no_parameter_and_no_first_level_is_better(
            steps in prop::collection::vec(-1.0..1.0_f64, 2..120),
            walk in 0.0..1.0_f64,
            other in 0.0..1.0_f64,
            aside in -1.0..1.0_f64,
        ) {
            let mut level = 0.0;
            let values: Vec<f64> = steps.chunks(2).map(|pair| {
                level += walk * pair[0];
                level + pair.last().unwrap()
            }).collect();
            let found = best_level(&values, 0.0, 1.0);
            let here = squares(&values, found.alpha, found.first);
            assert_close_absolute(found.squares, here, 1e-12 * (1.0 + here));
            prop_assert!(squares(&values, found.alpha, found.first + aside) >= here * (1.0 - 1e-12));
            for near in [-1e-3, -1e-4, 1e-4, 1e-3] {
                let [there] = levels(&values, [(found.alpha + near).clamp(0.0, 1.0)]);
                prop_assert!(there.squares >= here * (1.0 - 1e-10), "{near}");
            }
            let [there] = levels(&values, [other]);
            // Dips narrower than the points of the search are passed over: as shallow as this.
            prop_assert!(there.squares >= here * (1.0 - 1e-3), "{} at {other}, {here} at {}", there.squares, found.alpha);
        }

        #[test]
        fn each_lane_is_what_it_is_alone(
            values in prop::collection::vec(-1e3..1e3_f64, 1..100),
            alphas in prop::array::uniform8(0.0..=1.0_f64),
        ) {
            for (lane, alpha) in levels(&values, alphas).into_iter().zip(alphas) {
                prop_assert_eq!(levels(&values, [alpha]), [lane]);
            }
        }
    }

    #[test]
    fn the_vertex_of_a_parabola_is_exact() {
        let at = |alpha: f64| Level { alpha, first: 0.0, squares: 3.0 + (alpha - 0.3) * (alpha - 0.3) };
        let bracket = Bracket { lower: at(0.0), middle: at(0.25), upper: at(1.0) };
        assert_close(bracket.vertex(), 0.3, 1e-15);
    }
}
