//! What holds for the house as a whole: laws that no crate can keep or test alone, as integration tests under `tests/`,
//! one suite to a file. The library itself is empty.
