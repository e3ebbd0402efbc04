//! Stretches of time that are taken away, merged.

use crate::time::Timestamp;

/// Spans `(begin, end]` that neither overlap nor touch, in order, and how long they are up to each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans {
    spans: Vec<(Timestamp, Timestamp)>,
    /// The nanoseconds of all spans before each, and of all of them.
    before: Vec<i128>,
}

impl Spans {
    /// The union of spans in any order.
    pub(crate) fn merged(mut spans: Vec<(Timestamp, Timestamp)>) -> Self {
        spans.sort_unstable();
        let mut merged: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(spans.len());
        for (begin, end) in spans {
            match merged.last_mut() {
                Some(last) if begin <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((begin, end)),
            }
        }
        let lengths = merged.iter().map(|(begin, end)| i128::from(end.nanos()) - i128::from(begin.nanos()));
        let mut before = vec![0];
        before.extend(lengths.scan(0, |sum, length| {
            *sum += length;
            Some(*sum)
        }));
        Self { spans: merged, before }
    }

    pub(crate) fn as_slice(&self) -> &[(Timestamp, Timestamp)] {
        &self.spans
    }

    /// The spans as far as they lie in `(begin, end]`.
    pub(crate) fn within(&self, begin: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let clipped = self.spans.iter().map(|span| (span.0.max(begin), span.1.min(end)));
        clipped.filter(|(begin, end)| begin < end).collect()
    }

    /// How many nanoseconds before an instant lie in a span.
    pub(crate) fn until(&self, nanos: i128) -> i128 {
        let begun = self.spans.partition_point(|(begin, _)| i128::from(begin.nanos()) < nanos);
        let Some((begin, end)) = begun.checked_sub(1).and_then(|last| self.spans.get(last)) else { return 0 };
        let within = nanos.min(i128::from(end.nanos())) - i128::from(begin.nanos());
        self.before.get(begun - 1).map_or(0, |before| before + within)
    }

    /// How many nanoseconds of `(begin, end]` lie in a span.
    pub(crate) fn between(&self, begin: i128, end: i128) -> i128 {
        self.until(end) - self.until(begin)
    }

    /// Whether a count at an instant is taken away.
    pub(crate) fn holds(&self, at: Timestamp) -> bool {
        let begun = self.spans.partition_point(|(begin, _)| *begin < at);
        begun.checked_sub(1).and_then(|last| self.spans.get(last)).is_some_and(|(_, end)| at <= *end)
    }

    /// Whether an instant is where a span begins or ends.
    pub(crate) fn has_edge(&self, at: Timestamp) -> bool {
        let begun = self.spans.partition_point(|(begin, _)| *begin < at);
        let begins = self.spans.get(begun).is_some_and(|(begin, _)| *begin == at);
        begins
            || begun.checked_sub(1).and_then(|last| self.spans.get(last)).is_some_and(|(_, end)| *end == at)
    }
}
