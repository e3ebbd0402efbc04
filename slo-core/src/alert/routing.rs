//! Who is told of which severity.

use std::collections::BTreeMap;

/// Severities and the channels that are told of them: a table, and no sending.
///
/// # Examples
///
/// ```
/// use slo_core::Routing;
///
/// let routing = Routing::new().route("page", ["on-call", "chat"]).otherwise(["chat"]);
/// assert_eq!(routing.channels("page"), ["on-call", "chat"]);
/// assert_eq!(routing.channels("ticket"), ["chat"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Routing {
    routes: BTreeMap<String, Vec<String>>,
    #[cfg_attr(feature = "serde", serde(default))]
    otherwise: Vec<String>,
}

impl Routing {
    /// A table without an entry: nobody is told of anything.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Routing;
    ///
    /// assert!(Routing::new().channels("page").is_empty());
    /// ```
    pub const fn new() -> Self {
        Self { routes: BTreeMap::new(), otherwise: Vec::new() }
    }

    /// The channels that are told of a severity, in place of those that were before.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Routing;
    ///
    /// let routing = Routing::new().route("page", ["chat"]).route("page", ["on-call"]);
    /// assert_eq!(routing.channels("page"), ["on-call"]);
    /// ```
    #[must_use]
    pub fn route<C: Into<String>>(
        mut self,
        severity: impl Into<String>,
        channels: impl IntoIterator<Item = C>,
    ) -> Self {
        self.routes.insert(severity.into(), channels.into_iter().map(Into::into).collect());
        self
    }

    /// The channels that are told of any other severity; none unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Routing;
    ///
    /// assert_eq!(Routing::new().otherwise(["chat"]).channels("ticket"), ["chat"]);
    /// ```
    #[must_use]
    pub fn otherwise<C: Into<String>>(mut self, channels: impl IntoIterator<Item = C>) -> Self {
        self.otherwise = channels.into_iter().map(Into::into).collect();
        self
    }

    /// The channels that are told of a severity, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Routing;
    ///
    /// let routing = Routing::new().route("info", [""; 0]).otherwise(["chat"]);
    /// assert!(routing.channels("info").is_empty(), "an entry of its own, with nobody in it");
    /// ```
    pub fn channels(&self, severity: &str) -> &[String] {
        self.routes.get(severity).unwrap_or(&self.otherwise)
    }

    /// The entries, in the order of their severities.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Routing;
    ///
    /// let routing = Routing::new().route("ticket", ["chat"]).route("page", ["on-call"]);
    /// let severities: Vec<&str> = routing.routes().map(|(severity, _)| severity).collect();
    /// assert_eq!(severities, ["page", "ticket"]);
    /// ```
    pub fn routes(&self) -> impl ExactSizeIterator<Item = (&str, &[String])> {
        self.routes.iter().map(|(severity, channels)| (severity.as_str(), channels.as_slice()))
    }

    /// The channels of a severity without an entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Routing;
    ///
    /// assert_eq!(Routing::new().otherwise(["chat"]).others(), ["chat"]);
    /// ```
    pub fn others(&self) -> &[String] {
        &self.otherwise
    }
}
