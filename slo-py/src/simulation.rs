//! Histories that never were.

use numpy::PyArray1;
use pyo3::prelude::*;

use crate::core::{self, Error};
use crate::errors::{detached, guard, raise};
use crate::json;
use crate::python;
use crate::record::record_class;
use crate::series::CountSeries;
use crate::time::{Instant, Span};
use crate::values::{Number, Two, read_only, whole};

/// Counts and incidents that might have been: traffic, errors that are always there, and incidents on top of them.
///
/// Traffic is Poisson around a daily and weekly cycle, errors are beta-binomial, and from the end of one incident to the
/// begin of the next, times are exponential; durations and severities are log-uniform between their bounds. Each kind of
/// number is drawn from a sequence of its own: what is changed changes nothing else.
///
/// Args:
///     length: how much time; at most 10^7 buckets.
///     step: the length of a bucket; a minute if None.
///     begin: when the first bucket begins; the Unix epoch, a Thursday, if None.
///     traffic: the mean traffic of a weekday in events per second; 10 if None.
///     daily: by which share of its mean traffic is lower at midnight and higher at noon, UTC; 0 if None.
///     weekend: traffic on Saturdays and Sundays as a share of a weekday's; 1 if None.
///     error_ratio: the share of the events that fail in the mean when nothing is wrong; 0.0001 if None.
///     overdispersion: the correlation of two events of a bucket, 0 to below 1; 0 if None.
///     incidents: how many incidents begin in a week without one; 1 if None.
///     durations: the shortest and the longest duration of an incident; 5 minutes and 2 hours if None.
///     severities: the least and the greatest share of otherwise good events that fail in an incident; 0.01 and 1 if
///         None.
///
/// Examples:
///     >>> month = slo.Simulation("28d", daily=0.5, incidents=2.0).run(seed=7)
///     >>> month
///     Simulated(40320 buckets, 8 incidents, seed=7)
///     >>> p = slo.AlertPolicy.google_sre("28d")
///     >>> p.replay(slo.Slo("99.9%", window="28d"), month.series, month.incidents)
///     Replay(7 of 8 incidents detected, 0 of 14 alerts false)
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Simulation(core::Simulation);

record_class! { Simulation(core::Simulation): "The parameters" as "a dict; instants and durations as text" {
    #[new]
    #[pyo3(signature = (length, *, step=None, begin=None, traffic=None, daily=None, weekend=None, error_ratio=None,
        overdispersion=None, incidents=None, durations=None, severities=None))]
    #[allow(clippy::too_many_arguments, reason = "one for each option, all of them by name")]
    fn new(
        length: Span,
        step: Option<Span>,
        begin: Option<Instant>,
        traffic: Option<Number>,
        daily: Option<Number>,
        weekend: Option<Number>,
        error_ratio: Option<Number>,
        overdispersion: Option<Number>,
        incidents: Option<Number>,
        durations: Option<Two<Span>>,
        severities: Option<Two<Number>>,
    ) -> Self {
        type Set = fn(core::Simulation, f64) -> core::Simulation;
        let mut simulation = core::Simulation::new(length.0);
        let numbers: [(Option<Number>, Set); 6] = [
            (traffic, core::Simulation::traffic),
            (daily, core::Simulation::daily),
            (weekend, core::Simulation::weekend),
            (error_ratio, core::Simulation::error_ratio),
            (overdispersion, core::Simulation::overdispersion),
            (incidents, core::Simulation::incidents),
        ];
        for (number, set) in numbers {
            simulation = number.map_or(simulation, |number| set(simulation, number.0));
        }
        simulation = step.map_or(simulation, |step| simulation.step(step.0));
        simulation = begin.map_or(simulation, |begin| simulation.begin(begin.0));
        simulation = durations.map_or(simulation, |Two(short, long)| simulation.durations(short.0, long.0));
        Self(severities.map_or(simulation, |Two(least, most)| simulation.severities(least.0, most.0)))
    }

    /// Counts and incidents of a seed.
    ///
    /// Args:
    ///     seed: a whole number from 0 to 2^64 - 1.
    ///
    /// Returns:
    ///     A ``Simulated``: the same for the same seed.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range.
    ///     LimitExceededError: past 10^7 buckets.
    ///     OutOfRangeError: if the series does not end before the year 2262.
    ///
    /// Examples:
    ///     >>> slo.Simulation("7d").run(3) == slo.Simulation("7d").run(3)
    ///     True
    fn run(&self, py: Python<'_>, seed: &Bound<'_, PyAny>) -> PyResult<Simulated> {
        whole(seed)?;
        let seed = seed
            .extract()
            .map_err(|_| raise(Error::invalid("seed", seed, "must be a whole number from 0 to 2^64 - 1")))?;
        let run = detached(py, || self.0.run(seed))?;
        let series = Py::new(py, CountSeries::from_core(run.series.clone()))?;
        Ok(Simulated { run, series, simulation: self.clone(), seed })
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_replay", "simulation_repr", (slf,))
    }
} }

/// What a simulation gave.
///
/// Made by ``Simulation.run``, and pickled as the simulation and its seed.
///
/// Examples:
///     >>> hour = slo.Simulation("1h", incidents=0).run(0)
///     >>> len(hour.series), hour.incidents
///     (60, [])
#[pyclass(module = "slo", frozen)]
pub(crate) struct Simulated {
    run: core::Simulated,
    series: Py<CountSeries>,
    simulation: Simulation,
    seed: u64,
}

#[pymethods]
impl Simulated {
    /// The counts, a ``CountSeries``.
    #[getter]
    fn series(&self, py: Python<'_>) -> Py<CountSeries> {
        self.series.clone_ref(py)
    }

    /// Begin and end of each incident, in order: a list of pairs of ``datetime`` in UTC.
    #[getter]
    fn incidents(&self) -> Vec<(Instant, Instant)> {
        self.run.incidents.iter().map(|(begin, end)| (Instant(*begin), Instant(*end))).collect()
    }

    /// The share of otherwise good events that fail in each incident: shape (incidents,), read-only.
    #[getter]
    fn severities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, guard(|| self.run.severities.clone())?)
    }

    /// What was asked, a ``Simulation``.
    #[getter]
    fn simulation(&self) -> Simulation {
        self.simulation.clone()
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Counts, incidents and severities as a dict; instants as text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.run)
    }

    /// Counts, incidents and severities as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.run)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.run == other.run
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let (buckets, incidents) = (self.run.series.len(), self.run.incidents.len());
            format!("Simulated({buckets} buckets, {incidents} incidents, seed={})", self.seed)
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (u64,))> {
        let simulation = Bound::new(py, self.simulation.clone())?;
        Ok((simulation.getattr("run")?, (self.seed,)))
    }
}
