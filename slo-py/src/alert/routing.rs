//! Who is told of which severity.

use std::collections::BTreeMap;

use pyo3::prelude::*;

use crate::core;
use crate::errors::guard;
use crate::record::record_class;

/// Severities and the channels that are told of them: a table, and no sending.
///
/// Args:
///     routes: for each severity its channels; no entry if None.
///     otherwise: the channels of any other severity; none if None.
///
/// Examples:
///     >>> routing = slo.Routing({"page": ["on-call", "chat"]}, otherwise=["chat"])
///     >>> routing.channels("page"), routing.channels("ticket")
///     (['on-call', 'chat'], ['chat'])
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Routing(core::Routing);

record_class! { Routing(core::Routing): "The table" {
    #[new]
    #[pyo3(signature = (routes=None, otherwise=None))]
    fn new(routes: Option<BTreeMap<String, Vec<String>>>, otherwise: Option<Vec<String>>) -> PyResult<Self> {
        guard(|| {
            let routes = routes.into_iter().flatten();
            let routing = routes.fold(core::Routing::new(), |routing, (severity, channels)| {
                routing.route(severity, channels)
            });
            otherwise.into_iter().fold(routing, core::Routing::otherwise)
        })
        .map(Self)
    }

    /// The channels that are told of a severity, in order.
    fn channels(&self, severity: &str) -> Vec<String> {
        self.0.channels(severity).to_vec()
    }

    /// For each severity its channels, a dict.
    #[getter]
    fn routes(&self) -> BTreeMap<String, Vec<String>> {
        self.0.routes().map(|(severity, channels)| (severity.to_owned(), channels.to_vec())).collect()
    }

    /// The channels of any other severity.
    #[getter]
    fn otherwise(&self) -> Vec<String> {
        self.0.others().to_vec()
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let mut entries: Vec<String> = self
                .0
                .routes()
                .map(|(severity, channels)| format!("{severity}: {}", channels.join(", ")))
                .collect();
            if !self.0.others().is_empty() {
                entries.push(format!("otherwise: {}", self.0.others().join(", ")));
            }
            format!("Routing({})", entries.join("; "))
        })
    }
} }
