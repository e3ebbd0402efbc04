//! Many objectives in one call.

use crate::core::ndarray::{ArrayViewMut2, Axis};
use crate::{AlertPolicy, CountPanel, Error, Result, Slo};
#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Marks where each rule of a policy fires in each series of a panel, on all cores with the feature `parallel`.
///
/// # Method
///
/// Each series by itself as [`AlertPolicy::firing`] decides it; the answer does not depend on the number of threads.
/// Beside the answer, each thread holds the running totals of one series at a time.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `policy` | the rules | |
/// | `slos` | one for each series, or one for all | |
/// | `panel` | series that begin at the same instant | events |
/// | `fires` | false everywhere, shape (rules, points of all series) | |
///
/// # Examples
///
/// ```
/// use slo::core::ndarray::Array2;
/// use slo::{AlertPolicy, BurnRule, CountPanel, Duration, Slo, Timestamp, evaluate_panel};
///
/// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
/// let (bad, total) = ([0.0, 30.0, 0.0, 0.0, 0.0], [100.0; 5]);
/// let panel = CountPanel::bad_total(Timestamp::from_nanos(0), Duration::from_minutes(1), &bad, &total, &[0, 3, 5])?;
/// let slo = Slo::new("99%".parse()?, "30d".parse()?);
///
/// let mut fires = Array2::from_elem((1, 5), false);
/// evaluate_panel(&AlertPolicy::new([rule]), &[slo], &panel, fires.view_mut())?;
/// assert_eq!(fires.row(0).to_vec(), [false, true, false, false, false]);
/// # Ok::<(), slo::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`] for any other number of objectives, or another shape of the answer; as
/// [`CountPanel::series`] and [`AlertPolicy::firing`] for the first series that is refused.
pub fn evaluate_panel(
    policy: &AlertPolicy,
    slos: &[Slo],
    panel: &CountPanel<'_>,
    mut fires: ArrayViewMut2<'_, bool>,
) -> Result<()> {
    if slos.len() != 1 {
        Error::check_lengths("slos", slos.len(), "offsets", panel.len())?;
    }
    let points = panel.offsets().last().copied().unwrap_or_default();
    Error::check_lengths("rules", policy.rules().len(), "fires", fires.len_of(Axis(0)))?;
    Error::check_lengths("points", points, "fires", fires.len_of(Axis(1)))?;

    let mut series: Vec<Vec<&mut [bool]>> = panel.offsets().iter().skip(1).map(|_| Vec::new()).collect();
    for row in fires.rows_mut() {
        let mut rest = row
            .into_slice()
            .ok_or_else(|| Error::invalid("fires", "strided", "must have rows in one piece"))?;
        for (part, ends) in series.iter_mut().zip(panel.offsets().windows(2)) {
            let len = ends.iter().rev().copied().reduce(|to, from| to - from).unwrap_or_default();
            let (here, later) = std::mem::take(&mut rest).split_at_mut(len);
            part.push(here);
            rest = later;
        }
    }
    let evaluate = |(index, rows): (usize, &mut Vec<&mut [bool]>)| {
        let slo = slos.get(index).or(slos.first());
        slo.map_or(Ok(()), |slo| policy.firing_into(slo, &panel.series(index)?, rows))
    };
    // A single worker would only leave the caller's memory unused.
    #[cfg(feature = "parallel")]
    if rayon::current_num_threads() > 1 {
        let outcomes: Vec<Result<()>> = series.par_iter_mut().enumerate().map(evaluate).collect();
        return outcomes.into_iter().collect();
    }
    series.iter_mut().enumerate().try_for_each(evaluate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ndarray::{Array2, Slice};
    use crate::{Axis as Instants, CountSeries, Duration, Timestamp};
    use slo_testkit::Random;

    fn step() -> Duration {
        Duration::from_minutes(1)
    }

    fn begin() -> Timestamp {
        Timestamp::from_nanos(0)
    }

    fn slo(target: &str) -> Slo {
        Slo::new(target.parse().unwrap(), "30d".parse().unwrap())
    }

    #[test]
    fn a_panel_equals_its_series_one_by_one() {
        let mut random = Random::seeded(7);
        let total: Vec<f64> = (0..6_000).map(|_| 90.0 + (random.uniform() * 20.0).floor()).collect();
        let bad: Vec<f64> = (0..6_000)
            .map(|place| if place % 900 < 60 { 20.0 } else { (random.uniform() * 1.02).floor() })
            .collect();
        let offsets = [0, 0, 1, 1_500, 1_501, 4_000, 6_000];
        let targets = ["99%", "99%", "99.9%", "99%", "99.9%", "90%"];
        let slos: Vec<Slo> = targets.into_iter().map(slo).collect();
        let policy = AlertPolicy::google_sre("30d".parse().unwrap()).unwrap();
        let panel = CountPanel::bad_total(begin(), step(), &bad, &total, &offsets).unwrap();

        let mut fires = Array2::from_elem((4, 6_000), false);
        evaluate_panel(&policy, &slos, &panel, fires.view_mut()).unwrap();
        assert!(fires.iter().filter(|fires| **fires).count() > 100);
        for ((slo, from), to) in slos.iter().zip(offsets).zip(offsets.into_iter().skip(1)) {
            let series =
                CountSeries::bad_total(Instants::regular(begin(), step()), &bad[from..to], &total[from..to]);
            assert_eq!(
                fires.slice_axis(Axis(1), Slice::from(from..to)),
                policy.firing(slo, &series.unwrap()).unwrap()
            );
        }
    }

    #[test]
    fn one_objective_serves_all_series_and_any_other_number_is_refused() {
        let (bad, total) = ([1.0, 0.0, 1.0], [1.0; 3]);
        let panel = CountPanel::bad_total(begin(), step(), &bad, &total, &[0, 1, 2, 3]).unwrap();
        let policy = AlertPolicy::google_sre("30d".parse().unwrap()).unwrap();
        let run = |slos: &[Slo], shape| {
            let mut fires = Array2::from_elem(shape, false);
            evaluate_panel(&policy, slos, &panel, fires.view_mut()).map(|()| fires)
        };
        assert_eq!(run(&[slo("99%")], (4, 3)).unwrap().row(0).to_vec(), [true, false, true]);
        for (count, shape) in [(0, (4, 3)), (2, (4, 3)), (4, (4, 3)), (3, (3, 3)), (3, (4, 2))] {
            assert!(run(&vec![slo("99%"); count], shape).is_err(), "{count} {shape:?}");
        }
        assert!(run(&vec![slo("99%"); 3], (4, 3)).is_ok());
    }

    #[test]
    fn the_first_refused_count_is_named_by_its_place_in_the_column() {
        let (bad, total) = ([0.0, 0.0, 2.0, 3.0], [1.0; 4]);
        let panel = CountPanel::bad_total(begin(), step(), &bad, &total, &[0, 1, 3, 4]).unwrap();
        let policy = AlertPolicy::google_sre("30d".parse().unwrap()).unwrap();
        let mut fires = Array2::from_elem((4, 4), false);
        let error = evaluate_panel(&policy, &[slo("99%")], &panel, fires.view_mut()).unwrap_err();
        assert_eq!(error, Error::ExceedsTotal { name: "bad", index: 2, value: 2.0, total: 1.0 });
    }
}
