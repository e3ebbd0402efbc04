//! The nearest neighbour of every window, on both sides.

use pulp::Arch;

use super::kernel::{Found, LANES, NOTHING, Products, Strip};
use super::windows::{Kind, Windows};

/// After so many rows products are made anew: rounding adds up no further.
const ROWS: usize = 256;

/// A window's neighbour and the distance to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Neighbour {
    pub(super) index: Option<usize>,
    pub(super) distance: f64,
}

impl Neighbour {
    pub(super) const NONE: Self = Self { index: None, distance: f64::NAN };

    /// The nearer of both, the first where they are equally near.
    pub(super) fn or_nearer(self, other: Self) -> Self {
        if self.index.is_none() || other.distance < self.distance { other } else { self }
    }
}

/// The nearest neighbours of each window among those before and those after it, at least `apart` places away.
pub(super) fn nearest(windows: &Windows, apart: usize) -> (Vec<Neighbour>, Vec<Neighbour>) {
    let search = Search { windows, apart, arch: Arch::new() };
    let (left, right) = search.correlations();
    let (earlier, later) = search.constants();
    let side = |found: &Found, constants: &[Option<usize>], side: Side| {
        let pairs = found.correlations.iter().zip(&found.lags).zip(constants).enumerate();
        pairs
            .map(|(window, ((r, lag), constant))| search.neighbour(window, (*r, *lag), *constant, side))
            .collect()
    };
    (side(&left, &earlier, Side::Before), side(&right, &later, Side::After))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

struct Search<'a> {
    windows: &'a Windows,
    apart: usize,
    arch: Arch,
}

impl Search<'_> {
    /// The greatest correlation of each window with an earlier and with a later one, strip by strip.
    fn correlations(&self) -> (Found, Found) {
        let count = self.windows.count();
        let (mut left, mut right) = (Found::nothing(count + LANES), Found::nothing(count));
        let mut reached = vec![NOTHING; count + LANES];
        for lag in (self.apart..count).step_by(LANES) {
            self.strip(lag, &mut right, &mut reached);
            let found = left.correlations.iter_mut().zip(&mut left.lags).zip(&reached).skip(lag);
            for ((correlation, met), reached) in found {
                *met = if *reached > *correlation { lag as f64 } else { *met };
                *correlation = correlation.max(*reached);
            }
        }
        left.correlations.truncate(count);
        (left, right)
    }

    /// All rows of one strip. Products are made anew after [`ROWS`] of them, and wherever one of both windows has left
    /// huge values behind, whose rounding errors would stay in the sums.
    #[allow(clippy::indexing_slicing, reason = "lanes lie within a strip, breaks within the list")]
    fn strip(&self, lag: usize, right: &mut Found, left: &mut [f64]) {
        let rows = self.windows.count() - lag;
        let breaks = &self.windows.breaks;
        let mut products = [0.0; LANES];
        // The first break that the earlier window has still before it, and the first that a lane has.
        let (mut own, mut met) = (0, breaks.partition_point(|at| *at <= lag));
        let mut row = 0;
        while row < rows {
            while breaks.get(own).is_some_and(|at| *at < row) {
                own += 1;
            }
            while breaks.get(met).is_some_and(|at| *at < row + lag) {
                met += 1;
            }
            if row % ROWS == 0 || breaks.get(own) == Some(&row) {
                products = self.products(row, row + lag);
            } else {
                for at in breaks[met..].iter().take_while(|at| **at < row + lag + LANES) {
                    products[at - row - lag] = self.products(row, *at)[0];
                }
            }
            let mut end = rows.min((row / ROWS + 1) * ROWS);
            if let Some(at) = breaks.get(own).filter(|at| **at > row).or(breaks.get(own + 1)) {
                end = end.min(*at);
            }
            // The next row at which a lane reaches a break.
            if let Some(at) = breaks[met..].iter().find(|at| **at > row + lag) {
                end = end.min((at + 1).saturating_sub(lag + LANES).max(row + 1));
            }
            let windows = self.windows;
            let strip = Strip { windows, lag, rows: row..end, products: &mut products, right, left };
            self.arch.dispatch(strip);
            row = end;
        }
    }

    fn products(&self, first: usize, second: usize) -> [f64; LANES] {
        self.arch.dispatch(Products { windows: self.windows, first, second })
    }

    /// The nearest constant windows before and after each one.
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn constants(&self) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
        let (kinds, count) = (&self.windows.kinds, self.windows.count());
        let (mut earlier, mut later) = (vec![None; count], vec![None; count]);
        let mut last = None;
        for window in self.apart..count {
            if kinds[window - self.apart] == Kind::Constant {
                last = Some(window - self.apart);
            }
            earlier[window] = last;
        }
        last = None;
        for window in (self.apart..count).rev() {
            if kinds[window] == Kind::Constant {
                last = Some(window);
            }
            later[window - self.apart] = last;
        }
        (earlier, later)
    }

    /// The nearest of the windows on one side. Constants are at distance 0 from each other, and as far from everything
    /// else as what is not correlated at all: √length.
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn neighbour(
        &self,
        window: usize,
        (correlation, lag): (f64, f64),
        constant: Option<usize>,
        side: Side,
    ) -> Neighbour {
        let far = (self.windows.length as f64).sqrt();
        let constant = |distance| Neighbour { index: constant, distance };
        let range = match side {
            Side::Before => 0..(window + 1).saturating_sub(self.apart),
            Side::After => (window + self.apart).min(self.windows.count())..self.windows.count(),
        };
        match self.windows.kinds[window] {
            Kind::Missing => Neighbour::NONE,
            Kind::Constant => {
                let constant = constant(0.0);
                if constant.index.is_some() {
                    return constant;
                }
                let varied = |index: &usize| self.windows.kinds[*index] == Kind::Varied;
                let index = match side {
                    Side::Before => range.rev().find(varied),
                    Side::After => range.into_iter().find(varied),
                };
                index.map_or(Neighbour::NONE, |_| Neighbour { index, distance: far })
            }
            Kind::Varied => {
                let constant = constant(far);
                if correlation <= 0.0 && constant.index.is_some() {
                    return constant;
                }
                // What has no shape enters with correlation 0, and hides all that are below.
                let varied = if correlation > 0.0 {
                    self.nearest_in_strip(window, lag, side)
                } else {
                    self.nearest_of(window, range, side)
                };
                if varied.distance < far || constant.index.is_none() { varied } else { constant }
            }
        }
    }

    /// The nearest of the windows of the strip in which the greatest correlation was met.
    fn nearest_in_strip(&self, window: usize, lag: f64, side: Side) -> Neighbour {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lags are indices")]
        let lag = lag as usize;
        let begin = match side {
            Side::Before => (window + 1).saturating_sub(lag + LANES),
            Side::After => window + lag,
        };
        let end = match side {
            Side::Before => window + 1 - lag,
            Side::After => (begin + LANES).min(self.windows.count()),
        };
        self.nearest_of(window, begin..end, side)
    }

    /// The nearest of some windows: by correlation, then, among those that only rounding tells apart, by distance; of
    /// equal ones the one that is nearer in time.
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    fn nearest_of(&self, window: usize, range: std::ops::Range<usize>, side: Side) -> Neighbour {
        let windows = self.windows;
        let room = 16.0 * f64::EPSILON * windows.length as f64;
        let mut candidates: Vec<(usize, f64)> = Vec::with_capacity(range.len());
        for begin in range.clone().step_by(LANES) {
            let products = self.products(window, begin);
            for (index, product) in (begin..range.end).zip(products) {
                if windows.kinds[index] == Kind::Varied {
                    candidates.push((index, product * windows.inverses[window] * windows.inverses[index]));
                }
            }
        }
        let best = candidates.iter().fold(NOTHING, |best, (_, correlation)| best.max(*correlation));
        let mut close: Vec<usize> =
            candidates.iter().filter(|(_, r)| *r >= best - room).map(|(index, _)| *index).collect();
        if side == Side::Before {
            close.reverse();
        }
        close.into_iter().fold(Neighbour::NONE, |nearest, index| {
            nearest.or_nearer(Neighbour { index: Some(index), distance: windows.distance(window, index) })
        })
    }
}
