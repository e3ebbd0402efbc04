//! What a method adds to a moving baseline.

#![allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detector::Detector;
use crate::dixon::Dixon;
use crate::esd::GeneralizedEsd;
use crate::grubbs::{self, Grubbs};
use crate::mad::Mad;
use crate::multiplicity::Multiplicity;
use crate::test_result::Exactness;
use crate::three_sigma::{Censoring, Estimate, ThreeSigma};
use crate::tukey::{Fences, Tukey};
use crate::verdict::{Baseline, Reason, Verdict};
use crate::window::Window;

/// A method that judges a value by a window of others.
pub(crate) trait Windowed: Detector {
    /// What a value means that is not finite.
    fn missing(&self) -> Missing;

    /// Refuses what the method cannot do in a window of this length.
    fn check_window(&self, _length: usize) -> Result<()> {
        Ok(())
    }

    /// The window that the method judges by, empty.
    fn window(&self, length: usize) -> Result<Window> {
        Window::order(length)
    }

    /// What the size of a score must exceed with a baseline of `n` values.
    fn threshold(&self, n: usize) -> f64;

    /// The verdict on a value with a window of `n` values, two or more, and the threshold for so many.
    ///
    /// By a window that is not the method's there is none: a stream has its method's, and none else is restored.
    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        counted: (usize, f64),
        censoring: Censoring,
    ) -> Verdict;

    /// How far from the baseline's centre the value lies that just does not exceed the limit.
    fn reach(&self, _score: f64, threshold: f64, baseline: Baseline) -> f64 {
        baseline.scale * threshold
    }
}

impl Censoring {
    /// How exact a tail is that is exact with every value in the window.
    const fn exactness(self) -> Exactness {
        match self {
            Self::None => Exactness::Exact,
            Self::Flagged => Exactness::Approximate,
        }
    }
}

impl Windowed for ThreeSigma {
    fn missing(&self) -> Missing {
        self.missing
    }

    fn check_window(&self, _: usize) -> Result<()> {
        if self.multiplicity != Multiplicity::Each {
            let reason = "is of a whole sample; of a series nobody knows how many values will come";
            return Err(Error::invalid("multiplicity", self.multiplicity, reason));
        }
        Ok(())
    }

    fn window(&self, length: usize) -> Result<Window> {
        if self.scale.is_deviation() { Window::moments(length, self.missing) } else { Window::order(length) }
    }

    fn threshold(&self, n: usize) -> f64 {
        self.threshold(n)
    }

    #[inline(always)]
    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (_, threshold): (usize, f64),
        censoring: Censoring,
    ) -> Verdict {
        let (distance, baseline) = match window {
            Window::Moments(moments) => moments.compare(place.1),
            Window::Order(order) => order.compare(self.scale, place.1),
        };
        self.verdict(place, Estimate { distance, baseline }, threshold, censoring)
    }
}

impl Windowed for Mad {
    fn missing(&self) -> Missing {
        self.missing
    }

    fn threshold(&self, _: usize) -> f64 {
        self.k
    }

    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (n, threshold): (usize, f64),
        _: Censoring,
    ) -> Verdict {
        let Some(order) = window.as_order() else { return without(place, (n, threshold)) };
        match order.bounded() {
            Some(sorted) => self.verdict(place, sorted),
            None => Verdict::withheld(place, threshold, Reason::Unbounded, n),
        }
    }
}

impl Windowed for Tukey {
    fn missing(&self) -> Missing {
        self.missing
    }

    fn check_window(&self, _: usize) -> Result<()> {
        if self.fences != Fences::Symmetric {
            let reason = "follow the skewness of a whole sample; a window has symmetric ones";
            return Err(Error::invalid("fences", self.fences, reason));
        }
        Ok(())
    }

    fn threshold(&self, _: usize) -> f64 {
        self.fence
    }

    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (n, threshold): (usize, f64),
        _: Censoring,
    ) -> Verdict {
        let Some(order) = window.as_order() else { return without(place, (n, threshold)) };
        self.verdict(place, order.quartiles(self.quartiles), n)
    }

    /// The centre is the middle of a box as wide as the scale.
    fn reach(&self, _: f64, threshold: f64, baseline: Baseline) -> f64 {
        baseline.scale * (threshold + 0.5)
    }
}

impl Windowed for Grubbs {
    fn missing(&self) -> Missing {
        self.missing
    }

    fn window(&self, length: usize) -> Result<Window> {
        Window::moments(length, self.missing)
    }

    fn threshold(&self, n: usize) -> f64 {
        self.threshold(n.max(2).saturating_add(1))
    }

    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (n, threshold): (usize, f64),
        censoring: Censoring,
    ) -> Verdict {
        let Some(moments) = window.as_moments() else { return without(place, (n, threshold)) };
        let (distance, others) = moments.compare(place.1);
        self.newest(place, distance, others, threshold, censoring.exactness())
    }

    fn reach(&self, _: f64, threshold: f64, baseline: Baseline) -> f64 {
        let Baseline { scale, n, .. } = baseline;
        scale * grubbs::distance(threshold, n)
    }
}

impl Windowed for GeneralizedEsd {
    fn missing(&self) -> Missing {
        self.missing
    }

    fn threshold(&self, n: usize) -> f64 {
        self.threshold(n.max(2).saturating_add(1))
    }

    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (n, threshold): (usize, f64),
        _: Censoring,
    ) -> Verdict {
        let Some(order) = window.as_order() else { return without(place, (n, threshold)) };
        match order.bounded().filter(|_| place.1.is_finite()) {
            Some(sorted) => self.newest(place, sorted),
            None => Verdict::withheld(place, threshold, Reason::Unbounded, n),
        }
    }

    fn reach(&self, _: f64, threshold: f64, baseline: Baseline) -> f64 {
        let Baseline { scale, n, .. } = baseline;
        scale * grubbs::distance(threshold, n)
    }
}

impl Windowed for Dixon {
    fn missing(&self) -> Missing {
        Missing::Error
    }

    fn check_window(&self, length: usize) -> Result<()> {
        Self::check_window(length)
    }

    fn threshold(&self, n: usize) -> f64 {
        self.threshold(n)
    }

    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (n, threshold): (usize, f64),
        censoring: Censoring,
    ) -> Verdict {
        let Some(order) = window.as_order() else { return without(place, (n, threshold)) };
        self.verdict(place, order.finite(), threshold, censoring.exactness())
    }

    /// The centre is where the gap begins, the scale the range with the gap: what is left of it stands.
    fn reach(&self, score: f64, threshold: f64, baseline: Baseline) -> f64 {
        baseline.scale * (1.0 - score.abs()) * threshold / (1.0 - threshold)
    }
}

/// What a value gets that has no window to be judged by.
fn without(place: (usize, f64), (n, threshold): (usize, f64)) -> Verdict {
    Verdict::withheld(place, threshold, Reason::WarmingUp, n)
}

/// The methods in one type.
macro_rules! methods {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// A method that has a causal form.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "snake_case")
        )]
        pub(crate) enum Method {
            $($(#[$doc])+ $name($name),)+
        }

        // Written out, so that each method is compiled into the loop that asks it.
        impl Method {
            pub(crate) fn as_detector(&self) -> &dyn Detector {
                match self { $(Self::$name(method) => method,)+ }
            }

            pub(crate) fn missing(&self) -> Missing {
                match self { $(Self::$name(method) => Windowed::missing(method),)+ }
            }

            pub(crate) fn check_window(&self, length: usize) -> Result<()> {
                match self { $(Self::$name(method) => Windowed::check_window(method, length),)+ }
            }

            pub(crate) fn window(&self, length: usize) -> Result<Window> {
                match self { $(Self::$name(method) => Windowed::window(method, length),)+ }
            }

            pub(crate) fn threshold(&self, n: usize) -> f64 {
                match self { $(Self::$name(method) => Windowed::threshold(method, n),)+ }
            }

            #[inline(always)]
            pub(crate) fn judge(
                &self,
                place: (usize, f64),
                window: &Window,
                counted: (usize, f64),
                censoring: Censoring,
                length: usize,
            ) -> Verdict {
                // Moved in each arm, so that the verdict of one that is compiled in here need not lie in memory
                // because those of the others do.
                match self { $(
                    Self::$name(method) => Windowed::judge(method, place, window, counted, censoring).over(length),
                )+ }
            }

            pub(crate) fn reach(&self, score: f64, threshold: f64, baseline: Baseline) -> f64 {
                match self { $(Self::$name(method) => Windowed::reach(method, score, threshold, baseline),)+ }
            }
        }

        $(
            impl From<$name> for Method {
                fn from(method: $name) -> Self {
                    Self::$name(method)
                }
            }
        )+
    };
}

methods! {
    /// Distances from the mean, or the median.
    ThreeSigma,
    /// Distances from the median.
    Mad,
    /// Distances from the box.
    Tukey,
    /// Grubbs' test of the newest value.
    Grubbs,
    /// Rosner's test of the window and the newest value.
    GeneralizedEsd,
    /// The gap beside the value.
    Dixon,
}
