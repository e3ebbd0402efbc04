//! Eigenvalues and eigenvectors of a symmetric matrix.

/// A symmetric matrix as rows.
pub(super) type Rows = Vec<Vec<f64>>;

/// Iterations for one eigenvalue; two are usual.
const PATIENCE: usize = 64;

/// The eigenvalues of a symmetric matrix, greatest first, each with its unit vector, whose largest part is positive.
///
/// By reflections to a matrix of three diagonals, then by implicit QL steps with Wilkinson's shifts.
///
/// # References
///
/// Golub, G. H., Van Loan, C. F. (2013). *Matrix Computations*, 4th edition. Johns Hopkins, sections 8.3.1 and 8.3.3.
/// Dubrulle, A., Martin, R. S., Wilkinson, J. H. (1968). The implicit QL algorithm. *Numerische Mathematik* 12, 377-383.
pub(super) fn symmetric(mut matrix: Rows) -> Vec<(f64, Vec<f64>)> {
    let size = matrix.len();
    let identity = |row: usize| (0..size).map(|column| f64::from(u8::from(row == column))).collect();
    let mut vectors: Rows = (0..size).map(identity).collect();
    let (mut diagonal, mut beside) = tridiagonal(&mut matrix, &mut vectors);
    diagonalise(&mut diagonal, &mut beside, &mut vectors);
    let mut pairs: Vec<(f64, Vec<f64>)> = diagonal.into_iter().zip(vectors).collect();
    pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
    for (_, vector) in &mut pairs {
        let largest =
            vector.iter().copied().fold(0.0, |l: f64, part| if part.abs() > l.abs() { part } else { l });
        if largest < 0.0 {
            for part in vector {
                *part = -*part;
            }
        }
    }
    pairs
}

/// Reflects the matrix to its diagonal and the one beside it; `vectors` takes in the reflections as its rows.
#[allow(clippy::indexing_slicing, reason = "all rows and columns are of one size")]
fn tridiagonal(matrix: &mut Rows, vectors: &mut Rows) -> (Vec<f64>, Vec<f64>) {
    let size = matrix.len();
    let mut beside = vec![0.0; size];
    for step in 0..size.saturating_sub(1) {
        // The part of the column below the diagonal becomes one number.
        let mut normal: Vec<f64> = (step + 1..size).map(|row| matrix[row][step]).collect();
        let length = normal.iter().map(|part| part * part).sum::<f64>().sqrt();
        let rest: f64 = normal[1..].iter().map(|part| part * part).sum();
        if rest == 0.0 {
            beside[step] = normal[0];
            continue;
        }
        let reflected = -length.copysign(normal[0]);
        normal[0] -= reflected;
        let factor = 2.0 / (normal[0] * normal[0] + rest);
        beside[step] = reflected;
        let tail = step + 1..size;
        let mut image: Vec<f64> =
            tail.clone().map(|row| factor * dot(&matrix[row][step + 1..], &normal)).collect();
        let share = 0.5 * factor * dot(&image, &normal);
        image.iter_mut().zip(&normal).for_each(|(image, normal)| *image -= share * normal);
        for (place, row) in tail.clone().enumerate() {
            let (p, q) = (normal[place], image[place]);
            for ((value, normal), image) in matrix[row][step + 1..].iter_mut().zip(&normal).zip(&image) {
                *value -= p * image + q * normal;
            }
        }
        // The rows of `vectors` are the columns of the product of all reflections.
        let mut along = vec![0.0; size];
        for (normal, row) in normal.iter().zip(&vectors[tail.clone()]) {
            along.iter_mut().zip(row).for_each(|(along, value)| *along += factor * normal * value);
        }
        for (normal, row) in normal.iter().zip(&mut vectors[tail]) {
            row.iter_mut().zip(&along).for_each(|(value, along)| *value -= normal * along);
        }
    }
    ((0..size).map(|place| matrix[place][place]).collect(), beside)
}

/// Turns what stands beside the diagonal to zero; each turn is that of two rows of `vectors`.
#[allow(clippy::indexing_slicing, reason = "all are of one size")]
fn diagonalise(diagonal: &mut [f64], beside: &mut [f64], vectors: &mut Rows) {
    let size = diagonal.len();
    for first in 0..size {
        for _ in 0..PATIENCE {
            let small = |place: &usize| {
                beside[*place].abs() <= f64::EPSILON * (diagonal[*place].abs() + diagonal[place + 1].abs())
            };
            let last = (first..size - 1).find(small).unwrap_or(size - 1);
            if last == first {
                break;
            }
            let half = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside[first]);
            let root = (half * half + 1.0).sqrt();
            let mut bulge = diagonal[last] - diagonal[first] + beside[first] / (half + root.copysign(half));
            let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
            let mut split = false;
            for place in (first..last).rev() {
                let (far, near) = (sine * beside[place], cosine * beside[place]);
                let length = (far * far + bulge * bulge).sqrt();
                beside[place + 1] = length;
                if length == 0.0 {
                    diagonal[place + 1] -= shift;
                    beside[last] = 0.0;
                    split = true;
                    break;
                }
                (sine, cosine) = (far / length, bulge / length);
                bulge = diagonal[place + 1] - shift;
                let turned = (diagonal[place] - bulge) * sine + 2.0 * cosine * near;
                shift = sine * turned;
                diagonal[place + 1] = bulge + shift;
                bulge = cosine * turned - near;
                let (upper, lower) = vectors.split_at_mut(place + 1);
                for (a, b) in upper[place].iter_mut().zip(&mut lower[0]) {
                    (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
                }
            }
            if !split {
                diagonal[first] -= shift;
                beside[first] = bulge;
                beside[last] = 0.0;
            }
        }
    }
}

/// `Σ a_i b_i` in eight lanes.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let len = a.len().min(b.len());
    let (a, a_rest) = a.split_at(len).0.as_chunks::<8>();
    let (b, b_rest) = b.split_at(len).0.as_chunks::<8>();
    let mut lanes = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}
