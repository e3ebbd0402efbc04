//! Which part of the traffic changed the error ratio, and by what: more errors, or more of the traffic.

use std::collections::BTreeMap;
use std::fmt;

use slo_core::{Counts, Error, Figure, Result};

/// How the error ratio changed between two periods, and what each part contributed.
///
/// Made by [`attribute_burn`]. Divided by an objective's budget, the ratios are burn rates.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BurnChange {
    /// All counts of the first period.
    pub before: Counts,
    /// All counts of the second period.
    pub after: Counts,
    /// By how much the error ratio rose; the parts' contributions add up to it.
    pub change: f64,
    /// What each part contributed, the greatest rise first.
    pub contributions: Vec<Contribution>,
}

/// What one part contributed to a change of the error ratio.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Raw"))]
#[non_exhaustive]
pub struct Contribution {
    /// The part's name.
    pub name: String,
    /// Its counts in the first period; without traffic for a part that enters.
    pub before: Counts,
    /// Its counts in the second period; without traffic for a part that leaves.
    pub after: Counts,
    /// By how much it raised the error ratio of the whole: `rate + mix`.
    pub change: f64,
    /// What its own error ratio did, at its share of the traffic.
    pub rate: f64,
    /// What its traffic did: more of a part that is worse than the whole raises the ratio, more of a better one lowers
    /// it. All of what a part does that enters or leaves.
    pub mix: f64,
}

/// Attributes the change of an error ratio between two periods to the parts of the traffic.
///
/// # Method
///
/// With `a` bad of `b` events of a part and `A` of `B` of all, the counts go from one period to the other along the
/// straight line, and each part is given what the ratio does on the way because of it (the Aumann-Shapley value):
///
/// ```text
/// change_i = ∫ (B da_i - A db_i) / B²          Σ change_i = A₁/B₁ - A₀/B₀
///          = Δa_i ∫ dt/B - Δb_i ∫ A dt/B²
/// rate_i   = ∫ b_i/B d(a_i/b_i)   = (r₁ - r₀) w₀ w₁ / L(w₀, w₁),   r = a_i/b_i,   w = b_i/B
/// mix_i    = ∫ (a_i/b_i - A/B) db_i / B   = change_i - rate_i
/// ```
///
/// with `L` the logarithmic mean, `(w₁ - w₀) / ln(w₁/w₀)`. Both integrals have closed forms, so there is no sampling, no
/// order of the parts, and nothing left over: the contributions add up to the change to 10^-12 of the greatest of them.
/// A part that is absent in one period has no ratio to change there: what it does is all mix. Splitting a part into
/// several with its ratio in each period, and growing alike, splits its contribution alike.
///
/// Between two close periods rate and mix are those of the usual midpoint formula, `w̄ Δr` and `(r̄ - R̄) Δw`. Between
/// distant ones that formula gives a part that had one event, a bad one, and then a thousand good ones, two huge effects
/// that cancel; here neither leaves the size of what happened.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `before`, `after` | name and counts of each part; one that is missing had no traffic | events |
///
/// # Examples
///
/// ```
/// use slo_core::Counts;
/// use slo_correlate::attribute_burn;
///
/// let before = [("read", Counts::bad_total(9.0, 900.0)?), ("write", Counts::bad_total(1.0, 100.0)?)];
/// let after = [("read", Counts::bad_total(9.0, 900.0)?), ("write", Counts::bad_total(11.0, 100.0)?)];
/// let found = attribute_burn(&before, &after)?;
/// // From 1 % to 2 %, and all of it by the ratio of the writers.
/// assert!((found.change - 0.01).abs() < 1e-15);
/// let write = &found.contributions[0];
/// assert_eq!(write.name, "write");
/// assert!((write.rate - 0.01).abs() < 1e-15 && write.mix.abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for a name that is there twice; [`Error::Degenerate`] for a period without traffic;
/// [`Error::OutOfRange`] if a sum of counts is infinite.
///
/// # References
///
/// Aumann, R. J. and Shapley, L. S. (1974). *Values of Non-Atomic Games*. Princeton. Sun, Y. and Sundararajan, M.
/// (2011). Axiomatic attribution for multilinear functions. *Proceedings of the 12th ACM Conference on Electronic
/// Commerce*, 177-178.
pub fn attribute_burn(before: &[(&str, Counts)], after: &[(&str, Counts)]) -> Result<BurnChange> {
    let mut parts: BTreeMap<&str, [Option<Counts>; 2]> = BTreeMap::new();
    for (name, counts) in before {
        put("before", name, counts, &mut parts.entry(name).or_default()[0])?;
    }
    for (name, counts) in after {
        put("after", name, counts, &mut parts.entry(name).or_default()[1])?;
    }
    let (whole_before, whole_after) = (whole("before", before)?, whole("after", after)?);
    let path = Path::new(whole_before, whole_after);
    let mut contributions: Vec<Contribution> = parts
        .into_iter()
        .map(|(name, [before, after])| {
            path.contribution(name, before.unwrap_or_default(), after.unwrap_or_default())
        })
        .collect();
    contributions.sort_by(|a, b| b.change.total_cmp(&a.change).then_with(|| a.name.cmp(&b.name)));
    Ok(BurnChange { before: whole_before, after: whole_after, change: path.change(), contributions })
}

fn put(period: &'static str, name: &str, counts: &Counts, place: &mut Option<Counts>) -> Result<()> {
    match place.replace(*counts) {
        None => Ok(()),
        Some(_) => Err(Error::invalid(period, name, "must name each part once")),
    }
}

fn whole(period: &'static str, parts: &[(&str, Counts)]) -> Result<Counts> {
    let sum = parts.iter().try_fold(Counts::default(), |sum, (_, counts)| sum.merge(counts))?;
    if sum.has_traffic() {
        return Ok(sum);
    }
    Err(Error::Degenerate { name: period, reason: "has no traffic, and so no error ratio".to_owned() })
}

/// The straight line from the counts of one period to those of the other.
struct Path {
    /// Bad and all events, in units of the events of the first period.
    before: (f64, f64),
    after: (f64, f64),
    unit: f64,
    /// `∫ dt/B`
    per_event: f64,
    /// `∫ A dt/B²`
    ratio_per_event: f64,
}

impl Path {
    fn new(before: Counts, after: Counts) -> Self {
        // One of the two totals is 1 and the other not above it: no square and no product overflows.
        let unit = before.total().max(after.total());
        let scaled = |counts: Counts| (counts.bad() / unit, counts.total() / unit);
        let (before, after) = (scaled(before), scaled(after));
        let ((bad, total), (bad_after, total_after)) = (before, after);
        let growth = (total_after - total) / total;
        let per_event = log_growth(growth, total_after / total) / total;
        // ∫ dt/B² and ∫ t dt/B²
        let (flat, rising) =
            (1.0 / (total * total_after), rising(growth, total_after / total) / (total * total));
        Self { before, after, unit, per_event, ratio_per_event: bad * flat + (bad_after - bad) * rising }
    }

    /// The rise of the ratio.
    fn change(&self) -> f64 {
        let ((bad, total), (bad_after, total_after)) = (self.before, self.after);
        difference_of_products(bad_after, total, bad, total_after) / (total * total_after)
    }

    fn contribution(&self, name: &str, before: Counts, after: Counts) -> Contribution {
        let bad = (after.bad() - before.bad()) / self.unit;
        let total = (after.total() - before.total()) / self.unit;
        let change = bad * self.per_event - total * self.ratio_per_event;
        // With the traffic that it had, all that a part does is its ratio's doing, to the last place.
        let rate = if total == 0.0 { change } else { self.rate(before, after) };
        Contribution { name: name.to_owned(), before, after, change, rate, mix: change - rate }
    }

    /// `(r₁ - r₀) w₀ w₁ / L(w₀, w₁)`, with `w₀/L(w₀, w₁) = ln(1 + s)/s` for `w₁ = (1 + s) w₀`.
    fn rate(&self, before: Counts, after: Counts) -> f64 {
        if !(before.has_traffic() && after.has_traffic()) {
            return 0.0;
        }
        let scaled = |counts: Counts| (counts.bad() / self.unit, counts.total() / self.unit);
        let ((bad, total), (bad_after, total_after)) = (scaled(before), scaled(after));
        let (all, all_after) = (self.before.1, self.after.1);
        let share = total_after / all_after;
        let growth = difference_of_products(total_after, all, total, all_after) / (total * all_after);
        let rise = difference_of_products(bad_after, total, bad, total_after) / (total * total_after);
        rise * share * log_growth(growth, 1.0 + growth)
    }
}

/// `ln(1 + u) / u`, where `factor = 1 + u`; 1 at 0.
fn log_growth(u: f64, factor: f64) -> f64 {
    if u == 0.0 {
        return 1.0;
    }
    (if u.abs() < 0.5 { u.ln_1p() } else { factor.ln() }) / u
}

/// `(ln(1 + u) - u / (1 + u)) / u² = ∫ t dt / (1 + u t)²`, where `factor = 1 + u`; ½ at 0.
fn rising(u: f64, factor: f64) -> f64 {
    if u.abs() < 0.125 {
        // Σ (-u)^k (k + 1)/(k + 2): the next term is below 10^-17.
        return (0..20).rev().fold(0.0, |sum, k| {
            let k = f64::from(k);
            (k + 1.0) / (k + 2.0) - u * sum
        });
    }
    (log_growth(u, factor) - 1.0 / factor) / u
}

/// `a b - c d` to two units in its last place, as the rounding of one product is taken off the other.
fn difference_of_products(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let product = c * d;
    let error = c.mul_add(-d, product);
    a.mul_add(b, -product) + error
}

impl BurnChange {
    /// What was found, in sentences: the whole, then the parts that moved it most.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    /// use slo_correlate::attribute_burn;
    ///
    /// let before = [("read", Counts::bad_total(9.0, 900.0)?), ("write", Counts::bad_total(1.0, 100.0)?)];
    /// let after = [("read", Counts::bad_total(9.0, 900.0)?), ("write", Counts::bad_total(11.0, 100.0)?)];
    /// let text = attribute_burn(&before, &after)?.explain();
    /// assert!(text.starts_with("The error ratio went from 1% to 2% (+1 percentage points).\nwrite: +1"), "{text}");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        let mut parts: Vec<&Contribution> = self.contributions.iter().collect();
        parts.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
        let (most, rest) = parts.split_at(parts.len().min(5));
        let mut lines = vec![format!("The error ratio {}.", self.summary())];
        lines.extend(most.iter().map(|part| part.explain()));
        if !rest.is_empty() {
            let sum: f64 = rest.iter().map(|part| part.change).sum();
            lines.push(format!("{} more: {} together.", rest.len(), points(sum)));
        }
        lines.join("\n")
    }

    fn summary(&self) -> String {
        let by = points(self.change);
        format!("went from {} to {} ({by} percentage points)", percent(self.before), percent(self.after))
    }
}

impl Contribution {
    fn explain(&self) -> String {
        let [change, rate, mix] = [self.change, self.rate, self.mix].map(points);
        format!(
            "{}: {change} ({rate} by its own ratio, from {} to {}; {mix} by its traffic, from {} to {} events).",
            self.name,
            percent(self.before),
            percent(self.after),
            self.before.total(),
            self.after.total(),
        )
    }
}

/// One line: the whole, and the part that raised it most.
impl fmt::Display for BurnChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", percent(self.before), percent(self.after))?;
        if let Some(first) = self.contributions.first() {
            write!(f, ", {} {}", first.name, points(first.change))?;
        }
        write!(f, ", {} parts", self.contributions.len())
    }
}

/// A ratio as a percentage.
fn percent(counts: Counts) -> String {
    counts
        .error_ratio()
        .map_or_else(|| "no traffic".to_owned(), |ratio| format!("{}%", Figure(ratio * 100.0)))
}

/// A change in percentage points, with its sign.
fn points(change: f64) -> String {
    let sign = if change < 0.0 { "" } else { "+" };
    format!("{sign}{}", Figure(change * 100.0))
}

/// A contribution as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    before: Counts,
    after: Counts,
    change: f64,
    rate: f64,
    mix: f64,
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Contribution {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { name, before, after, change, rate, mix } = raw;
        // Each is rounded once.
        let rounding = 4.0 * f64::EPSILON * (rate.abs() + mix.abs());
        if (change - (rate + mix)).abs() <= rounding {
            return Ok(Self { name, before, after, change, rate, mix });
        }
        Err(Error::State { reason: format!("the change of {name} is not that of its rate and its mix") })
    }
}

#[cfg(test)]
mod tests;
