//! Trees that are grown, and the rows that they judge.

use std::fmt;

use slo_core::ndarray::ArrayView2;
use slo_core::{Error, Result};

use crate::rows::{check_rows, check_width};

/// A fork of a tree, or an end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    /// What is less goes to the first child. Infinite at an end, which is its own first child: a way stays there.
    threshold: f64,
    /// The first child, the second right behind it, counted from the beginning of the tree.
    child: u32,
    /// Which column is cut.
    column: u32,
}

impl Node {
    /// An end, whose place is not yet known.
    pub(super) const LEAF: Self = Self { threshold: f64::INFINITY, child: u32::MAX, column: 0 };

    pub(super) fn inner(column: usize, threshold: f64, child: usize) -> Self {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { threshold, child: small(child), column: small(column) }
    }
}

/// Where a tree's nodes begin, and the most forks on a way through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tree {
    begin: usize,
    height: usize,
}

/// The trees of an [`IsolationForest`](crate::IsolationForest), which judge any rows.
///
/// # Examples
///
/// ```
/// use slo_anomaly::IsolationForest;
/// use slo_core::ndarray::Array2;
///
/// let usual = Array2::from_shape_fn((300, 2), |(row, column)| ((row * 7 + column * 3) % 11) as f64);
/// let model = IsolationForest::new().fit(usual.view())?;
/// assert_eq!(model.to_string(), "100 trees of 256 rows of 2 columns");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
pub struct IsolationForestModel {
    columns: usize,
    sample: usize,
    /// The average path among so many rows.
    usual_path: f64,
    trees: Vec<Tree>,
    /// The nodes of all trees.
    nodes: Vec<Node>,
    /// By how much a way that ends at each node is longer than usual.
    paths: Vec<f64>,
}

/// How many rows pass through a tree while it is at hand.
const TILE: usize = 256;

/// How many of them at the same time: their loads do not wait for each other.
const LANES: usize = 8;

impl IsolationForestModel {
    pub(super) const fn empty(columns: usize, sample: usize, usual_path: f64) -> Self {
        Self { columns, sample, usual_path, trees: Vec::new(), nodes: Vec::new(), paths: Vec::new() }
    }

    /// Adds a tree, of which each node has the length of a way that ends there.
    pub(super) fn grown(&mut self, nodes: &[Node], paths: &[f64], height: usize) {
        self.push(nodes, height);
        self.paths.extend(paths.iter().map(|path| path - self.usual_path));
    }

    /// Adds a tree's nodes.
    fn push(&mut self, nodes: &[Node], height: usize) {
        self.trees.push(Tree { begin: self.nodes.len(), height });
        let settled = (0..)
            .zip(nodes)
            .map(|(place, node)| if node.child == u32::MAX { Node { child: place, ..*node } } else { *node });
        self.nodes.extend(settled);
    }

    /// How many numbers a row has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::array;
    ///
    /// assert_eq!(IsolationForest::new().fit(array![[1.0, 2.0, 3.0]].view())?.columns(), 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// How many trees there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::array;
    ///
    /// assert_eq!(IsolationForest::new().trees(7).fit(array![[1.0], [2.0]].view())?.trees(), 7);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn trees(&self) -> usize {
        self.trees.len()
    }

    /// How many rows each tree saw: as many as were asked for, or as there were.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::array;
    ///
    /// assert_eq!(IsolationForest::new().fit(array![[1.0], [2.0]].view())?.sample(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn sample(&self) -> usize {
        self.sample
    }

    /// The score of each row, between 0 and 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::array;
    ///
    /// // Two rows are set apart by one cut, and c(2) = 1: every score is 2^-1.
    /// let model = IsolationForest::new().fit(array![[1.0], [2.0]].view())?;
    /// assert_eq!(model.score(array![[0.0], [1.5], [9.0]].view())?, [0.5, 0.5, 0.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] for rows of another width; [`Error::TooShort`] without a row; [`Error::NonFinite`] with
    /// the place of the first row that holds a number that is not finite.
    pub fn score(&self, rows: ArrayView2<'_, f64>) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; rows.nrows()];
        self.score_into(rows, &mut scores)?;
        Ok(scores)
    }

    /// Writes the score of each row.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::array;
    ///
    /// let rows = array![[1.0], [2.0]];
    /// let mut scores = [0.0; 2];
    /// IsolationForest::new().fit(rows.view())?.score_into(rows.view(), &mut scores)?;
    /// assert_eq!(scores, [0.5, 0.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`IsolationForestModel::score`], and [`Error::LengthMismatch`] unless there is one place for each row.
    pub fn score_into(&self, rows: ArrayView2<'_, f64>, scores: &mut [f64]) -> Result<()> {
        check_width(self.columns, rows.ncols())?;
        check_rows(rows)?;
        Error::check_lengths("rows", rows.nrows(), "scores", scores.len())?;
        let mut tile = Vec::with_capacity(TILE * self.columns);
        let mut begin = 0;
        for totals in scores.chunks_mut(TILE) {
            tile.clear();
            for row in begin..begin + totals.len() {
                tile.extend(rows.row(row));
            }
            begin += totals.len();
            totals.fill(0.0);
            for (place, tree) in self.trees.iter().enumerate() {
                let end = self.trees.get(place + 1).map_or(self.nodes.len(), |next| next.begin);
                let (Some(nodes), Some(paths)) =
                    (self.nodes.get(tree.begin..end), self.paths.get(tree.begin..end))
                else {
                    continue;
                };
                walk(nodes, paths, tree.height, &tile, self.columns, totals);
            }
            for total in totals {
                *total = self.of_path(*total / self.trees.len() as f64);
            }
        }
        Ok(())
    }

    /// The score of a path that is on average so much longer than usual.
    fn of_path(&self, excess: f64) -> f64 {
        // One row alone: nothing is unusual about it.
        if self.usual_path > 0.0 { 0.5 * (-excess / self.usual_path).exp2() } else { 0.5 }
    }
}

/// Adds the length of each row's way through a tree.
#[allow(
    clippy::indexing_slicing,
    reason = "children lie in their tree and columns in a row, which growing or reading saw to"
)]
fn walk(nodes: &[Node], paths: &[f64], height: usize, tile: &[f64], columns: usize, totals: &mut [f64]) {
    let mut groups = totals.chunks_exact_mut(LANES);
    let mut row = 0;
    for group in &mut groups {
        let mut at = [0_u32; LANES];
        for _ in 0..height {
            for (lane, place) in at.iter_mut().enumerate() {
                let node = nodes[index(*place)];
                let value = tile[(row + lane) * columns + index(node.column)];
                *place = node.child + u32::from(value >= node.threshold);
            }
        }
        for (total, place) in group.iter_mut().zip(at) {
            *total += paths[index(place)];
        }
        row += LANES;
    }
    for (lane, total) in groups.into_remainder().iter_mut().enumerate() {
        let mut place = 0;
        for _ in 0..height {
            let node = nodes[index(place)];
            let value = tile[(row + lane) * columns + index(node.column)];
            place = node.child + u32::from(value >= node.threshold);
        }
        *total += paths[index(place)];
    }
}

#[allow(clippy::cast_possible_truncation, reason = "places of 32 bits fit wherever the forest does")]
const fn index(place: u32) -> usize {
    place as usize
}

impl fmt::Display for IsolationForestModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |count: usize, one: &'static str, many: &'static str| if count == 1 { one } else { many };
        let (trees, columns) = (self.trees.len(), self.columns);
        let (tree, column) = (word(trees, "tree", "trees"), word(columns, "column", "columns"));
        write!(f, "{trees} {tree} of {} rows of {columns} {column}", self.sample)
    }
}

/// A model as it is written down: the nodes of each tree.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    columns: usize,
    sample: usize,
    trees: Vec<WrittenTree>,
}

/// A tree's nodes, in three lists; an end has no column.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTree {
    columns: Vec<Option<u32>>,
    thresholds: Vec<f64>,
    children: Vec<u32>,
    excesses: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<IsolationForestModel> for Written {
    fn from(model: IsolationForestModel) -> Self {
        let mut trees = Vec::with_capacity(model.trees.len());
        for (place, tree) in model.trees.iter().enumerate() {
            let end = model.trees.get(place + 1).map_or(model.nodes.len(), |next| next.begin);
            let nodes = model.nodes.get(tree.begin..end).unwrap_or_default();
            let is_end = |node: &Node| node.threshold == f64::INFINITY;
            trees.push(WrittenTree {
                columns: nodes.iter().map(|node| (!is_end(node)).then_some(node.column)).collect(),
                thresholds: nodes
                    .iter()
                    .map(|node| if is_end(node) { 0.0 } else { node.threshold })
                    .collect(),
                children: nodes.iter().map(|node| node.child).collect(),
                excesses: model.paths.get(tree.begin..end).unwrap_or_default().to_vec(),
            });
        }
        Self { columns: model.columns, sample: model.sample, trees }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for IsolationForestModel {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let damaged = || Error::State { reason: "its trees are not ones that grow".to_owned() };
        let Written { columns, sample, trees } = written;
        if columns == 0 || !(1..=1 << 24).contains(&sample) || trees.is_empty() {
            return Err(damaged());
        }
        let mut model = Self::empty(columns, sample, super::grow::average_path(sample));
        for tree in trees {
            let count = tree.columns.len();
            let lengths = [tree.thresholds.len(), tree.children.len(), tree.excesses.len()];
            if count == 0 || lengths.iter().any(|len| *len != count) {
                return Err(damaged());
            }
            // A child stands behind its parent, so depths are known when they are asked for, and no way is endless.
            let mut depths = vec![0_usize; count];
            let mut nodes = Vec::with_capacity(count);
            let whole =
                tree.columns.iter().zip(&tree.thresholds).zip(tree.children.iter().zip(&tree.excesses));
            for (place, ((column, threshold), (child, excess))) in whole.enumerate() {
                if !(*excess >= -model.usual_path && excess.is_finite()) {
                    return Err(damaged());
                }
                let Some(column) = column else {
                    nodes.push(Node::LEAF);
                    continue;
                };
                let first = index(*child);
                let depth = depths.get(place).copied().unwrap_or(0) + 1;
                let sound = index(*column) < columns && threshold.is_finite() && first > place;
                let Some([left, right]) = depths.get_mut(first..first + 2).filter(|_| sound) else {
                    return Err(damaged());
                };
                (*left, *right) = (depth, depth);
                nodes.push(Node { threshold: *threshold, child: *child, column: *column });
            }
            let height = depths.into_iter().max().unwrap_or(0);
            model.push(&nodes, height);
            model.paths.extend(tree.excesses);
        }
        Ok(model)
    }
}
