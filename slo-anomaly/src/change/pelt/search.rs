//! The search for any cost.

/// For each number `t` of first values, where the last segment of their cheapest division begins.
///
/// `cost` is of the values from its first argument to before its second, at least `min_size` of them. `len` is at least
/// `min_size`.
pub(super) fn search(
    len: usize,
    penalty: f64,
    min_size: usize,
    cost: impl Fn(usize, usize) -> f64,
) -> Vec<u32> {
    let mut cheapest = vec![f64::INFINITY; len + 1];
    let mut lasts = vec![0_u32; len + 1];
    if let Some(nothing) = cheapest.first_mut() {
        *nothing = 0.0;
    }
    // Where a last segment may begin, and from which end on it may not.
    let mut candidates: Vec<Candidate> = Vec::new();
    for end in min_size..=len {
        let begin = end - min_size;
        let before = cheapest.get(begin).copied().unwrap_or(f64::INFINITY);
        if before.is_finite() {
            // The first segment is no change.
            let until = usize::MAX;
            let before = if begin == 0 { 0.0 } else { before + penalty };
            candidates.push(Candidate { begin, before, until, whole: 0.0 });
        }
        candidates.retain(|candidate| candidate.until > end);
        let mut best = (f64::INFINITY, 0);
        for candidate in &mut candidates {
            candidate.whole = candidate.before + cost(candidate.begin, end);
            if candidate.whole < best.0 {
                best = (candidate.whole, candidate.begin);
            }
        }
        if let (Some(to_cheapest), Some(to_last)) = (cheapest.get_mut(end), lasts.get_mut(end)) {
            *to_cheapest = best.0;
            *to_last = u32::try_from(best.1).unwrap_or(0);
        }
        // A change here saves more than it costs, as soon as the segment after it is long enough.
        let limit = best.0 + penalty;
        for candidate in &mut candidates {
            if candidate.whole > limit && candidate.until == usize::MAX {
                candidate.until = end.saturating_add(min_size);
            }
        }
    }
    lasts
}

/// A place where the last segment may begin.
struct Candidate {
    begin: usize,
    /// What lies before costs this, the change here with it.
    before: f64,
    /// From this end on, a later change is better.
    until: usize,
    /// The cost of everything up to the end under consideration.
    whole: f64,
}
