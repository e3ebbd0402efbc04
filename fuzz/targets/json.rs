//! The target `json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::json(text));
