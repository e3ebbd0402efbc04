//! The nearest neighbours of every window.

use super::{Comparison, NearestSubsequence, Nearness};
use crate::matrix_profile::windows::{Kind, Windows};
use crate::subsequence::scale_for;

/// After so many places products of shapes are made anew.
const TURN: usize = 256;

/// The score of each window of finite values, of which only those count that are held; NaN with too few neighbours.
pub(super) fn score(plan: &NearestSubsequence, values: &[f64], held: &[bool]) -> Vec<f64> {
    let scale = scale_for(values);
    match plan.comparison {
        Comparison::Values => {
            let scaled: Vec<f64> = values.iter().map(|value| value * scale).collect();
            let mut squares =
                Squares { values: &scaled, length: plan.window, up_to: Vec::new(), from: Vec::new() };
            let nearest = Nearest::search(plan, held, |lag, keys| squares.write(lag, keys));
            nearest.scores(plan.nearness, |_, square, _| square.sqrt() / scale)
        }
        Comparison::Shapes => {
            let windows = Windows::new(values, plan.window, scale);
            let mut anew = vec![false; windows.count()];
            for window in &windows.breaks {
                if let Some(anew) = anew.get_mut(*window) {
                    *anew = true;
                }
            }
            let shapes = Shapes { windows: &windows, anew };
            let nearest = Nearest::search(plan, held, |lag, keys| shapes.write(lag, keys));
            nearest.scores(plan.nearness, |window, _, other| shapes.distance(window, other))
        }
    }
}

/// The neighbours of each window that were nearest so far: what they are ordered by, and where they are.
struct Nearest {
    neighbours: usize,
    keys: Vec<f64>,
    places: Vec<usize>,
}

impl Nearest {
    /// Compares all windows that are apart; `write` fills in what those `lag` places apart are ordered by.
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn search(plan: &NearestSubsequence, held: &[bool], mut write: impl FnMut(usize, &mut [f64])) -> Self {
        let (count, neighbours) = (held.len(), plan.neighbours);
        let mut nearest = Self {
            neighbours,
            keys: vec![f64::INFINITY; count * neighbours],
            places: vec![usize::MAX; count * neighbours],
        };
        let mut keys = vec![0.0; count];
        for lag in plan.window.div_ceil(4) + 1..count {
            let keys = &mut keys[..count - lag];
            write(lag, keys);
            for (window, key) in keys.iter().enumerate() {
                if held[window] && held[window + lag] {
                    nearest.offer(window, *key, window + lag);
                    nearest.offer(window + lag, *key, window);
                }
            }
        }
        nearest
    }

    /// Keeps a neighbour if it is nearer than the farthest one that is kept.
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn offer(&mut self, window: usize, key: f64, place: usize) {
        let row = window * self.neighbours..(window + 1) * self.neighbours;
        let (keys, places) = (&mut self.keys[row.clone()], &mut self.places[row]);
        let mut at = keys.len() - 1;
        if key >= keys[at] {
            return;
        }
        while at > 0 && key < keys[at - 1] {
            (keys[at], places[at]) = (keys[at - 1], places[at - 1]);
            at -= 1;
        }
        (keys[at], places[at]) = (key, place);
    }

    /// The score of each window by its distances: `distance` of a window, its neighbour's key and place.
    fn scores(&self, nearness: Nearness, distance: impl Fn(usize, f64, usize) -> f64) -> Vec<f64> {
        let rows = self.keys.chunks(self.neighbours).zip(self.places.chunks(self.neighbours)).enumerate();
        rows.map(|(window, (keys, places))| {
            if places.contains(&usize::MAX) {
                return f64::NAN;
            }
            let distances = keys.iter().zip(places).map(|(key, place)| distance(window, *key, *place));
            match nearness {
                Nearness::Mean => distances.map(|distance| distance / keys.len() as f64).sum(),
                Nearness::Farthest => distances.fold(0.0, f64::max),
            }
        })
        .collect()
    }
}

/// The squared distances of the values of windows, by sums from both ends of blocks.
struct Squares<'a> {
    values: &'a [f64],
    length: usize,
    /// The squares of each block up to a place, and from a place on.
    up_to: Vec<f64>,
    from: Vec<f64>,
}

impl Squares<'_> {
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    fn write(&mut self, lag: usize, keys: &mut [f64]) {
        let pairs = self.values.iter().zip(&self.values[lag..]);
        self.up_to.clear();
        self.up_to.extend(pairs.map(|(left, right)| (left - right) * (left - right)));
        self.from.clear();
        self.from.extend_from_slice(&self.up_to);
        let blocks = self.up_to.chunks_mut(self.length).zip(self.from.chunks_mut(self.length));
        for (up_to, from) in blocks {
            let mut sum = 0.0;
            for square in up_to {
                sum += *square;
                *square = sum;
            }
            sum = 0.0;
            for square in from.iter_mut().rev() {
                sum += *square;
                *square = sum;
            }
        }
        let last = self.length - 1;
        for (first, (key, (from, up_to))) in
            keys.iter_mut().zip(self.from.iter().zip(&self.up_to[last..])).enumerate()
        {
            // A window that is a block is both.
            *key = if first.is_multiple_of(self.length) { *up_to } else { from + up_to };
        }
    }
}

/// How little the shapes of windows are alike: 1 less their correlation.
struct Shapes<'a> {
    windows: &'a Windows,
    /// Whether products begin anew with a window.
    anew: Vec<bool>,
}

impl Shapes<'_> {
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn write(&self, lag: usize, keys: &mut [f64]) {
        let Windows { inverses, kinds, steps, sums, .. } = self.windows;
        let mut product = 0.0;
        for (first, key) in keys.iter_mut().enumerate() {
            let second = first + lag;
            if first.is_multiple_of(TURN) || self.anew[first] || self.anew[second] {
                product = self.product(first, second);
            } else {
                product += steps[first] * sums[second] + steps[second] * sums[first];
            }
            *key = match (kinds[first], kinds[second]) {
                (Kind::Varied, Kind::Varied) => 1.0 - product * inverses[first] * inverses[second],
                (Kind::Constant, Kind::Constant) => -1.0,
                _ => 0.5,
            };
        }
    }

    /// The sum of the products of both windows' deviations from their means.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    fn product(&self, first: usize, second: usize) -> f64 {
        let Windows { length, values, offsets, .. } = self.windows;
        let deviations = |window: usize| {
            let (anchor, mean) = (values[window], offsets[window]);
            values[window..window + length].iter().map(move |value| (value - anchor) - mean)
        };
        deviations(first).zip(deviations(second)).map(|(left, right)| left * right).sum()
    }

    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn distance(&self, first: usize, second: usize) -> f64 {
        match (self.windows.kinds[first], self.windows.kinds[second]) {
            (Kind::Varied, Kind::Varied) => self.windows.distance(first, second),
            (Kind::Constant, Kind::Constant) => 0.0,
            _ => (self.windows.length as f64).sqrt(),
        }
    }
}
