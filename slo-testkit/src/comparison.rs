//! How far one float lies from another, and whether that is near enough.

use std::fmt;

/// How far `actual` may lie from `expected`.
#[derive(Clone, Copy)]
pub(crate) enum Tolerance {
    /// `|actual - expected| / |expected|` is at most this.
    Relative(f64),
    /// `|actual - expected|` is at most this.
    Absolute(f64),
}

impl Tolerance {
    /// Refuses a tolerance under which the assert would mean nothing.
    #[track_caller]
    pub(crate) fn check(self) {
        match self {
            Self::Relative(most) => {
                assert!((0.0..1.0).contains(&most), "the relative tolerance {most:?} lies outside [0, 1)");
            }
            Self::Absolute(most) => {
                let meaningful = most >= 0.0 && most.is_finite();
                assert!(meaningful, "the absolute tolerance {most:?} is not a finite number of at least 0");
            }
        }
    }
}

/// One comparison, which prints as the sentence a failing assert shows.
#[derive(Clone, Copy)]
pub(crate) struct Comparison {
    pub(crate) actual: f64,
    pub(crate) expected: f64,
    pub(crate) tolerance: Tolerance,
}

impl Comparison {
    /// `|actual - expected|`: 0 for equal infinities, NaN where either is NaN.
    fn absolute_error(self) -> f64 {
        if self.actual == self.expected { 0.0 } else { (self.actual - self.expected).abs() }
    }

    /// `|actual - expected| / |expected|`: infinite where only `expected` is 0, or where the distance is infinite.
    fn relative_error(self) -> f64 {
        let error = self.absolute_error();
        if error == 0.0 || error.is_infinite() { error } else { error / self.expected.abs() }
    }

    /// The error in the measure of the tolerance.
    pub(crate) fn error(self) -> f64 {
        match self.tolerance {
            Tolerance::Relative(_) => self.relative_error(),
            Tolerance::Absolute(_) => self.absolute_error(),
        }
    }

    pub(crate) fn is_close(self) -> bool {
        match self.tolerance {
            Tolerance::Relative(most) | Tolerance::Absolute(most) => self.error() <= most,
        }
    }

    pub(crate) fn is_nan_twice(self) -> bool {
        self.actual.is_nan() && self.expected.is_nan()
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (absolute, relative) = (self.absolute_error(), self.relative_error());
        write!(f, "actual {:?}, expected {:?}: ", self.actual, self.expected)?;
        match self.tolerance {
            Tolerance::Relative(most) => {
                write!(
                    f,
                    "relative error {relative:.3e} (absolute {absolute:.3e}), tolerance {most:e} relative"
                )
            }
            Tolerance::Absolute(most) => {
                write!(
                    f,
                    "absolute error {absolute:.3e} (relative {relative:.3e}), tolerance {most:e} absolute"
                )
            }
        }
    }
}
