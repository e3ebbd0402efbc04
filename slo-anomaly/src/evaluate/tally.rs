//! Counts of hits, false alarms and misses that grow with each flag.

use super::labels::Labels;

/// What counts flags as they are added, each place once.
pub(super) trait Tally {
    fn new(labels: &Labels) -> Self;

    fn add(&mut self, place: usize);

    /// Hits, false alarms and what is missed.
    fn counts(&self) -> (f64, f64, f64);
}

/// Each value by itself.
pub(super) struct Points {
    window_of: Vec<Option<usize>>,
    unusual: f64,
    hits: f64,
    false_alarms: f64,
}

impl Tally for Points {
    fn new(labels: &Labels) -> Self {
        let unusual = labels.unusual() as f64;
        Self { window_of: labels.window_of(), unusual, hits: 0.0, false_alarms: 0.0 }
    }

    fn add(&mut self, place: usize) {
        let inside = self.window_of.get(place).is_some_and(Option::is_some);
        *(if inside { &mut self.hits } else { &mut self.false_alarms }) += 1.0;
    }

    fn counts(&self) -> (f64, f64, f64) {
        (self.hits, self.false_alarms, self.unusual - self.hits)
    }
}

/// Each value, after one hit has credited its whole window.
pub(super) struct Adjusted {
    points: Points,
    /// What the next hit of each window is worth: all its values, then nothing.
    worth: Vec<f64>,
}

impl Tally for Adjusted {
    fn new(labels: &Labels) -> Self {
        let worth = labels.windows().iter().map(|window| window.len() as f64).collect();
        Self { points: Points::new(labels), worth }
    }

    fn add(&mut self, place: usize) {
        match self.points.window_of.get(place).copied().flatten() {
            Some(window) => {
                self.points.hits += self.worth.get_mut(window).map_or(0.0, std::mem::take);
            }
            None => self.points.false_alarms += 1.0,
        }
    }

    fn counts(&self) -> (f64, f64, f64) {
        self.points.counts()
    }
}

/// Windows found, and runs of flags that touch none.
pub(super) struct Events {
    window_of: Vec<Option<usize>>,
    found: Vec<bool>,
    hits: f64,
    /// Runs of flags none of which lies in a window.
    false_alarms: f64,
    /// At both ends of each run of flags, its other end and whether it touches a window; nothing where no flag is.
    runs: Vec<Option<(usize, bool)>>,
}

impl Tally for Events {
    fn new(labels: &Labels) -> Self {
        Self {
            window_of: labels.window_of(),
            found: vec![false; labels.windows().len()],
            hits: 0.0,
            false_alarms: 0.0,
            runs: vec![None; labels.len()],
        }
    }

    fn add(&mut self, place: usize) {
        let window = self.window_of.get(place).copied().flatten();
        if let Some(found) = window.and_then(|window| self.found.get_mut(window)) {
            self.hits += f64::from(u8::from(!std::mem::replace(found, true)));
        }
        // The run that the flag joins or begins: its neighbours' runs become one with it.
        let before = place.checked_sub(1).and_then(|left| self.runs.get(left).copied().flatten());
        let after = self.runs.get(place + 1).copied().flatten();
        let mut touches = window.is_some();
        for (_, run_touches) in before.into_iter().chain(after) {
            self.false_alarms -= f64::from(u8::from(!run_touches));
            touches |= run_touches;
        }
        self.false_alarms += f64::from(u8::from(!touches));
        let begin = before.map_or(place, |(begin, _)| begin);
        let end = after.map_or(place, |(end, _)| end);
        for (at, other) in [(place, place), (begin, end), (end, begin)] {
            if let Some(run) = self.runs.get_mut(at) {
                *run = Some((other, touches));
            }
        }
    }

    fn counts(&self) -> (f64, f64, f64) {
        (self.hits, self.false_alarms, self.found.len() as f64 - self.hits)
    }
}
