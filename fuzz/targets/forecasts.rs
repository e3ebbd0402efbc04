//! The target `forecasts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::forecasts(text));
