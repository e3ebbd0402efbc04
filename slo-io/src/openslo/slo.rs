//! `OpenSLO` v1 SLO objects: the objectives and how they are budgeted.

use std::collections::BTreeMap;

use slo_core::{Error, Fraction, Objective, Result};

use super::indicator::Sli;
use super::{MAX_READ_BYTES, Metadata, text_of, window};
use crate::spec::{BudgetingMethod, Spec};
use crate::yaml::{Fields, Part};

/// An SLO object: a spec for each of its objectives; `bytes` is about what all specs so far take.
pub(super) fn read(
    mut object: Fields<'_>,
    slis: &BTreeMap<String, Sli<'_>>,
    bytes: &mut u64,
) -> Result<Vec<Spec>> {
    let own_bytes = object.whole().node.bytes();
    let metadata = Metadata::read(object.required("metadata")?)?;
    let mut spec = object.required("spec")?.fields()?;
    object.finish()?;

    let objectives = spec.required("objectives")?;
    let parts = objectives.list()?;
    if parts.is_empty() {
        return Err(objectives.error("is empty; an SLO has at least one objective"));
    }
    for part in &parts {
        refuse_composite(part)?;
    }
    let description = text_of(&mut spec, "description")?;
    let service = spec.required("service")?.text()?;
    let sli = indicator(&mut spec, slis)?;
    *bytes += parts.len() as u64 * (own_bytes + sli.bytes());
    if *bytes > MAX_READ_BYTES {
        return Err(Error::LimitExceeded {
            what: "the specs in bytes",
            value: *bytes,
            limit: MAX_READ_BYTES,
        });
    }
    let mut common_warnings = Vec::new();
    let window = window::read(spec.required("timeWindow")?, &mut common_warnings)?;
    let method = spec.required("budgetingMethod")?;
    spec.ignore("alertPolicies");
    spec.finish()?;

    let read_objective = |part: Part<'_>| {
        let mut fields = part.fields()?;
        let mut warnings = common_warnings.clone();
        let objective_name = text_of(&mut fields, "displayName")?;
        let objective = target(&mut fields)?;
        let budgeting = budgeting(&method, &mut fields, &mut warnings)?;
        let indicator = sli.indicator(&mut fields, &mut warnings)?;
        fields.finish()?;
        Ok(Spec {
            name: metadata.name.clone(),
            display_name: metadata.display_name.clone(),
            description: description.clone(),
            service: service.clone(),
            labels: metadata.labels.clone(),
            indicator,
            objective,
            objective_name,
            window: window.clone(),
            budgeting,
            warnings,
        })
    };
    parts.into_iter().map(read_objective).collect()
}

/// Refuses an objective with an indicator of its own, which makes its SLO a composite one.
fn refuse_composite(objective: &Part<'_>) -> Result<()> {
    let mut fields = objective.clone().fields()?;
    for name in ["indicator", "indicatorRef", "compositeWeight"] {
        if let Some(part) = fields.optional(name) {
            return Err(
                part.unsupported("a composite SLO", "each SLO has one indicator for all its objectives")
            );
        }
    }
    Ok(())
}

/// The SLI that an SLO holds or refers to.
fn indicator<'a>(spec: &mut Fields<'a>, slis: &BTreeMap<String, Sli<'a>>) -> Result<Sli<'a>> {
    match (spec.optional("indicator"), spec.optional("indicatorRef")) {
        (Some(part), None) => {
            let mut inline = part.fields()?;
            if let Some(metadata) = inline.optional("metadata") {
                Metadata::read(metadata)?;
            }
            let sli = Sli::read(inline.required("spec")?)?;
            inline.finish()?;
            Ok(sli)
        }
        (None, Some(part)) => {
            let name = part.text()?;
            let unknown = || part.error(format!("there is no SLI {name:?} in this text"));
            slis.get(&name).cloned().ok_or_else(unknown)
        }
        (None, None) => Err(spec.whole().error("the field \"indicator\" or \"indicatorRef\" is missing")),
        (Some(_), Some(part)) => Err(part.error("stands beside an indicator; one of the two says it all")),
    }
}

/// The target, from the decimal that was written.
fn target(fields: &mut Fields<'_>) -> Result<Objective> {
    let (part, suffix) = match (fields.optional("target"), fields.optional("targetPercent")) {
        (Some(target), None) => (target, ""),
        (None, Some(percentage)) => (percentage, "%"),
        (None, None) => {
            return Err(fields.whole().error("the field \"target\" or \"targetPercent\" is missing"));
        }
        (Some(_), Some(percentage)) => {
            return Err(percentage.error("stands beside a target; one of the two says it all"));
        }
    };
    let text = part.number()?;
    let refuse = |error: Error| match (error, suffix) {
        (Error::InvalidParameter { reason, .. }, "") => part.error(format!("{text}: {reason}")),
        _ => part.error(format!("{text}: must lie strictly between 0 and 100, with at most 18 digits")),
    };
    format!("{text}{suffix}").parse().map_err(refuse)
}

/// The budgeting method, with what the objective adds to it.
fn budgeting(
    method: &Part<'_>,
    objective: &mut Fields<'_>,
    warnings: &mut Vec<String>,
) -> Result<BudgetingMethod> {
    let name = method.text()?;
    let target = objective.optional("timeSliceTarget");
    let slice = objective.optional("timeSliceWindow");
    let mut unused = |part: &Option<Part<'_>>| {
        warnings.extend(part.as_ref().map(|part| format!("{}: is not used by {name}", part.path)));
    };
    let missing =
        |field: &str| objective.whole().error(format!("the field {field:?} is missing, {name} needs it"));
    let length = |slice: Option<Part<'_>>| {
        let part = slice.ok_or_else(|| missing("timeSliceWindow"))?;
        window::Shorthand::read(&part)?.exact(&part)
    };
    match name.as_str() {
        "Occurrences" => {
            unused(&target);
            unused(&slice);
            Ok(BudgetingMethod::Occurrences)
        }
        "Timeslices" => {
            let target = slice_target(&target.ok_or_else(|| missing("timeSliceTarget"))?)?;
            Ok(BudgetingMethod::Timeslices { target, slice: length(slice)? })
        }
        "RatioTimeslices" => {
            unused(&target);
            Ok(BudgetingMethod::RatioTimeslices { slice: length(slice)? })
        }
        _ => Err(method.error(format!("{name:?} is not Occurrences, Timeslices or RatioTimeslices"))),
    }
}

/// The share from which a slice is good: above 0 and at most 1.
fn slice_target(part: &Part<'_>) -> Result<Fraction> {
    let text = part.number()?;
    let target = text.parse().ok().filter(|target: &Fraction| {
        !target.is_zero() && target.numerator() <= target.denominator() && !text.contains(['%', '/'])
    });
    let reason = "must lie above 0 and be at most 1, with at most 18 digits";
    target.ok_or_else(|| part.error(format!("{text}: {reason}")))
}
