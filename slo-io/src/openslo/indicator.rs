//! `OpenSLO` v1 SLIs: what is measured, before an objective adds its limit.

use slo_core::{Comparison, Result};

use super::text_of;
use crate::spec::{Indicator, RatioPart, RawKind, Source};
use crate::yaml::{Fields, Part};

/// What an SLI object, or an SLO's inline indicator, says.
#[derive(Clone, Debug)]
pub(super) struct Sli<'a> {
    /// The metric as it is written.
    written: Part<'a>,
    metric: Metric,
}

#[derive(Clone, Debug)]
enum Metric {
    /// A ratio, which needs nothing of an objective.
    Ratio(Indicator),
    /// A measured value, whose limit is the objective's.
    Threshold(Source),
}

impl<'a> Sli<'a> {
    /// Reads the `spec` of an SLI.
    pub(super) fn read(part: Part<'a>) -> Result<Self> {
        let mut fields = part.fields()?;
        fields.ignore("description");
        let sli = match (fields.optional("ratioMetric"), fields.optional("thresholdMetric")) {
            (Some(part), None) => Self { metric: Metric::Ratio(ratio(part.clone())?), written: part },
            (None, Some(part)) => Self { metric: Metric::Threshold(source(part.clone())?), written: part },
            (None, None) => {
                let missing = "the field \"ratioMetric\" or \"thresholdMetric\" is missing";
                return Err(fields.whole().error(missing));
            }
            (Some(_), Some(part)) => {
                return Err(part.error("stands beside a ratioMetric; an SLI has one metric"));
            }
        };
        fields.finish()?;
        Ok(sli)
    }

    /// About how many bytes a copy takes.
    pub(super) fn bytes(&self) -> u64 {
        self.written.node.bytes()
    }

    /// The indicator of one objective.
    pub(super) fn indicator(
        &self,
        objective: &mut Fields<'_>,
        warnings: &mut Vec<String>,
    ) -> Result<Indicator> {
        let operator = objective.optional("op");
        let value = objective.optional("value");
        match &self.metric {
            Metric::Ratio(ratio) => {
                let unused = [operator, value].into_iter().flatten();
                warnings.extend(unused.map(|part| format!("{}: is not used by a ratioMetric", part.path)));
                Ok(ratio.clone())
            }
            Metric::Threshold(source) => {
                let missing = |field: &str| {
                    let path = &self.written.path;
                    objective.whole().error(format!("the field {field:?} is missing, {path} needs it"))
                };
                let comparison = comparison(&operator.ok_or_else(|| missing("op"))?)?;
                let limit = value.ok_or_else(|| missing("value"))?.finite()?;
                Ok(Indicator::Threshold { source: source.clone(), comparison, limit })
            }
        }
    }
}

/// How a good value compares with the limit.
fn comparison(part: &Part<'_>) -> Result<Comparison> {
    match part.text()?.as_str() {
        "lt" => Ok(Comparison::Below),
        "lte" => Ok(Comparison::AtMost),
        "gt" => Ok(Comparison::Above),
        "gte" => Ok(Comparison::AtLeast),
        other => Err(part.error(format!("{other:?} is not lt, lte, gt or gte"))),
    }
}

/// Good or bad and total, or one source that has formed the ratio.
fn ratio(part: Part<'_>) -> Result<Indicator> {
    let mut fields = part.fields()?;
    let counter = fields.optional("counter").map_or(Ok(false), |part| part.boolean())?;
    let good = fields.optional("good");
    let bad = fields.optional("bad");
    let total = fields.optional("total");
    let raw = fields.optional("raw");
    let kind = fields.optional("rawType");
    let ratio = match (raw, good, bad, total) {
        (Some(raw), None, None, None) => {
            let kind = raw_kind(&kind.ok_or_else(|| {
                fields.whole().error("the field \"rawType\" is missing; a raw ratio needs it")
            })?)?;
            Indicator::Raw { source: source(raw)?, kind }
        }
        (Some(raw), ..) => {
            return Err(raw.error("stands beside good, bad or total; a ratio is raw or has two parts"));
        }
        (None, good, bad, total) => {
            if let Some(kind) = kind {
                return Err(kind.error("stands without a raw ratio"));
            }
            let part = match (good, bad) {
                (Some(good), None) => RatioPart::Good(source(good)?),
                (None, Some(bad)) => RatioPart::Bad(source(bad)?),
                (None, None) => return Err(fields.whole().error("the field \"good\" or \"bad\" is missing")),
                (Some(_), Some(bad)) => {
                    return Err(bad.error("stands beside good; one of the two says it all"));
                }
            };
            let total = total.ok_or_else(|| fields.whole().error("the field \"total\" is missing"))?;
            Indicator::Ratio { part, total: source(total)?, counter }
        }
    };
    fields.finish()?;
    Ok(ratio)
}

fn raw_kind(part: &Part<'_>) -> Result<RawKind> {
    match part.text()?.as_str() {
        "success" => Ok(RawKind::Success),
        "failure" => Ok(RawKind::Failure),
        other => Err(part.error(format!("{other:?} is not success or failure"))),
    }
}

/// A metric is an object around its source.
fn source(part: Part<'_>) -> Result<Source> {
    let mut fields = part.fields()?;
    let mut source = fields.required("metricSource")?.fields()?;
    fields.finish()?;
    let kind = text_of(&mut source, "type")?;
    let reference = text_of(&mut source, "metricSourceRef")?;
    let spec = source.required("spec")?.object()?;
    source.finish()?;
    Ok(Source { kind, reference, spec })
}
