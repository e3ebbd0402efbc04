//! What a window will still hold of today's counts, and what it then takes to exhaust its budget.

use slo_core::{Budget, CountSeries, Counts, Duration, Result, Slo, Timestamp};

use super::passage::Cell;
use super::rates::Rates;

/// Cells that are followed exactly; where the boundary moves more often, it is bracketed.
const MAX_CELLS: usize = 2_048;

/// Cells that a bracket has at least.
const BRACKET_CELLS: usize = 960;

/// A stretch of time in which nothing leaves the window: from so many nanoseconds from now to the next one's begin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    begin: i64,
    /// What is retained of today's counts.
    bad: f64,
    total: f64,
    /// How many more bad events exhaust the retained counts' own budget.
    room: f64,
}

/// A window from now on.
#[derive(Debug)]
pub(super) struct Ahead<'a> {
    slo: &'a Slo,
    at: Timestamp,
    horizon: i64,
    rates: Rates,
    budget: f64,
    stretches: Vec<Stretch>,
}

fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

impl<'a> Ahead<'a> {
    /// What the window holds of a series at `at`, from `begin` on, until `horizon`: at most the window's length, or what
    /// is left of a period.
    pub(super) fn new(
        slo: &'a Slo,
        series: &CountSeries,
        (begin, at): (Timestamp, Timestamp),
        horizon: Duration,
        rates: Rates,
    ) -> Self {
        let inside = series.between(begin, at);
        // A record leaves when the window's open end reaches it; a period of the calendar it does not leave.
        let leaves = |time: Timestamp| match slo.window().follows() {
            None => slo.window().length().nanos().saturating_sub(at.nanos().saturating_sub(time.nanos())),
            Some(_) => i64::MAX,
        };
        let stretch = |from: Timestamp, begin: i64| {
            let counts = inside.counts_between(from, at);
            let room = slo.budget(counts).remaining();
            Stretch { begin, bad: counts.bad(), total: counts.total(), room }
        };
        let mut stretches = vec![stretch(begin, 0)];
        for time in inside.times().take_while(|time| leaves(*time) <= horizon.nanos().min(i64::MAX - 1)) {
            stretches.push(stretch(time, leaves(time)));
        }
        let budget = slo.objective().budget().to_f64();
        Self { slo, at, horizon: horizon.nanos(), rates, budget, stretches }
    }

    /// The stretch that holds an instant.
    fn stretch(&self, nanos: i64) -> Stretch {
        let after = self.stretches.partition_point(|stretch| stretch.begin <= nanos);
        let index = after.saturating_sub(1);
        self.stretches.get(index).copied().unwrap_or(Stretch { begin: 0, bad: 0.0, total: 0.0, room: 0.0 })
    }

    /// The budget after so many nanoseconds, if events come at exactly the mean rates.
    fn expected_in(&self, stretch: &Stretch, nanos: i64) -> Result<Budget> {
        let total = stretch.total + self.rates.total * seconds(nanos);
        let bad = (stretch.bad + self.rates.bad * seconds(nanos)).min(total);
        Ok(self.slo.budget(Counts::bad_total(bad, total)?))
    }

    /// The share of the budget that is consumed after so many nanoseconds, at the mean rates.
    pub(super) fn consumed(&self, nanos: i64) -> Result<f64> {
        Ok(self.expected_in(&self.stretch(nanos), nanos)?.consumed())
    }

    /// When the budget runs out at exactly the mean rates.
    ///
    /// ```text
    /// room(t) = (1 - target) R - B - (bad rate - (1 - target) total rate) t
    /// ```
    ///
    /// is a line while nothing leaves: it is 0 at the stretch's begin, within it, or not at all.
    pub(super) fn expected(&self) -> Result<Option<Timestamp>> {
        let slope = self.rates.bad - self.budget * self.rates.total;
        let ends = self.stretches.iter().skip(1).map(|next| next.begin).chain([self.horizon]);
        for (stretch, end) in self.stretches.iter().zip(ends) {
            if self.expected_in(stretch, stretch.begin)?.exhausted() {
                return self.after(stretch.begin).map(Some);
            }
            let crossing = if slope > 0.0 {
                Duration::from_seconds_f64((stretch.room / slope).max(0.0)).map_or(i64::MAX, Duration::nanos)
            } else {
                i64::MAX
            };
            // What is spent with the first event to come is spent right after the begin.
            let crossing = crossing.max(stretch.begin.saturating_add(1));
            if crossing < end || (crossing == end && end == self.horizon) {
                return self.after(crossing).map(Some);
            }
        }
        Ok(None)
    }

    /// The instant so many nanoseconds from now.
    pub(super) fn after(&self, nanos: i64) -> Result<Timestamp> {
        self.at.checked_add(Duration::from_nanos(nanos))
    }

    /// The least number of units of new bad events that exhausts the budget after so many seconds.
    fn boundary(&self, stretch: &Stretch, seconds: f64, unit: f64) -> usize {
        /// A whole number of events is not missed by what rounding leaves of it.
        const SLACK: f64 = 1e-9;
        let needed = (stretch.room + self.budget * self.rates.total * seconds) / unit;
        let least = if stretch.bad > 0.0 { 0.0 } else { 1.0 };
        let units = (needed - SLACK * needed.abs().max(1.0)).ceil().max(least);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0; saturates")]
        let units = units as usize;
        units
    }

    /// The boundary as cells for the recursion, asked for at each of `steps` even steps, and whether they are exact.
    pub(super) fn cells(&self, steps: usize, unit: f64) -> (Vec<Cell>, bool) {
        let grid = self.grid(steps);
        match self.exact(&grid, unit) {
            Some(cells) => (cells, true),
            None => (self.bracket(&grid, unit), false),
        }
    }

    #[cfg(test)]
    pub(super) fn bracketed(&self, steps: usize, unit: f64) -> Vec<Cell> {
        self.bracket(&self.grid(steps), unit)
    }

    /// The even steps, in nanoseconds from now.
    pub(super) fn grid(&self, steps: usize) -> Vec<i64> {
        let nth = |step: usize| i128::from(self.horizon) * step as i128 / steps as i128;
        (1..=steps).map(|step| i64::try_from(nth(step)).unwrap_or(i64::MAX)).collect()
    }

    /// A cell for each stretch of the same boundary; `None` where there are too many.
    fn exact(&self, grid: &[i64], unit: f64) -> Option<Vec<Cell>> {
        let gain = self.budget * self.rates.total / unit;
        let mut cells: Vec<Cell> = Vec::new();
        let mut asked = grid.iter().copied().peekable();
        // Ends a run of the same boundary at an instant, splitting it where a probability is asked for.
        let mut close = |until: f64, value: usize, at_end: usize| {
            let mut push = |until: f64, last: usize, asked: bool| {
                if cells.last().is_none_or(|cell| cell.until < until) && until > 0.0 {
                    cells.push(Cell { until, lowest: value.min(last), last, asked });
                } else if let Some(cell) = cells.last_mut() {
                    cell.lowest = cell.lowest.min(last);
                    cell.asked |= asked;
                }
                cells.len() <= MAX_CELLS
            };
            while let Some(nanos) = asked.next_if(|nanos| seconds(*nanos) < until) {
                if !push(seconds(nanos), value, true) {
                    return false;
                }
            }
            let ends = asked.next_if(|nanos| seconds(*nanos) <= until).is_some();
            push(until, at_end, ends)
        };
        let ends = self.stretches.iter().skip(1).map(Some).chain([None]);
        let mut value = self.boundary(self.stretches.first()?, 0.0, unit);
        for (stretch, next) in self.stretches.iter().zip(ends) {
            let end = seconds(next.map_or(self.horizon, |next| next.begin));
            let last = self.boundary(stretch, end, unit);
            // The boundary rises right after the count that it was has been allowed for.
            while value < last {
                let room = (value as f64 - stretch.room / unit) / gain;
                let rises = room.clamp(seconds(stretch.begin), end);
                if !close(rises, value, value) {
                    return None;
                }
                value += 1;
            }
            let after = next.map_or(value, |next| self.boundary(next, end, unit));
            if (after != value || next.is_none()) && !close(end, value, after) {
                return None;
            }
            value = after;
        }
        Some(cells)
    }

    /// Even cells with the lowest and the last boundary of each.
    fn bracket(&self, grid: &[i64], unit: f64) -> Vec<Cell> {
        let parts = BRACKET_CELLS.div_ceil(grid.len()).max(1);
        let mut stretches = self.stretches.iter().skip(1).peekable();
        let mut stretch = self.stretch(0);
        self.grid(grid.len().saturating_mul(parts))
            .into_iter()
            .scan(0, |begin, until| Some((std::mem::replace(begin, until), until)))
            .enumerate()
            .map(|(index, (begin, until))| {
                // Within a stretch the boundary only rises: it is lowest where the stretch, or the cell, begins.
                let mut lowest = self.boundary(&stretch, seconds(begin), unit);
                while let Some(next) = stretches.next_if(|next| next.begin <= until) {
                    stretch = *next;
                    lowest = lowest.min(self.boundary(next, seconds(next.begin), unit));
                }
                let last = self.boundary(&stretch, seconds(until), unit);
                Cell { until: seconds(until), lowest, last, asked: (index + 1) % parts == 0 }
            })
            .collect()
    }
}
