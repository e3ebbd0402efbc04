//! How many values a window holds, and whether an infinity is among them.

/// Counts over the places of a window.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Census {
    finite: usize,
    infinite: usize,
}

impl Census {
    pub(super) fn come(&mut self, value: f64) {
        self.finite += usize::from(value.is_finite());
        self.infinite += usize::from(value.is_infinite());
    }

    pub(super) fn leave(&mut self, value: f64) {
        self.finite -= usize::from(value.is_finite());
        self.infinite -= usize::from(value.is_infinite());
    }

    /// How many values there are, if these are enough and none is infinite.
    pub(super) fn count(self, min_count: usize) -> Option<usize> {
        (self.infinite == 0 && self.finite >= min_count).then_some(self.finite)
    }
}
