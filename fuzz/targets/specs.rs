//! The target `specs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::specs(text));
