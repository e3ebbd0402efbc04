//! A model that is taken along a series, from origin to origin.

use slo_core::{Error, Result};

use super::{Refit, Window};
use crate::forecaster::{Forecaster, Model};

/// A model on its way along a series: it never sees a value at or after the origin it stands at.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    method: &'a dyn Forecaster,
    values: &'a [f64],
    window: Window,
    refit: Refit,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    model: Box<dyn Model>,
    /// How many values of the series the model knows of, or has left behind.
    known: usize,
    /// How many origins it has served.
    served: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(method: &'a dyn Forecaster, values: &'a [f64], window: Window, refit: Refit) -> Self {
        Self { method, values, window, refit, current: None }
    }

    /// The model at an origin, which lies at or after the last one, and whether it was fitted there.
    pub(crate) fn at(&mut self, origin: usize) -> Result<(&dyn Model, bool)> {
        let due = match (&self.current, self.refit) {
            (None, _) | (_, Refit::Every) => true,
            (Some(current), Refit::EveryNth(n)) => current.served >= n,
            (Some(_), Refit::Never) => false,
        };
        let taken = match self.current.take() {
            Some(current) if !due => self.updated(current, origin)?,
            _ => {
                let train = self.training_part(origin);
                Current { model: self.method.fit(train)?, known: origin, served: 0 }
            }
        };
        let current = self.current.insert(taken);
        current.served += 1;
        Ok((current.model.as_ref(), due))
    }

    /// What a model that is fitted at an origin is fitted to.
    pub(crate) fn training_part(&self, origin: usize) -> &'a [f64] {
        self.values.get(self.window.start(origin)..origin).unwrap_or_default()
    }

    /// The values from a place on that a forecast is held against.
    pub(crate) fn coming(&self, place: usize, horizon: usize) -> &'a [f64] {
        self.values.get(place..place.saturating_add(horizon)).unwrap_or_default()
    }

    fn updated(&self, mut current: Current, origin: usize) -> Result<Current> {
        let new = self.values.get(current.known..origin).unwrap_or_default();
        let name = current.model.name();
        let Some(online) = current.model.as_online() else {
            return Err(Error::Unsupported {
                what: format!("a {name} model that is never fitted again"),
                reason: "it takes no further values; let it be refitted at every origin".to_owned(),
            });
        };
        new.iter().try_for_each(|value| online.update(*value))?;
        current.known = origin;
        Ok(current)
    }
}
