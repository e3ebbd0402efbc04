//! The target `fraction`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::fraction(text));
