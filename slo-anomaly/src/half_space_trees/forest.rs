//! Boxes in boxes, and how many rows fell into each.

use slo_core::stats::Random;

use super::HalfSpaceTrees;

/// A box of a tree; its halves stand at twice its place and one or two more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    /// Where it is halved: what is less falls into the first half. Not used in the smallest boxes.
    split: f64,
    /// In which column.
    column: u32,
    /// How many rows of the last full window fell into it.
    pub(super) reference: u32,
    /// How many of this window.
    pub(super) latest: u32,
}

/// All trees, the smallest boxes behind the others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Forest {
    height: usize,
    /// The nodes of all trees, `2^(height + 1) - 1` of each.
    pub(super) nodes: Vec<Node>,
}

impl Forest {
    /// Trees of a plan that was checked, for columns of these ranges.
    pub(super) fn new(plan: &HalfSpaceTrees, ranges: &[(f64, f64)]) -> Self {
        let mut forest =
            Self { height: plan.height, nodes: Vec::with_capacity(plan.trees << (plan.height + 1)) };
        for tree in 0..plan.trees {
            let mut random = Random::new(plan.seed, u64::try_from(tree).unwrap_or(u64::MAX));
            // A point of each column, and as far around it as the range reaches, twice.
            let work = ranges.iter().map(|(low, high)| {
                let share = random.uniform();
                let reach = 2.0 * share.max(1.0 - share);
                (between(*low, *high, share - reach), between(*low, *high, share + reach))
            });
            let work: Vec<(f64, f64)> = work.collect();
            forest.grow(&work, &mut random);
        }
        forest
    }

    /// One tree, level by level; `whole` are the ranges of its largest box.
    fn grow(&mut self, whole: &[(f64, f64)], random: &mut Random) {
        let (first, columns) = (self.nodes.len(), u64::try_from(whole.len()).unwrap_or(u64::MAX));
        let leaf = Node { split: 0.0, column: 0, reference: 0, latest: 0 };
        for place in 0..(1 << self.height) - 1 {
            let column = u32::try_from(random.below(columns)).unwrap_or(0);
            let range = whole.get(index(column)).copied().unwrap_or((0.0, 0.0));
            let (low, high) = self.narrowed(range, first, place, column);
            self.nodes.push(Node { split: f64::midpoint(low, high), column, ..leaf });
        }
        self.nodes.extend((0..1 << self.height).map(|_| leaf));
    }

    /// What the boxes around a box leave of a column's range: the smallest that halve it decide.
    #[allow(clippy::indexing_slicing, reason = "the boxes around a box stand before it")]
    fn narrowed(&self, range: (f64, f64), first: usize, place: usize, column: u32) -> (f64, f64) {
        let (mut low, mut high, mut at) = (None, None, place);
        while at > 0 {
            let (around, is_second) = ((at - 1) / 2, at % 2 == 0);
            let node = &self.nodes[first + around];
            if node.column == column {
                (if is_second { &mut low } else { &mut high }).get_or_insert(node.split);
            }
            at = around;
        }
        (low.unwrap_or(range.0), high.unwrap_or(range.1))
    }

    /// How many nodes a tree has.
    pub(super) const fn tree_len(&self) -> usize {
        (2 << self.height) - 1
    }

    /// `Σ r 2^k` over the trees, for a row of as many columns as were given.
    pub(super) fn mass(&self, row: &[f64], few: u32) -> f64 {
        self.nodes.chunks_exact(self.tree_len()).map(|tree| mass(tree, self.height, row, few)).sum()
    }

    /// As [`Forest::mass`], and counts the row.
    #[allow(clippy::indexing_slicing, reason = "a tree has a node for each half, and a row each column")]
    pub(super) fn count(&mut self, row: &[f64], few: u32) -> f64 {
        let (height, tree_len) = (self.height, self.tree_len());
        let mut total = 0.0;
        for tree in self.nodes.chunks_exact_mut(tree_len) {
            let mut at = 0;
            let (mut found, mut mass, mut share) = (false, 0.0, 1.0);
            for _ in 0..height {
                let node = &mut tree[at];
                node.latest += 1;
                if !found {
                    mass = f64::from(node.reference) * share;
                    found = node.reference <= few;
                    share *= 2.0;
                }
                at = 2 * at + 1 + usize::from(row[index(node.column)] >= node.split);
            }
            let node = &mut tree[at];
            node.latest += 1;
            total += if found { mass } else { f64::from(node.reference) * share };
        }
        total
    }

    /// Makes the window's counts the reference.
    pub(super) fn turn(&mut self) {
        for node in &mut self.nodes {
            node.reference = node.latest;
            node.latest = 0;
        }
    }
}

/// The place at a share of the way from `low` to `high`, which may lie beyond both; as far as floats reach.
fn between(low: f64, high: f64, share: f64) -> f64 {
    let place = low * (1.0 - share) + high * share;
    if place.is_finite() {
        return place;
    }
    // In halves neither part overflows, as no share lies further out than one range.
    (2.0 * (low / 2.0 * (1.0 - share) + high / 2.0 * share)).clamp(f64::MIN, f64::MAX)
}

/// `r 2^k` of one tree.
#[allow(clippy::indexing_slicing, reason = "a tree has a node for each half, and a row each column")]
fn mass(tree: &[Node], height: usize, row: &[f64], few: u32) -> f64 {
    let (mut at, mut share) = (0, 1.0);
    for _ in 0..height {
        let node = &tree[at];
        if node.reference <= few {
            return f64::from(node.reference) * share;
        }
        share *= 2.0;
        at = 2 * at + 1 + usize::from(row[index(node.column)] >= node.split);
    }
    f64::from(tree[at].reference) * share
}

#[allow(clippy::cast_possible_truncation, reason = "columns of 32 bits fit wherever their ranges do")]
const fn index(column: u32) -> usize {
    column as usize
}

#[cfg(feature = "serde")]
impl Forest {
    /// The smallest boxes, tree by tree.
    pub(super) fn leaves(&self) -> impl Iterator<Item = &Node> {
        let inner = (1 << self.height) - 1;
        self.nodes.chunks_exact(self.tree_len()).flat_map(move |tree| tree.iter().skip(inner))
    }

    /// Takes over the counts of the smallest boxes; false unless every tree counted as many rows as it should.
    pub(super) fn refill(&mut self, reference: &[u32], latest: &[u32], held: (usize, usize)) -> bool {
        let (tree_len, leaves) = (self.tree_len(), 1 << self.height);
        let trees = self.nodes.len() / tree_len;
        if reference.len() != trees * leaves || latest.len() != trees * leaves {
            return false;
        }
        let counts = reference.chunks_exact(leaves).zip(latest.chunks_exact(leaves));
        for (tree, (reference, latest)) in self.nodes.chunks_exact_mut(tree_len).zip(counts) {
            let total = |counts: &[u32]| counts.iter().map(|count| u64::from(*count)).sum::<u64>();
            let as_held = |count: u64, held: usize| usize::try_from(count) == Ok(held);
            if !(as_held(total(reference), held.0) && as_held(total(latest), held.1)) {
                return false;
            }
            for (node, (reference, latest)) in
                tree.iter_mut().skip(leaves - 1).zip(reference.iter().zip(latest))
            {
                (node.reference, node.latest) = (*reference, *latest);
            }
            for place in (0..leaves - 1).rev() {
                let half = |which: usize| tree.get(2 * place + which).copied();
                if let (Some(left), Some(right)) = (half(1), half(2))
                    && let Some(node) = tree.get_mut(place)
                {
                    node.reference = left.reference + right.reference;
                    node.latest = left.latest + right.latest;
                }
            }
        }
        true
    }
}
