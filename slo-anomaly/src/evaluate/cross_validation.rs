//! What detectors score on series that had no say in their settings.

use std::fmt;

use slo_core::{Error, Result};

use super::corpus::{Candidate, Labelled};
use super::draws::Draws;
use super::nab::{Corpus, NabScore, Profile, Sweep, nab, normalised};
use super::scored::Scored;
use super::threshold::Threshold;
use super::volume::vus_pr;

/// The most repetitions that are run.
const MOST_REPEATS: usize = 10_000;

/// Cross-validation by series: settings and threshold are chosen on some, and what counts is the score on the others.
///
/// # Method
///
/// The series are dealt into `folds` at random, `repeats` times. For each fold, the candidate and the threshold with
/// the best NAB score on all other folds score the fold; the sum over the folds is normalised as if it were one
/// corpus. The same once more with the folders of the names as folds.
///
/// # Parameters
///
/// | name | default | range |
/// |---|---|---|
/// | `folds` | 5 | 2 to the number of series |
/// | `repeats` | 20 | 1 to 10 000 |
/// | `seed` | 0 | any |
/// | `profile` | [`Profile::STANDARD`] | see [`Profile`] |
/// | `vus_window` | 100 | at most the length of the shortest series with a window |
/// | `tried` | 0 | any; at least the number of candidates is reported |
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Candidate, CrossValidation, Labelled, Labels};
///
/// let series = |name: &str, at: usize| {
///     let values = (0..300).map(|place| f64::from(u8::from(place == at))).collect();
///     Labelled::new(name, values, Labels::new(300, &[(at, at + 20)])?)
/// };
/// let corpus = [series("a/1", 100)?, series("a/2", 150)?, series("b/1", 200)?];
/// let level = Candidate::by("level", &corpus, |series| Ok(series.values().to_vec()))?;
/// let constant = Candidate::by("constant", &corpus, |series| Ok(vec![0.0; series.values().len()]))?;
/// let report = CrossValidation::new().folds(3).run(&corpus, &[constant, level])?;
/// assert_eq!((report.settings_tried, report.best().name.as_str()), (2, "level"));
/// assert_eq!((report.mean, report.deviation, report.leave_one_group_out), (100.0, 0.0, Some(100.0)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CrossValidation {
    /// Into how many parts the series are dealt.
    pub folds: usize,
    /// How often they are dealt.
    pub repeats: usize,
    /// What the dealing begins with.
    pub seed: u64,
    /// What hits, false alarms and misses are worth.
    pub profile: Profile,
    /// How far the windows of the volume under the surface reach.
    pub vus_window: usize,
    /// How many settings were tried in all, before these candidates were left.
    pub tried: usize,
}

impl CrossValidation {
    /// Five folds, dealt 20 times.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::CrossValidation;
    /// assert_eq!(CrossValidation::new().folds, 5);
    /// ```
    pub const fn new() -> Self {
        Self { folds: 5, repeats: 20, seed: 0, profile: Profile::STANDARD, vus_window: 100, tried: 0 }
    }

    /// Deals the series into so many parts.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::CrossValidation;
    /// assert_eq!(CrossValidation::new().folds(2).folds, 2);
    /// ```
    #[must_use]
    pub const fn folds(mut self, folds: usize) -> Self {
        self.folds = folds;
        self
    }

    /// Deals them so often.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::CrossValidation;
    /// assert_eq!(CrossValidation::new().repeats(200).repeats, 200);
    /// ```
    #[must_use]
    pub const fn repeats(mut self, repeats: usize) -> Self {
        self.repeats = repeats;
        self
    }

    /// Deals them in another way.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::CrossValidation;
    /// assert_eq!(CrossValidation::new().seed(7).seed, 7);
    /// ```
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Weighs hits, false alarms and misses so.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::{CrossValidation, Profile};
    /// assert_eq!(CrossValidation::new().profile(Profile::LOW_MISSES).profile.miss, 2.0);
    /// ```
    #[must_use]
    pub const fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Lets the windows of the volume under the surface reach so far.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::CrossValidation;
    /// assert_eq!(CrossValidation::new().vus_window(24).vus_window, 24);
    /// ```
    #[must_use]
    pub const fn vus_window(mut self, window: usize) -> Self {
        self.vus_window = window;
        self
    }

    /// Says how many settings were tried in all, before these candidates were left.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::CrossValidation;
    /// assert_eq!(CrossValidation::new().tried(120).tried, 120);
    /// ```
    #[must_use]
    pub const fn tried(mut self, settings: usize) -> Self {
        self.tried = settings;
        self
    }

    fn check(&self, corpus: &[Labelled], candidates: &[Candidate]) -> Result<()> {
        if corpus.len() < 2 {
            return Err(Error::TooShort { name: "corpus", len: corpus.len(), needed: 2 });
        }
        if candidates.is_empty() {
            return Err(Error::TooShort { name: "candidates", len: 0, needed: 1 });
        }
        if !(2..=corpus.len()).contains(&self.folds) {
            let reason = format!("must be from 2 to the {} series", corpus.len());
            return Err(Error::invalid("folds", self.folds, reason));
        }
        if !(1..=MOST_REPEATS).contains(&self.repeats) {
            return Err(Error::invalid("repeats", self.repeats, format!("must be from 1 to {MOST_REPEATS}")));
        }
        for candidate in candidates {
            Error::check_lengths("scores", candidate.scores().len(), "corpus", corpus.len())?;
            for (scores, series) in candidate.scores().iter().zip(corpus) {
                Error::check_lengths("scores", scores.len(), "values", series.values().len())?;
            }
        }
        Ok(())
    }

    /// Scores the candidates in both ways: chosen with all labels, and chosen without those that score them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Candidate, CrossValidation, Labelled, Labels};
    ///
    /// let labels = Labels::new(100, &[(50, 60)])?;
    /// let corpus = [Labelled::new("1", vec![0.0; 100], labels.clone())?, Labelled::new("2", vec![0.0; 100], labels)?];
    /// let silent = Candidate::by("silent", &corpus, |_| Ok(vec![0.0; 100]))?;
    /// let report = CrossValidation::new().folds(2).vus_window(10).run(&corpus, &[silent])?;
    /// assert_eq!((report.mean, report.leave_one_group_out), (0.0, None));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for fewer than two series and without a candidate, [`Error::InvalidParameter`] for a
    /// parameter outside its range, [`Error::LengthMismatch`] for candidates of another corpus, and
    /// [`Error::Degenerate`] without a window to find.
    pub fn run(&self, corpus: &[Labelled], candidates: &[Candidate]) -> Result<Report> {
        self.check(corpus, candidates)?;
        let mut settings = Vec::with_capacity(candidates.len());
        let mut sweeps = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let sweep = candidate.scores().iter().zip(corpus);
            let sweep =
                Corpus::new(sweep.map(|(scores, series)| Sweep::new(scores, series.labels(), &self.profile)));
            let (threshold, raw) = sweep.best(|_| true);
            let score = normalised(raw, sweep.windows(), &self.profile);
            settings.push(Setting { name: candidate.name().to_owned(), threshold, score });
            sweeps.push(sweep);
        }
        let best = first_greatest(settings.iter().map(|setting| setting.score));
        let Some(chosen) = candidates.get(best) else {
            return Err(Error::TooShort { name: "candidates", len: 0, needed: 1 });
        };
        let pairs = chosen.scores().iter().zip(corpus);
        let pairs: Vec<(&[f64], _)> = pairs.map(|(scores, series)| (&**scores, series.labels())).collect();
        let nab = nab(&pairs, self.profile, Threshold::Best)?;

        let mut draws = Draws::seeded(self.seed);
        let mut order: Vec<usize> = (0..corpus.len()).collect();
        let mut fold_of = vec![0; corpus.len()];
        let mut scores = Vec::with_capacity(self.repeats);
        for _ in 0..self.repeats {
            draws.shuffle(&mut order);
            for (place, series) in order.iter().enumerate() {
                if let Some(fold) = fold_of.get_mut(*series) {
                    *fold = place * self.folds / corpus.len();
                }
            }
            scores.push(self.held_out(&sweeps, &fold_of, self.folds));
        }
        let count = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / count;
        let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
        let deviation = if scores.len() < 2 { 0.0 } else { (squares / (count - 1.0)).sqrt() };

        let mut groups: Vec<&str> = corpus.iter().map(Labelled::group).collect();
        groups.sort_unstable();
        groups.dedup();
        let group_of: Vec<usize> =
            corpus.iter().map(|series| groups.partition_point(|group| *group < series.group())).collect();
        let leave_one_group_out = (groups.len() > 1).then(|| self.held_out(&sweeps, &group_of, groups.len()));

        Ok(Report {
            series: corpus.len(),
            settings_tried: self.tried.max(candidates.len()),
            settings,
            nab,
            folds: self.folds,
            repeats: self.repeats,
            mean,
            deviation,
            leave_one_group_out,
            vus_window: self.vus_window,
            vus_pr: mean_vus_pr(chosen, corpus, self.vus_window)?,
        })
    }

    /// The score of the corpus where each part is scored by what is best on the others.
    fn held_out(&self, sweeps: &[Corpus], part_of: &[usize], parts: usize) -> f64 {
        let mut raw = 0.0;
        for part in 0..parts {
            let held_out = |series: usize| part_of.get(series) == Some(&part);
            let found: Vec<(f64, f64)> =
                sweeps.iter().map(|sweep| sweep.best(|series| !held_out(series))).collect();
            let best = first_greatest(found.iter().map(|(_, score)| *score));
            let (Some(sweep), Some((threshold, _))) = (sweeps.get(best), found.get(best)) else { continue };
            let series = (0..part_of.len()).filter(|series| held_out(*series));
            raw += series.map(|series| sweep.series_at(series, *threshold)).sum::<f64>();
        }
        normalised(raw, sweeps.first().map_or(0, Corpus::windows), &self.profile)
    }
}

impl Default for CrossValidation {
    fn default() -> Self {
        Self::new()
    }
}

/// The place of the greatest number, the first of equal ones.
fn first_greatest(numbers: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (place, number) in numbers.enumerate() {
        if number > best.1 {
            best = (place, number);
        }
    }
    best.0
}

/// The mean over the series that have something to tell apart.
fn mean_vus_pr(candidate: &Candidate, corpus: &[Labelled], window: usize) -> Result<Scored> {
    let (mut sum, mut count) = (Scored { value: 0.0, random: 0.0, last_point: 0.0 }, 0.0);
    for (scores, series) in candidate.scores().iter().zip(corpus) {
        if series.labels().check(scores).is_err() {
            continue;
        }
        let found = vus_pr(scores, series.labels(), window)?;
        sum.value += found.value;
        sum.random += found.random;
        sum.last_point += found.last_point;
        count += 1.0;
    }
    Ok(Scored { value: sum.value / count, random: sum.random / count, last_point: sum.last_point / count })
}

/// A candidate at the threshold that is best on the whole corpus.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Setting {
    /// What the candidate is called.
    pub name: String,
    /// What a score must exceed to be flagged; infinite where nothing is best flagged.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub threshold: f64,
    /// The NAB score.
    pub score: f64,
}

/// In-sample and cross-validated scores together, with the number of settings they were chosen from.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Report {
    /// How many series the corpus has.
    pub series: usize,
    /// How many settings were tried in all.
    pub settings_tried: usize,
    /// Every candidate's score in sample, in the order given.
    pub settings: Vec<Setting>,
    /// The best candidate's score in sample, beside that of detectors that know nothing.
    pub nab: NabScore,
    /// Into how many parts the series were dealt.
    pub folds: usize,
    /// How often they were dealt.
    pub repeats: usize,
    /// The mean cross-validated score.
    pub mean: f64,
    /// Its standard deviation over the repetitions, 0 for one.
    pub deviation: f64,
    /// The score where each folder is scored by what is best on the others; none with one folder.
    pub leave_one_group_out: Option<f64>,
    /// How far the windows of the volume under the surface reach.
    pub vus_window: usize,
    /// The best candidate's volume under the precision-recall surface, the mean over all series with a window.
    pub vus_pr: Scored,
}

impl Report {
    /// The candidate with the best score in sample, the first of equal ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Candidate, CrossValidation, Labelled, Labels};
    ///
    /// let labels = Labels::new(100, &[(50, 60)])?;
    /// let corpus = [Labelled::new("1", vec![0.0; 100], labels.clone())?, Labelled::new("2", vec![0.0; 100], labels)?];
    /// let silent = Candidate::by("silent", &corpus, |_| Ok(vec![0.0; 100]))?;
    /// assert_eq!(CrossValidation::new().folds(2).run(&corpus, &[silent])?.best().name, "silent");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn best(&self) -> &Setting {
        static NOTHING: Setting = Setting { name: String::new(), threshold: f64::INFINITY, score: 0.0 };
        let best = first_greatest(self.settings.iter().map(|setting| setting.score));
        self.settings.get(best).unwrap_or(&NOTHING)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mean, deviation, folds, repeats, settings_tried, .. } = self;
        let best = self.best();
        write!(
            f,
            "NAB {mean:.2} ± {deviation:.2} cross-validated ({folds} folds by series, {repeats} times), "
        )?;
        write!(f, "{:.2} in sample ({}, best of {settings_tried} tried), ", best.score, best.name)?;
        write!(f, "random {:.2}", self.nab.scored.random)
    }
}
