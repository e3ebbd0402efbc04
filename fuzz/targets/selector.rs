//! The target `selector`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::selector(text));
