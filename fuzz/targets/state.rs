//! The target `state`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::state(text));
