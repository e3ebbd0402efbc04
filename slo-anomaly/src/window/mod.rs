//! The values before the one that is judged.

mod moments;
mod order;
mod total;

use slo_core::Result;
use slo_core::stats::Missing;

pub(crate) use moments::{FAR, MovingMoments};
pub(crate) use order::MovingOrder;
pub(crate) use total::Total;

/// What a method keeps of the last values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[allow(clippy::large_enum_variant, reason = "a detector has one window, on its hot path")]
pub(crate) enum Window {
    /// Their mean and deviation.
    Moments(MovingMoments),
    /// Their order.
    Order(MovingOrder),
}

impl Window {
    pub(crate) fn moments(length: usize, missing: Missing) -> Result<Self> {
        MovingMoments::new(length, missing).map(Self::Moments)
    }

    pub(crate) fn order(length: usize) -> Result<Self> {
        MovingOrder::new(length).map(Self::Order)
    }

    /// The mean and deviation, if that is what is kept.
    pub(crate) fn as_moments(&self) -> Option<&MovingMoments> {
        if let Self::Moments(moments) = self { Some(moments) } else { None }
    }

    /// The order, if that is what is kept.
    pub(crate) fn as_order(&self) -> Option<&MovingOrder> {
        if let Self::Order(order) = self { Some(order) } else { None }
    }

    /// Takes in the next value; one that is not finite has been admitted before.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> Result<()> {
        match self {
            Self::Moments(moments) => moments.push(value),
            Self::Order(order) => order.push(value),
        }
    }

    /// How many finite values it holds.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Moments(moments) => moments.count(),
            Self::Order(order) => order.finite().len(),
        }
    }

    /// How many places it has, and how many of them are taken.
    #[cfg(feature = "serde")]
    pub(crate) fn places(&self) -> (usize, usize) {
        match self {
            Self::Moments(moments) => moments.places(),
            Self::Order(order) => order.places(),
        }
    }
}
