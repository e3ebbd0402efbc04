//! Which ranks are in the window, as bits, and where among them the k-th stands.

#![allow(
    clippy::inline_always,
    clippy::indexing_slicing,
    reason = "only what is inlined is compiled for the wider instructions; ranks lie below the length of the bitmap"
)]

/// A set of ranks: bit `r % 64` of word `r / 64`.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Makes it the empty set of ranks below `len`.
    pub(super) fn clear(&mut self, len: usize) {
        self.0.clear();
        self.0.resize(len / 64 + 1, 0);
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, rank: usize) {
        self.0[rank / 64] |= 1 << (rank % 64);
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, rank: usize) {
        self.0[rank / 64] &= !(1 << (rank % 64));
    }

    #[inline(always)]
    pub(super) fn contains(&self, rank: usize) -> bool {
        self.0[rank / 64] >> (rank % 64) & 1 == 1
    }

    /// The next rank of the set, which must exist.
    #[inline(always)]
    pub(super) fn after(&self, rank: usize) -> usize {
        let mut word = rank / 64;
        let mut bits = self.0[word] & (!0 << (rank % 64) << 1);
        while bits == 0 {
            word += 1;
            bits = self.0[word];
        }
        word * 64 + bits.trailing_zeros() as usize
    }

    /// The rank of the set before this one, which must exist.
    #[inline(always)]
    pub(super) fn before(&self, rank: usize) -> usize {
        let mut word = rank / 64;
        let mut bits = self.0[word] & !(!0 << (rank % 64));
        while bits == 0 {
            word -= 1;
            bits = self.0[word];
        }
        word * 64 + 63 - bits.leading_zeros() as usize
    }

    #[inline(always)]
    fn count(&self, word: usize) -> usize {
        self.0[word].count_ones() as usize
    }
}

/// A word of a set of ranks, and how many of the set are in the words before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    word: usize,
    below: usize,
    /// The rank that was found last, and how many of the set are below it.
    found: usize,
    lesser: usize,
}

impl Cursor {
    /// Takes note of a rank that has come into the set.
    #[inline(always)]
    pub(super) fn came(&mut self, rank: usize) {
        self.below += usize::from(rank / 64 < self.word);
        self.lesser += usize::from(rank < self.found);
    }

    /// Takes note of a rank that has left the set.
    #[inline(always)]
    pub(super) fn left(&mut self, rank: usize) {
        self.below -= usize::from(rank / 64 < self.word);
        self.lesser -= usize::from(rank < self.found);
    }

    /// The `k`-th rank of the set, from 0, which must exist.
    #[inline(always)]
    pub(super) fn seek(&mut self, bits: &Bits, k: usize) -> usize {
        // What comes often takes the place of what leaves: on its side of the rank, which then stays.
        if self.lesser == k && bits.contains(self.found) {
            return self.found;
        }
        while self.below > k {
            self.word -= 1;
            self.below -= bits.count(self.word);
        }
        loop {
            let up_to_here = self.below + bits.count(self.word);
            if up_to_here > k {
                break;
            }
            self.below = up_to_here;
            self.word += 1;
        }
        (self.found, self.lesser) = (self.word * 64 + select(bits.0[self.word], k - self.below), k);
        self.found
    }

    /// Steps back before the ranks `from..to` if it stands among them, for these are about to change places.
    pub(super) fn retreat(&mut self, bits: &Bits, from: usize, to: usize) {
        if (from..to).contains(&self.found) {
            (self.found, self.lesser) = (0, 0);
        }
        if self.word * 64 < to {
            while self.word * 64 > from {
                self.word -= 1;
                self.below -= bits.count(self.word);
            }
        }
    }
}

/// For each byte, where its k-th set bit stands.
const PLACES: [[u8; 256]; 8] = {
    let mut table = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut k) = (0_u8, 0);
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[k][byte] = bit;
                k += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};
static PLACE_IN_BYTE: [[u8; 256]; 8] = PLACES;

const ONES: u64 = 0x0101_0101_0101_0101;

/// Where the `k`-th set bit of a word stands, from 0; it must have so many.
///
/// The counts of all bytes are summed side by side, compared with `k` side by side, and a table knows the byte found.
///
/// # References
///
/// Vigna, S. (2008). Broadword implementation of rank/select queries. *Experimental Algorithms*, 154-168.
#[allow(clippy::cast_possible_truncation, reason = "all are below 256")]
#[inline(always)]
fn select(word: u64, k: usize) -> usize {
    let mut counts = word - (word >> 1 & 0x5555_5555_5555_5555);
    counts = (counts & 0x3333_3333_3333_3333) + (counts >> 2 & 0x3333_3333_3333_3333);
    counts = (counts + (counts >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let up_to = counts.wrapping_mul(ONES);
    let not_above = (((k as u64 * ONES) | (ONES << 7)) - up_to) >> 7 & ONES;
    let shift = ((not_above.wrapping_mul(ONES) >> 56) as usize * 8) & 63;
    let before = (up_to << 8 >> shift & 0xff) as usize;
    let byte = (word >> shift & 0xff) as usize;
    shift + usize::from(PLACE_IN_BYTE[(k - before) & 7][byte])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_set_bit_is_found(word: u64, mask: u64, sparse: bool) {
            let word = if sparse { word & mask } else { word | mask };
            for (k, bit) in (0..64).filter(|bit| word >> bit & 1 == 1).enumerate() {
                prop_assert_eq!(select(word, k), bit);
            }
        }

        #[test]
        fn a_cursor_finds_each_of_a_changing_set(
            changes in prop::collection::vec((0_usize..300, 0.0..1.0_f64), 1..300),
        ) {
            let mut set = std::collections::BTreeSet::new();
            let mut bits = Bits::default();
            bits.clear(300);
            let mut cursor = Cursor::default();
            for (rank, share) in changes {
                if set.remove(&rank) {
                    prop_assert!(bits.contains(rank));
                    bits.remove(rank);
                    cursor.left(rank);
                } else {
                    set.insert(rank);
                    bits.insert(rank);
                    cursor.came(rank);
                }
                if set.is_empty() {
                    continue;
                }
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the set")]
                let k = (share * set.len() as f64) as usize;
                let found = cursor.seek(&bits, k);
                prop_assert_eq!(Some(&found), set.iter().nth(k));
                if k > 0 {
                    prop_assert_eq!(Some(&bits.before(found)), set.iter().nth(k - 1));
                }
                if k + 1 < set.len() {
                    prop_assert_eq!(Some(&bits.after(found)), set.iter().nth(k + 1));
                }
            }
        }
    }

    #[test]
    fn the_first_and_the_last_bit_of_a_full_word_are_found() {
        assert_eq!((select(!0, 0), select(!0, 63), select(1 << 63, 0)), (0, 63, 63));
    }
}
