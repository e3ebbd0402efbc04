//! Windows drawn from blocks of a series.

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::series::CountSeries;
use crate::stats::Random;
use crate::time::{Duration, Timestamp};

/// A series bent to a circle, and how a window is cut into blocks.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    series: &'a CountSeries,
    /// Where the first record's time begins.
    begin: Timestamp,
    /// The length of the circle, in nanoseconds.
    span: u64,
    /// Whole blocks in a window, their length, and what is left, in nanoseconds.
    whole: u64,
    block: u64,
    rest: u64,
}

impl<'a> Blocks<'a> {
    /// Refuses a series without traffic, and one shorter than two blocks.
    pub(super) fn new(series: &'a CountSeries, block: Duration, window: Duration) -> Result<Self> {
        if !series.counts().has_traffic() {
            return Err(Error::Degenerate { name: "series", reason: "holds no traffic".to_owned() });
        }
        let nanos = |duration: Duration| duration.nanos().unsigned_abs();
        let (Some(first), Some(last), Some(resolution)) =
            (series.first(), series.last(), series.resolution())
        else {
            return Err(Error::TooShort { name: "series", len: series.len(), needed: 2 });
        };
        let begin = first.saturating_sub(resolution);
        let span = nanos(last.since(begin)?);
        let (block, window) = (nanos(block), nanos(window));
        let blocks = span / block;
        if blocks < 2 {
            let len = usize::try_from(blocks).unwrap_or(usize::MAX);
            return Err(Error::TooShort { name: "blocks of the series", len, needed: 2 });
        }
        Ok(Self { series, begin, span, whole: window / block, block, rest: window % block })
    }

    /// How many blocks make a window, the last one short.
    pub(super) fn per_window(&self) -> u64 {
        self.whole + u64::from(self.rest > 0)
    }

    /// The counts of a window of blocks.
    pub(super) fn window(&self, random: &mut Random) -> Result<Counts> {
        let mut counts = Counts::default();
        for _ in 0..self.whole {
            counts = counts.merge(&self.block(random.below(self.span), self.block)?)?;
        }
        if self.rest > 0 {
            counts = counts.merge(&self.block(random.below(self.span), self.rest)?)?;
        }
        Ok(counts)
    }

    /// The counts of a block that begins so many nanoseconds after the beginning, beyond the end from the beginning on.
    fn block(&self, from: u64, length: u64) -> Result<Counts> {
        let (to, wrapped) =
            (from.saturating_add(length), (from.saturating_add(length)).checked_sub(self.span));
        let head = self.series.counts_between(self.at(from), self.at(to.min(self.span)));
        match wrapped {
            Some(beyond) if beyond > 0 => {
                head.merge(&self.series.counts_between(self.begin, self.at(beyond)))
            }
            _ => Ok(head),
        }
    }

    fn at(&self, offset: u64) -> Timestamp {
        Timestamp::from_nanos(self.begin.nanos().saturating_add_unsigned(offset))
    }
}
