//! The best `alpha`.

use super::kernel::{Line, Profile, Weight, profile};
use crate::optimise::minimise_scalar;

/// How many values of `alpha` are tried first.
const SCAN: u32 = 48;

/// How far from where a search starts it looks first, in log odds.
const STRIDE: f64 = 0.5;

/// What a series is fitted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Problem<'a> {
    pub(super) values: &'a [f64],
    pub(super) slope: f64,
    pub(super) line: Line,
    pub(super) weight: Weight,
    /// What `alpha` may be.
    pub(super) bounds: (f64, f64),
}

/// Where a search ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) alpha: f64,
    pub(super) profile: Profile,
    pub(super) evaluations: u64,
    pub(super) converged: bool,
}

impl Problem<'_> {
    fn at(&self, alpha: f64) -> Profile {
        profile(self.values, self.slope, alpha, self.line, self.weight)
    }

    /// The best of all: the sum of squares may have several minima, so that the whole range is scanned, evenly in log
    /// odds, and the two lowest valleys are followed down.
    pub(super) fn solve(&self) -> Found {
        let (low, high) = (odds(self.bounds.0), odds(self.bounds.1));
        let place = |i: u32| self.within(low + (high - low) * f64::from(i) / f64::from(SCAN));
        let scan: Vec<(f64, f64)> =
            (0..=SCAN).map(place).map(|alpha| (alpha, self.at(alpha).squares)).collect();
        let ends = [(self.bounds.0, f64::INFINITY), (self.bounds.1, f64::INFINITY)];
        let padded: Vec<(f64, f64)> = [ends[0]].into_iter().chain(scan).chain([ends[1]]).collect();
        let mut valleys: Vec<[(f64, f64); 3]> = padded
            .windows(3)
            .filter_map(|three| <[(f64, f64); 3]>::try_from(three).ok())
            .filter(|[before, here, after]| here.1 < before.1 && here.1 <= after.1)
            .collect();
        valleys.sort_by(|[_, a, _], [_, b, _]| a.1.total_cmp(&b.1));
        let mut found = self.found(self.bounds.0, u64::from(SCAN) + 1, true);
        for [before, here, after] in valleys.into_iter().take(2) {
            found = self.descend(found, before.0, here, after.0);
        }
        found
    }

    /// The minimum next to where another search ended.
    #[allow(clippy::indexing_slicing, reason = "there are two sides")]
    pub(super) fn resume(&self, alpha: f64) -> Found {
        let alpha = alpha.clamp(self.bounds.0, self.bounds.1);
        let (mut here, mut evaluations) = ((alpha, self.at(alpha).squares), 1);
        let mut sides = [-STRIDE, STRIDE].map(|stride| self.within(odds(alpha) + stride));
        for side in 0..2 {
            // Down this side, by strides, until it rises.
            loop {
                let there = (sides[side], self.at(sides[side]).squares);
                evaluations += 1;
                if there.1 >= here.1 || there.0 == here.0 {
                    break;
                }
                sides[1 - side] = here.0;
                here = there;
                let stride = if side == 0 { -STRIDE } else { STRIDE };
                sides[side] = self.within(odds(here.0) + stride);
            }
        }
        self.descend(self.found(here.0, evaluations, true), sides[0], here, sides[1])
    }

    /// The better of what was found and the minimum about `here`.
    fn descend(&self, found: Found, low: f64, here: (f64, f64), high: f64) -> Found {
        let least = minimise_scalar(low, high, &mut |alpha| self.at(alpha).squares);
        let evaluations = found.evaluations + least.evaluations;
        let mut best = found;
        for alpha in least.point.first().copied().into_iter().chain([here.0]) {
            let there = self.found(alpha, evaluations, least.converged);
            if there.profile.squares < best.profile.squares || best.profile.squares.is_nan() {
                best = there;
            }
        }
        Found { evaluations, ..best }
    }

    fn found(&self, alpha: f64, evaluations: u64, converged: bool) -> Found {
        Found { alpha, profile: self.at(alpha), evaluations, converged }
    }

    fn within(&self, odds: f64) -> f64 {
        (1.0 / (1.0 + (-odds).exp())).clamp(self.bounds.0, self.bounds.1)
    }
}

fn odds(alpha: f64) -> f64 {
    (alpha / (1.0 - alpha)).ln()
}
