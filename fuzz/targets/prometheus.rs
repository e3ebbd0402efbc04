//! The target `prometheus`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::prometheus(text));
