//! Growing the trees.

use slo_core::ndarray::ArrayView2;
use slo_core::stats::Random;

use super::IsolationForest;
use super::model::{IsolationForestModel, Node};

/// The average number of cuts on the way to one of `n` rows: `2 H(n - 1) - 2 (n - 1) / n`.
pub(super) fn average_path(n: usize) -> f64 {
    if n < 2 {
        return 0.0;
    }
    // From the smallest term on, the sum is right to the last place or the one before.
    let harmonic: f64 = (1..n).rev().map(|k| 1.0 / k as f64).sum();
    2.0 * harmonic - 2.0 * ((n - 1) as f64 / n as f64)
}

/// All trees of rows that were checked.
pub(super) fn grow(plan: &IsolationForest, rows: ArrayView2<'_, f64>) -> IsolationForestModel {
    let sample = plan.sample.min(rows.nrows());
    let paths: Vec<f64> = average_paths(sample);
    let height = usize::try_from(sample.next_power_of_two().trailing_zeros()).unwrap_or(0);
    let mut model = IsolationForestModel::empty(rows.ncols(), sample, paths.last().copied().unwrap_or(0.0));
    let mut places: Vec<usize> = (0..rows.nrows()).collect();
    let mut grower = Grower { columns: rows.ncols(), height, paths, values: Vec::new(), order: Vec::new() };
    for tree in 0..plan.trees {
        // Each tree has numbers of its own: it depends on the seed and its place alone.
        let mut random = Random::new(plan.seed, u64::try_from(tree).unwrap_or(u64::MAX));
        grower.take(rows, &mut places, sample, &mut random);
        grower.grow(&mut model, &mut random);
    }
    model
}

/// [`average_path`] of 0 to `most` rows.
fn average_paths(most: usize) -> Vec<f64> {
    if most > 1 << 12 {
        // Harmonic numbers in one sum instead of one for each; compensated, so that none is less exact.
        let (mut harmonic, mut rest) = (0.0_f64, 0.0_f64);
        return (0..=most)
            .map(|n| {
                if n >= 2 {
                    let term = 1.0 / (n - 1) as f64;
                    let (sum, lost) = slo_core::stats::two_sum(harmonic, term);
                    (harmonic, rest) = (sum, rest + lost);
                    2.0 * (harmonic + rest) - 2.0 * ((n - 1) as f64 / n as f64)
                } else {
                    0.0
                }
            })
            .collect();
    }
    (0..=most).map(average_path).collect()
}

/// What is reused from tree to tree.
struct Grower {
    columns: usize,
    /// The most cuts on a way.
    height: usize,
    /// The average path among so many rows.
    paths: Vec<f64>,
    /// The rows of this tree, one after the other.
    values: Vec<f64>,
    /// The columns, in the order in which they are tried.
    order: Vec<usize>,
}

/// The rows of one node that is still to be cut.
struct Open {
    node: usize,
    begin: usize,
    end: usize,
    depth: usize,
}

#[allow(clippy::indexing_slicing, reason = "rows and columns are counted by their own lists")]
impl Grower {
    /// Copies `sample` of the rows, each set of so many as likely as any other.
    fn take(&mut self, rows: ArrayView2<'_, f64>, places: &mut [usize], sample: usize, random: &mut Random) {
        self.values.clear();
        let len = places.len();
        let mut swaps = Vec::new();
        for slot in 0..sample {
            if sample < len {
                let other = slot + below(random, len - slot);
                places.swap(slot, other);
                swaps.push(other);
            }
            self.values.extend(rows.row(places[slot]));
        }
        // Back in their order, so that the next tree does not depend on this one.
        for (slot, other) in swaps.into_iter().enumerate().rev() {
            places.swap(slot, other);
        }
    }

    fn grow(&mut self, model: &mut IsolationForestModel, random: &mut Random) {
        let columns = self.columns;
        let mut members: Vec<usize> = (0..self.values.len() / columns).collect();
        let mut tree = vec![Node::LEAF];
        let mut paths = vec![0.0];
        let mut deepest = 0;
        let mut open = vec![Open { node: 0, begin: 0, end: members.len(), depth: 0 }];
        while let Some(Open { node, begin, end, depth }) = open.pop() {
            deepest = deepest.max(depth);
            let cut = if depth < self.height { self.cut(&members[begin..end], random) } else { None };
            let Some((column, threshold)) = cut else {
                paths[node] = depth as f64 + self.paths[end - begin];
                continue;
            };
            let mut middle = begin;
            for place in begin..end {
                if self.values[members[place] * columns + column] < threshold {
                    members.swap(place, middle);
                    middle += 1;
                }
            }
            let child = tree.len();
            tree[node] = Node::inner(column, threshold, child);
            tree.extend([Node::LEAF, Node::LEAF]);
            paths.extend([0.0, 0.0]);
            open.push(Open { node: child + 1, begin: middle, end, depth: depth + 1 });
            open.push(Open { node: child, begin, end: middle, depth: depth + 1 });
        }
        model.grown(&tree, &paths, deepest);
    }

    /// A column in which the members differ, and a place to cut it that leaves some on either side; none if all are
    /// equal.
    fn cut(&mut self, members: &[usize], random: &mut Random) -> Option<(usize, f64)> {
        if members.len() < 2 {
            return None;
        }
        self.order.clear();
        self.order.extend(0..self.columns);
        for tried in 0..self.columns {
            let other = tried + below(random, self.columns - tried);
            self.order.swap(tried, other);
            let column = self.order[tried];
            let values = members.iter().map(|member| self.values[member * self.columns + column]);
            let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                (least.min(value), most.max(value))
            });
            if least < most {
                let share = random.uniform();
                let width = most - least;
                let place = if width.is_finite() {
                    least + share * width
                } else {
                    least * (1.0 - share) + most * share
                };
                return Some((column, place.clamp(least.next_up(), most)));
            }
        }
        None
    }
}

/// A whole number below `limit`.
fn below(random: &mut Random, limit: usize) -> usize {
    usize::try_from(random.below(u64::try_from(limit).unwrap_or(u64::MAX))).unwrap_or(0)
}
