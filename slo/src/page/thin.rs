//! Fewer points for a plot, no peak lost.

/// A point of a line: its place in time and its value, NaN for a gap.
pub(super) type Point = (f64, f64);

/// At most `most` points that keep the ends, the least and the greatest value of every stretch, and its gaps.
pub(super) fn thin(points: &[Point], most: usize) -> Vec<Point> {
    let stretches = (most.saturating_sub(2) / 3).max(1);
    let length = points.len().div_ceil(stretches);
    if points.len() <= most || length < 2 {
        return points.to_vec();
    }
    let inner = points.chunks(length).flat_map(extremes);
    let ends = [points.first(), points.last()];
    let mut kept: Vec<Point> = inner.chain(ends.into_iter().flatten().copied()).collect();
    kept.sort_by(|a, b| a.0.total_cmp(&b.0));
    kept.dedup_by(|a, b| a.0 == b.0);
    kept
}

/// The least, the greatest and the first missing point of a stretch.
fn extremes(stretch: &[Point]) -> impl Iterator<Item = Point> + use<> {
    let known = || stretch.iter().filter(|point| !point.1.is_nan());
    let least = known().min_by(|a, b| a.1.total_cmp(&b.1)).copied();
    let greatest = known().max_by(|a, b| a.1.total_cmp(&b.1)).copied();
    let gap = stretch.iter().find(|point| point.1.is_nan()).copied();
    [least, greatest, gap].into_iter().flatten()
}

/// The stretches between the gaps.
pub(super) fn runs(points: &[Point]) -> impl Iterator<Item = &[Point]> {
    points.split(|point| point.1.is_nan()).filter(|run| !run.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(len: u32) -> Vec<Point> {
        (0..len).map(|i| (f64::from(i), f64::from(i * 7919 % 104_729))).collect()
    }

    fn range(points: &[Point]) -> (f64, f64) {
        let values = points.iter().map(|point| point.1).filter(|value| !value.is_nan());
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    }

    #[test]
    fn short_lines_are_kept_whole() {
        for len in [0, 1, 2, 1200] {
            assert_eq!(thin(&wave(len), 1200), wave(len));
        }
    }

    #[test]
    fn long_lines_keep_their_ends_minima_and_maxima() {
        for len in [1201, 5000, 100_003] {
            let (all, kept) = (wave(len), thin(&wave(len), 1200));
            assert!(kept.len() <= 1200 && kept.len() > 300, "{len}: {}", kept.len());
            assert_eq!(range(&kept), range(&all));
            assert_eq!((kept.first(), kept.last()), (all.first(), all.last()));
            assert!(kept.is_sorted_by(|a, b| a.0 < b.0));
            // One spike of one record survives.
            let mut spiked = wave(len);
            spiked[777].1 = 1e9;
            assert!(thin(&spiked, 1200).contains(&(777.0, 1e9)));
        }
    }

    #[test]
    fn gaps_stay_gaps() {
        let mut points = wave(9000);
        for point in &mut points[4000..5000] {
            point.1 = f64::NAN;
        }
        let kept = thin(&points, 300);
        assert_eq!(runs(&kept).count(), 2);
        assert!(runs(&kept).flatten().all(|point| point.0 < 4000.0 || point.0 >= 5000.0));
        assert_eq!(runs(&[(0.0, f64::NAN)]).count(), 0);
    }
}
