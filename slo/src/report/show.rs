//! The report as text for a terminal.

use std::fmt;

use slo_core::{Budget, Detection, Duration, Episode, Timestamp};

use super::{Anomaly, Incident, Report};
use crate::text;

/// The parts of the horizon that have a row.
const PARTS_AHEAD: [usize; 4] = [8, 4, 2, 1];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, at {} UTC", self.slo, self.at.to_utc().format("%Y-%m-%d %H:%M:%S"))?;
        section(f, None, &self.budget_rows())?;
        section(f, Some("Burn rates"), &self.burn_rows())?;
        section(f, Some("Alerts"), &self.alert_rows())?;
        section(f, Some("Burnt by"), &self.share_rows())?;
        section(f, Some("Anomalies"), &self.anomaly_rows())?;
        section(f, Some("Ahead"), &self.ahead_rows())?;
        section(f, Some("Known incidents"), &self.incident_rows())?;
        section(f, Some("No traffic"), &self.quiet_rows())
    }
}

/// A titled table, or nothing if it has no rows.
fn section(f: &mut fmt::Formatter<'_>, title: Option<&str>, rows: &[Vec<String>]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    match title {
        None => writeln!(f)?,
        Some(title) => writeln!(f, "\n{title}")?,
    }
    f.write_str(&text::table(rows, "  "))
}

impl Report {
    /// SLI, budget allowed, spent and left: name, value, and what stands behind it.
    pub(crate) fn budget_rows(&self) -> Vec<Vec<String>> {
        let budget = &self.budget;
        let Some(sli) = budget.sli() else {
            return vec![vec!["SLI".to_owned(), "no traffic in the window".to_owned()]];
        };
        let range = |ends: Option<(String, String, f64)>| {
            ends.map_or_else(String::new, |(a, b, level)| {
                format!("{a} to {b} ({:.0}% confidence)", level * 100.0)
            })
        };
        let sli_range =
            self.sli_interval.map(|i| (text::near_one(i.lower), text::near_one(i.upper), i.level));
        let spent_range =
            self.consumed_interval.map(|i| (text::percent(i.lower, 1), text::percent(i.upper, 1), i.level));
        let downtime = budget.as_downtime();
        let row = |name: &str, value: String, share: String, note: String| {
            vec![name.to_owned(), value, share, note]
        };
        vec![
            row("SLI", text::near_one(sli), String::new(), range(sli_range)),
            row(unit(budget), text::count(budget.total()), String::new(), covered(self.coverage)),
            row("allowed", text::count(budget.allowed()), "100.0%".to_owned(), as_outage(downtime.allowed)),
            row("spent", text::count(budget.bad()), text::percent(budget.consumed(), 1), range(spent_range)),
            row(
                "left",
                text::count(budget.remaining()),
                text::percent(1.0 - budget.consumed(), 1),
                verdict(budget),
            ),
        ]
    }

    /// Window, burn rate, lowest limit.
    pub(crate) fn burn_rows(&self) -> Vec<Vec<String>> {
        let limit = |limit: Option<f64>| {
            limit.map_or_else(String::new, |limit| format!("limit {}", text::number(limit)))
        };
        self.burn_rates
            .iter()
            .map(|w| vec![w.window.to_string(), text::burn(w.burn), limit(w.limit)])
            .collect()
    }

    /// Severity, begin, duration, highest burn, cost.
    pub(crate) fn alert_rows(&self) -> Vec<Vec<String>> {
        let row = |episode: &Episode| {
            let lasted = text::duration(lasted(episode));
            vec![
                episode.severity.clone(),
                text::instant(episode.begin, self.at),
                episode.end.map_or_else(|| "still firing".to_owned(), |end| text::instant(end, self.at)),
                if episode.end.is_some() { lasted } else { format!("{lasted} so far") },
                format!("burn up to {:.1}", episode.burn),
                format!("{} bad", text::count(episode.bad)),
                format!("{} of the budget", text::percent(episode.cost, 1)),
            ]
        };
        self.timeline.by_severity().iter().map(row).collect()
    }

    /// Part, bad events, share of them, share of the budget, error ratio.
    pub(crate) fn share_rows(&self) -> Vec<Vec<String>> {
        let row = |share: &slo_correlate::Share| {
            vec![
                share.name.clone(),
                format!("{} bad of {}", text::count(share.counts.bad()), text::count(share.counts.total())),
                format!("{} of the errors", text::percent(share.of_bad, 1)),
                format!("{} of the budget", text::percent(share.consumed, 1)),
            ]
        };
        self.shares.iter().map(row).collect()
    }

    /// Signal, begin, length, most unusual value, what was usual, and the statistic.
    pub(crate) fn anomaly_rows(&self) -> Vec<Vec<String>> {
        let row = |anomaly: &Anomaly| {
            vec![
                anomaly.signal.to_string(),
                text::instant(anomaly.begin, self.at),
                format!("for {}", text::duration(anomaly.length())),
                anomaly.value(),
                format!("usual {}", anomaly.usual()),
                anomaly.reason(),
            ]
        };
        self.anomalies.iter().map(row).collect()
    }

    /// Until when, how probably the budget has run out by then, and what share is consumed then on average.
    pub(crate) fn ahead_rows(&self) -> Vec<Vec<String>> {
        let Some(ahead) = self.exhaustion.as_ref().filter(|ahead| !ahead.exhausted) else {
            return Vec::new();
        };
        let steps = ahead.times.len();
        let row = |part: usize| {
            let step = (steps / part).checked_sub(1)?;
            let within = ahead.times.get(step)?.saturating_since(ahead.at);
            Some(vec![
                format!("within {}", text::duration(within)),
                format!("{} exhausted", text::percent(*ahead.probability.get(step)?, 1)),
                format!("{} consumed on average", text::percent(*ahead.consumed.get(step)?, 1)),
            ])
        };
        PARTS_AHEAD.into_iter().filter_map(row).collect()
    }

    /// Incident, begin, length, how it was noticed.
    pub(crate) fn incident_rows(&self) -> Vec<Vec<String>> {
        let row = |(incident, detection): &(Incident, Detection)| {
            let length = incident.end.saturating_since(incident.begin);
            vec![
                incident.name.clone(),
                text::instant(incident.begin, self.at),
                format!("for {}", text::duration(length)),
                self.noticed(detection),
            ]
        };
        self.incidents.iter().map(row).collect()
    }

    /// Begin, end and length of each stretch without traffic.
    pub(crate) fn quiet_rows(&self) -> Vec<Vec<String>> {
        let row = |(begin, end): &(Timestamp, Timestamp)| {
            let length = end.saturating_since(*begin);
            vec![text::instant(*begin, self.at), text::instant(*end, self.at), text::duration(length)]
        };
        self.quiet.iter().map(row).collect()
    }

    /// How an incident was noticed, in a phrase.
    pub(crate) fn noticed(&self, detection: &Detection) -> String {
        let alert = detection.alert.and_then(|place| self.timeline.alerts().get(place));
        match (alert, detection.delay) {
            (Some(alert), Some(delay)) if delay.nanos() < 0 => {
                let lead = text::duration(Duration::from_nanos(delay.nanos().saturating_neg()));
                format!("{} fired already, {lead} early", alert.rule.severity_name())
            }
            (Some(alert), Some(delay)) => {
                format!("{} after {}", alert.rule.severity_name(), text::duration(delay))
            }
            _ => "no alert".to_owned(),
        }
    }
}

/// For how long an episode fired.
fn lasted(episode: &Episode) -> Duration {
    episode.until.saturating_since(episode.begin)
}

fn covered(coverage: f64) -> String {
    format!("{} of the window covered", text::percent(coverage, 1))
}

fn as_outage(allowed: Duration) -> String {
    format!("as much as {} of complete outage", text::duration(allowed))
}

/// What a budget counts.
pub(crate) fn unit(budget: &Budget) -> &'static str {
    if budget.slices().is_some() { "slices" } else { "events" }
}

fn verdict(budget: &Budget) -> String {
    if !budget.met() {
        "objective missed".to_owned()
    } else if budget.exhausted() {
        "exhausted, objective met".to_owned()
    } else {
        "objective met".to_owned()
    }
}
