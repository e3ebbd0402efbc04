//! What is known of the inverse of the second derivatives, from the steps taken.
#![allow(clippy::indexing_slicing, reason = "every index counts the variables, which all slices have one of")]

use std::collections::VecDeque;

/// Variables up to which all products of two are kept; beyond, the last steps are.
const DENSE: usize = 128;

/// Steps that are kept for many variables.
const STEPS: usize = 24;

/// The inverse of the second derivatives, by the formula of Broyden, Fletcher, Goldfarb and Shanno.
///
/// # References
///
/// Nocedal, J., Wright, S. J. (2006). *Numerical Optimization*, 2nd edition, equations 6.17 and 7.19, algorithm 7.4.
#[derive(Debug)]
pub(super) struct InverseHessian {
    /// Where the formula starts.
    diagonal: Vec<f64>,
    /// Whether the diagonal was known beforehand.
    informed: bool,
    updates: usize,
    kind: Kind,
    scratch: Scratch,
}

/// Memory of one direction.
#[derive(Debug, Default)]
struct Scratch {
    /// The negative gradient of the free variables; a product with a change of the gradient.
    vector: Vec<f64>,
    /// The variables that are held, the columns and the square block that belong to them, and what they pull with.
    active: Vec<usize>,
    columns: Vec<f64>,
    matrix: Vec<f64>,
    right: Vec<f64>,
}

#[derive(Debug)]
enum Kind {
    /// Row after row.
    Dense(Vec<f64>),
    /// Pairs of a step and its change of the gradient, with one over their product; the last at the end.
    Limited(VecDeque<(Vec<f64>, Vec<f64>, f64)>),
}

/// The sum of products, in four sums beside each other.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (left, right) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| a * b).sum();
    let lanes = left.zip(right).fold([0.0; 4], |mut lanes, (a, b)| {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
        lanes
    });
    lanes.iter().sum::<f64>() + rest
}

/// The product of a symmetric matrix with a vector, as the sum of its rows.
fn times_dense(rows: &[f64], vector: &[f64], product: &mut [f64]) {
    product.fill(0.0);
    for (row, weight) in rows.chunks_exact(vector.len()).zip(vector) {
        if *weight != 0.0 {
            add(product, *weight, row);
        }
    }
}

impl InverseHessian {
    pub(super) fn new(variables: usize, known: &[f64]) -> Self {
        let informed = known.len() == variables;
        let diagonal = if informed { known.to_vec() } else { vec![1.0; variables] };
        let kind = if variables <= DENSE { Kind::Dense(Vec::new()) } else { Kind::Limited(VecDeque::new()) };
        let scratch = Scratch { vector: vec![0.0; variables], ..Scratch::default() };
        let mut inverse = Self { diagonal, informed, updates: 0, kind, scratch };
        inverse.forget();
        inverse
    }

    /// Whether it knows no step.
    pub(super) fn is_fresh(&self) -> bool {
        self.updates == 0
    }

    /// Whether its size means something: from a step, or from what was known before.
    pub(super) fn has_scale(&self) -> bool {
        self.informed || self.updates > 0
    }

    /// Goes back to the diagonal.
    pub(super) fn forget(&mut self) {
        let variables = self.scratch.vector.len();
        self.updates = 0;
        match &mut self.kind {
            Kind::Dense(rows) => {
                rows.clear();
                rows.resize(variables * variables, 0.0);
                for (i, value) in self.diagonal.iter().enumerate() {
                    rows[i * variables + i] = *value;
                }
            }
            Kind::Limited(pairs) => pairs.clear(),
        }
    }

    /// Takes a step and the change of the gradient along it, unless they contradict a minimum.
    pub(super) fn learn(&mut self, step: &[f64], change: &[f64]) {
        let (product, squares) = (dot(step, change), dot(change, change));
        // The rounding of a product of two vectors is of this order: less is no curvature.
        if product <= 1e-12 * (dot(step, step) * squares).sqrt() {
            return;
        }
        if !self.has_scale() {
            self.diagonal.fill(product / squares);
            self.forget();
        }
        self.updates += 1;
        match &mut self.kind {
            Kind::Dense(rows) => learn_dense(rows, step, change, product, &mut self.scratch.vector),
            Kind::Limited(pairs) => {
                if pairs.len() == STEPS {
                    pairs.pop_front();
                }
                pairs.push_back((step.to_vec(), change.to_vec(), product.recip()));
            }
        }
    }

    /// The direction `-H g` among the variables that are free, the held ones staying where they are.
    ///
    /// ```text
    /// (B_FF)⁻¹ = H_FF - H_FA (H_AA)⁻¹ H_AF,   H = B⁻¹
    /// ```
    pub(super) fn direction(&mut self, gradient: &[f64], held: &[bool], direction: &mut [f64]) {
        let Self { diagonal, kind, scratch, .. } = self;
        let Scratch { vector, active, columns, matrix, right } = scratch;
        let variables = gradient.len();
        for ((out, g), held) in vector.iter_mut().zip(gradient).zip(held) {
            *out = if *held { 0.0 } else { -g };
        }
        kind.times(diagonal, vector, direction);
        active.clear();
        active.extend((0..variables).filter(|i| held[*i]));
        columns.resize(active.len() * variables, 0.0);
        for (place, column) in active.iter().zip(columns.chunks_exact_mut(variables)) {
            if let Kind::Dense(rows) = kind {
                // The matrix is symmetric.
                column.copy_from_slice(&rows[place * variables..(place + 1) * variables]);
            } else {
                vector.fill(0.0);
                vector[*place] = 1.0;
                kind.times(diagonal, vector, column);
            }
        }
        matrix.clear();
        right.clear();
        for row in active.iter() {
            matrix.extend(columns.chunks_exact(variables).map(|column| column[*row]));
            right.push(direction[*row]);
        }
        solve_positive(matrix, right);
        for (weight, column) in right.iter().zip(columns.chunks_exact(variables)) {
            add(direction, -weight, column);
        }
        for place in active.iter() {
            direction[*place] = 0.0;
        }
    }
}

impl Kind {
    /// Its product with a vector, the diagonal being the matrix before all steps.
    fn times(&self, diagonal: &[f64], vector: &[f64], product: &mut [f64]) {
        match self {
            Kind::Dense(rows) => times_dense(rows, vector, product),
            Kind::Limited(pairs) => {
                product.copy_from_slice(vector);
                let mut weights = Vec::with_capacity(pairs.len());
                for (step, change, inverse) in pairs.iter().rev() {
                    let weight = inverse * dot(step, product);
                    add(product, -weight, change);
                    weights.push(weight);
                }
                for (out, value) in product.iter_mut().zip(diagonal) {
                    *out *= value;
                }
                for ((step, change, inverse), weight) in pairs.iter().zip(weights.iter().rev()) {
                    add(product, weight - inverse * dot(change, product), step);
                }
            }
        }
    }
}

/// `target += weight · vector`.
fn add(target: &mut [f64], weight: f64, vector: &[f64]) {
    for (out, value) in target.iter_mut().zip(vector) {
        *out += weight * value;
    }
}

fn learn_dense(rows: &mut [f64], step: &[f64], change: &[f64], product: f64, image: &mut [f64]) {
    let variables = step.len();
    times_dense(rows, change, image);
    let outer = (1.0 + dot(change, image) / product) / product;
    for (i, row) in rows.chunks_exact_mut(variables).enumerate() {
        let (by_step, by_image) = (outer * step[i] - image[i] / product, -step[i] / product);
        for ((value, s), h) in row.iter_mut().zip(step).zip(&*image) {
            *value += by_step * s + by_image * h;
        }
    }
}

/// Solves a system with a positive definite matrix by elimination, which needs no exchange of rows; the solution is
/// written where the right side was.
fn solve_positive(matrix: &mut [f64], right: &mut [f64]) {
    let size = right.len();
    for pivot in 0..size {
        let (done, below) = matrix.split_at_mut((pivot + 1) * size);
        let row_of_pivot = &done[pivot * size..];
        for (row, place) in below.chunks_exact_mut(size).zip(pivot + 1..) {
            let factor = row[pivot] / row_of_pivot[pivot];
            add(row, -factor, row_of_pivot);
            right[place] -= factor * right[pivot];
        }
    }
    for (place, row) in matrix.chunks_exact(size.max(1)).enumerate().rev() {
        let rest = dot(&row[place + 1..], &right[place + 1..]);
        right[place] = (right[place] - rest) / row[place];
    }
}
