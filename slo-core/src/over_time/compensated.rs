//! A running sum and what rounding took from it.

/// Neumaier's sum, whose compensation is dropped once the sum is infinite.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    pub(crate) const fn new(value: f64) -> Self {
        Self { sum: value, lost: 0.0 }
    }

    pub(crate) fn plus(self, value: f64) -> Self {
        let sum = self.sum + value;
        let lost = if sum.is_infinite() {
            0.0
        } else if self.sum.abs() >= value.abs() {
            self.lost + ((self.sum - sum) + value)
        } else {
            self.lost + ((value - sum) + self.sum)
        };
        Self { sum, lost }
    }

    /// The same sum of values times `factor`.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self { sum: self.sum * factor, lost: self.lost * factor }
    }

    /// The same sum of values over `divisor`.
    pub(crate) fn over(self, divisor: f64) -> Self {
        Self { sum: self.sum / divisor, lost: self.lost / divisor }
    }

    pub(crate) fn is_infinite(self) -> bool {
        self.sum.is_infinite()
    }

    pub(crate) fn value(self) -> f64 {
        self.sum + self.lost
    }
}
