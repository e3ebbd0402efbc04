//! What the classes have that hold one value of the core: plans, detectors and results.

/// The methods of such a class: its own, and those that every such class has.
///
/// What is restored was checked where it is read if it is `sound`, and is else checked as one that is made: by its own
/// `check` if it is `checked`, by that of all detectors if it is a `detector`.
macro_rules! record_class {
    (@check $value:ident sound) => {};
    (@check $value:ident checked) => { $crate::errors::attempt(|| $value.check())? };
    (@check $value:ident detector) => {{
        use ::slo::anomaly::Detector as _;
        $crate::errors::attempt(|| $value.check())?
    }};
    ($kind:ident $class:ident($value:ty) { $($own:tt)* }) => {
        #[pymethods]
        impl $class {
            $($own)*

            /// All of it as a dict; None for NaN, ``"inf"`` for an infinity.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $crate::json::dict(py, &self.0)
            }

            /// All of it as JSON text; null for NaN, ``"inf"`` for an infinity.
            fn to_json(&self) -> PyResult<String> {
                $crate::json::text(&self.0)
            }

            #[classmethod]
            fn _restore(_class: &Bound<'_, pyo3::types::PyType>, state: &str) -> PyResult<Self> {
                let value: $value = $crate::json::parse(state)?;
                $crate::anomaly::record::record_class!(@check value $kind);
                Ok(Self(value))
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
            }
        }
    };
}
pub(super) use record_class;
