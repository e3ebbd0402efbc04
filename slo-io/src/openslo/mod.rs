//! `OpenSLO` v1: SLO objects and the SLI objects they refer to.

mod indicator;
mod slo;
mod window;

use std::collections::BTreeMap;

use indicator::Sli;
use slo_core::Result;

use crate::spec::Spec;
use crate::yaml::{self, Fields, Node, Part, Value};

/// Kinds of `OpenSLO` v1 objects that say nothing about an objective.
const OTHER_KINDS: [&str; 5] =
    ["Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"];

/// How many bytes all specs of a text may take: each holds what its SLO and the SLI of that say.
const MAX_READ_BYTES: u64 = 64 << 20;

/// Reads the `OpenSLO` v1 objects in a text, YAML or JSON, into one [`Spec`] per objective.
///
/// The text may hold several documents separated by `---`, and a document one object or a list of them. An SLO's
/// `indicatorRef` is looked for among the text's SLI objects; the other kinds of object (Service, `DataSource` and those
/// of alerting) are passed over. A field that is unknown where it stands is refused, so that `targett` is no silent
/// default; `metadata.labels` and `metadata.annotations` and a source's `spec` are free.
///
/// # Examples
///
/// ```
/// use slo_io::{BudgetingMethod, SpecWindow, read_specs};
///
/// let specs = read_specs(r#"
/// apiVersion: openslo/v1
/// kind: SLO
/// metadata: {name: checkout, labels: {team: [a, b]}}
/// spec:
///   service: shop
///   indicatorRef: answers
///   budgetingMethod: Occurrences
///   timeWindow: [{duration: 28d, isRolling: true}]
///   objectives: [{displayName: Good, target: 0.999}]
/// ---
/// apiVersion: openslo/v1
/// kind: SLI
/// metadata: {name: answers}
/// spec:
///   ratioMetric:
///     counter: true
///     good: {metricSource: {type: Prometheus, spec: {query: 'requests_total{code!~"5.."}'}}}
///     total: {metricSource: {type: Prometheus, spec: {query: requests_total}}}
/// "#)?;
/// assert_eq!(specs[0].objective, "99.9%".parse()?);
/// assert_eq!(specs[0].window, SpecWindow::Rolling("28d".parse()?));
/// assert_eq!(specs[0].budgeting, BudgetingMethod::Occurrences);
///
/// let refused = read_specs("apiVersion: openslo/v1\nkind: SLO\nmetadata: {nam: x}").unwrap_err();
/// assert_eq!(refused.to_string(), "line 3, column 11: metadata: the field \"name\" is missing");
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// - [`Error::Parse`](slo_core::Error::Parse) with line, column and path for what is not YAML or not `OpenSLO` v1;
/// - [`Error::Unsupported`](slo_core::Error::Unsupported) for other versions and for composite SLOs;
/// - [`Error::LimitExceeded`](slo_core::Error::LimitExceeded) above 1 MiB of text or 64 MiB of specs.
///
/// # References
///
/// `OpenSLO` specification, version 1, <https://github.com/OpenSLO/OpenSLO>.
pub fn read_specs(text: &str) -> Result<Vec<Spec>> {
    let documents = yaml::read(text)?;
    let mut slos = Vec::new();
    let mut slis = BTreeMap::new();
    for object in documents.iter().flat_map(objects) {
        let mut object = object.fields()?;
        match kind(&mut object)?.as_str() {
            "SLO" => slos.push(object),
            "SLI" => {
                let place = object.whole().clone();
                let (name, sli) = sli_object(object)?;
                if slis.insert(name.clone(), sli).is_some() {
                    return Err(place.error(format!("the SLI {name:?} is there twice")));
                }
            }
            _ => {}
        }
    }
    let mut specs = Vec::new();
    let mut bytes = 0;
    for slo in slos {
        specs.extend(slo::read(slo, &slis, &mut bytes)?);
    }
    Ok(specs)
}

/// The objects of a document: itself, or the items of a list.
fn objects(document: &Node) -> Vec<Part<'_>> {
    let whole = Part::document(document);
    match document.value {
        Value::List(_) => whole.list().unwrap_or_default(),
        _ => vec![whole],
    }
}

/// The kind of an object of this version.
fn kind(object: &mut Fields<'_>) -> Result<String> {
    let version = object.required("apiVersion")?;
    match version.text()?.as_str() {
        "openslo/v1" => {}
        text if text.starts_with("openslo") => {
            return Err(version.unsupported(&format!("apiVersion {text}"), "openslo/v1 is read"));
        }
        text => return Err(version.error(format!("{text:?} is not openslo/v1"))),
    }
    let kind = object.required("kind")?;
    let text = kind.text()?;
    if matches!(text.as_str(), "SLO" | "SLI") || OTHER_KINDS.contains(&text.as_str()) {
        return Ok(text);
    }
    let known = OTHER_KINDS.join(", ");
    Err(kind.error(format!("{text:?} is no kind of OpenSLO v1: SLO, SLI, {known}")))
}

/// What every object says of itself.
struct Metadata {
    name: String,
    display_name: Option<String>,
    labels: BTreeMap<String, Vec<String>>,
}

impl Metadata {
    fn read(part: Part<'_>) -> Result<Self> {
        let mut fields = part.fields()?;
        let name = fields.required("name")?;
        let text = name.text()?;
        if text.is_empty() {
            return Err(name.error("is empty"));
        }
        let display_name = text_of(&mut fields, "displayName")?;
        let labels = fields.optional("labels").map_or_else(|| Ok(BTreeMap::new()), labels)?;
        fields.ignore("annotations");
        fields.finish()?;
        Ok(Self { name: text, display_name, labels })
    }
}

/// Labels, each with a value or a list of values.
fn labels(part: Part<'_>) -> Result<BTreeMap<String, Vec<String>>> {
    let values = |part: Part<'_>| match part.node.value {
        Value::List(_) => part.list()?.iter().map(Part::text).collect(),
        Value::Null => Ok(vec![String::new()]),
        _ => Ok(vec![part.text()?]),
    };
    part.fields()?.all().map(|(name, part)| Ok((name.to_owned(), values(part)?))).collect()
}

/// The text of a field that may be missing.
fn text_of(fields: &mut Fields<'_>, name: &'static str) -> Result<Option<String>> {
    fields.optional(name).map(|part| part.text()).transpose()
}

/// An SLI object: its name and what it measures.
fn sli_object(mut object: Fields<'_>) -> Result<(String, Sli<'_>)> {
    let metadata = Metadata::read(object.required("metadata")?)?;
    let sli = Sli::read(object.required("spec")?)?;
    object.finish()?;
    Ok((metadata.name, sli))
}

#[cfg(test)]
mod tests;
