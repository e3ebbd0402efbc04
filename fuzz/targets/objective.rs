//! The target `objective`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::objective(text));
