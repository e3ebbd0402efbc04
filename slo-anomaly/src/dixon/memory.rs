//! Critical values that were asked for lately.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::distribution::DixonDistribution;
use crate::verdict::Side;

/// How many are kept, of all threads together.
const KEPT: usize = 128;

/// What a critical value belongs to: the distribution, the bits of the level, and the sides.
type Key = (DixonDistribution, u64, Side);

static LATELY: Mutex<VecDeque<(Key, f64)>> = Mutex::new(VecDeque::new());

/// A critical value, from memory where it was computed lately.
pub(super) fn recall(
    distribution: DixonDistribution,
    level: f64,
    side: Side,
    compute: impl FnOnce() -> f64,
) -> f64 {
    let key = (distribution, level.to_bits(), side);
    // Each change is whole before the lock is left, which no thread holds while it computes.
    let known = LATELY
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .find(|(kept, _)| *kept == key)
        .map(|(_, value)| *value);
    known.unwrap_or_else(|| {
        let value = compute();
        let mut lately = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
        lately.truncate(KEPT - 1);
        lately.push_front((key, value));
        value
    })
}

#[cfg(test)]
mod tests {
    use super::super::ratio::DixonRatio;
    use super::*;

    #[test]
    fn what_is_recalled_is_what_was_computed_and_memory_is_bounded() {
        let law = DixonDistribution::new(DixonRatio::R10, 5).unwrap();
        for level in (0_u32..1000).map(f64::from) {
            assert_eq!(recall(law, level, Side::Both, || level + 0.5), level + 0.5);
            assert_eq!(recall(law, level, Side::Both, || f64::NAN), level + 0.5);
            // The other side is another question.
            assert_eq!(recall(law, level, Side::Upper, || level + 0.25), level + 0.25);
        }
        let lately = LATELY.lock().unwrap();
        assert!(lately.len() <= KEPT && lately.capacity() <= 4 * KEPT);
    }
}
