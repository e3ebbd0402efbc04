//! An incident as Python describes it, for the calculus.

use pyo3::prelude::*;

use crate::core::Incident;
use crate::errors::attempt;
use crate::time::Span;
use crate::values::{Number, Row};

/// The incident of these parts.
pub(super) fn incident(
    error_ratio: Number,
    baseline: Number,
    lasting: Option<Span>,
    traffic: Option<Vec<Row<(Span, Number)>>>,
    every: Option<Span>,
    lag: Option<Span>,
) -> PyResult<Incident> {
    attempt(|| {
        let mut incident = Incident::new(error_ratio.0)?.baseline(baseline.0)?;
        if let Some(lasting) = lasting {
            incident = incident.lasting(lasting.0)?;
        }
        if let Some(traffic) = traffic {
            let steps: Vec<_> = traffic.into_iter().map(|Row((from, rate))| (from.0, rate.0)).collect();
            incident = incident.traffic(steps)?;
        }
        if let Some(every) = every {
            incident = incident.every(every.0)?;
        }
        if let Some(lag) = lag {
            incident = incident.lag(lag.0)?;
        }
        Ok(incident)
    })
}
