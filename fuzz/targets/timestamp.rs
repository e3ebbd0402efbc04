//! The target `timestamp`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| slo_fuzz::timestamp(text));
