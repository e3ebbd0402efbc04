//! What the classes have that hold one value of the core: methods, detectors, plans and results.

/// The methods of such a class: its own, and those that every such class has.
///
/// ```text
/// record_class! { Class(Value): "The parts" as "a dict of lists", checked by Value::check, fields {
///     /// How many there are.
///     count: usize,
/// } {
///     its own methods
/// } }
/// ```
///
/// The words are those of its docstrings, "The parts as a dict of lists." and "The parts as JSON text."; what a dict
/// and JSON text hold is told where it is more than numbers and names. What is restored was checked where it is read,
/// unless a function is named that checks it as it does one that is made. Fields are those of the value, read as they
/// are. All between the class and its own methods may be left out.
macro_rules! record_class {
    (
        $class:ident($value:ty) $(, checked by $check:path)? $(, fields { $($fields:tt)* })?
        { $($own:tt)* }
    ) => {
        $crate::record::record_class! {
            $class($value): "All of it" as "a dict; None for NaN, ``\"inf\"`` for an infinity"
                and "JSON text; null for NaN, ``\"inf\"`` for an infinity"
                $(, checked by $check)? $(, fields { $($fields)* })?
            { $($own)* }
        }
    };
    (
        $class:ident($value:ty): $what:literal $(as $dict:literal)? $(, checked by $check:path)?
        $(, fields { $($fields:tt)* })?
        { $($own:tt)* }
    ) => {
        $crate::record::record_class! {
            $class($value): $what $(as $dict)? and "JSON text" $(, checked by $check)?
                $(, fields { $($fields)* })?
            { $($own)* }
        }
    };
    ($class:ident($value:ty): $what:literal and $json:literal $($rest:tt)*) => {
        $crate::record::record_class! { $class($value): $what as "a dict" and $json $($rest)* }
    };
    (
        $class:ident($value:ty): $what:literal as $dict:literal and $json:literal $(, checked by $check:path)?
        $(, fields { $($(#[$($doc:tt)*])+ $field:ident: $kind:ty,)+ })?
        { $($own:tt)* }
    ) => {
        #[pymethods]
        impl $class {
            $($(
                $(#[$($doc)*])+
                #[getter]
                fn $field(&self) -> $kind {
                    self.0.$field
                }
            )+)?

            $($own)*

            #[doc = concat!($what, " as ", $dict, ".")]
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $crate::json::dict(py, &self.0)
            }

            #[doc = concat!($what, " as ", $json, ".")]
            fn to_json(&self) -> PyResult<String> {
                $crate::json::text(&self.0)
            }

            #[classmethod]
            fn _restore(_class: &Bound<'_, pyo3::types::PyType>, text: &str) -> PyResult<Self> {
                let value: $value = $crate::json::parse(text)?;
                $($crate::errors::attempt(|| $check(&value))?;)?
                Ok(Self(value))
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
            }
        }
    };
}
pub(crate) use record_class;
