//! The target `duration`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::duration(text));
