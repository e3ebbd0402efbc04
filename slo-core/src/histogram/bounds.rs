//! Where the buckets of a native histogram end.

use crate::error::{Error, Result};

/// The coarsest schema: a bucket is 65,536 times as wide as the one below.
pub(super) const COARSEST: i32 = -4;

/// The finest schema: a bucket is 0.27% wider than the one below.
pub(super) const FINEST: i32 = 8;

/// The schema that stands for bounds of one's own.
pub(super) const CUSTOM: i32 = -53;

/// Refuses what is no exponential schema.
pub(super) fn check_schema(schema: i32) -> Result<()> {
    if (COARSEST..=FINEST).contains(&schema) {
        return Ok(());
    }
    Err(Error::invalid("schema", schema, "must lie between -4 and 8, or have custom bounds (-53)"))
}

/// The upper bound of bucket `index`: `2^(index 2^-schema)`, the greatest float instead of 2^1024, and ∞ above.
pub(super) fn upper(schema: i32, index: i32) -> f64 {
    let (whole, part) = if schema <= 0 {
        (i64::from(index) << -schema, 0.0)
    } else {
        let step = 1_i64 << schema;
        let index = i64::from(index);
        (index.div_euclid(step), index.rem_euclid(step) as f64 / step as f64)
    };
    let whole = i32::try_from(whole.clamp(-1_100, 1_100)).unwrap_or(0);
    if whole == 1_024 && part == 0.0 {
        return f64::MAX;
    }
    libm::ldexp(libm::exp2(part), whole)
}

/// The numbers of the lowest and the highest bucket that a float can be in.
pub(super) fn indices(schema: i32) -> (i32, i32) {
    // 2^-1074 is the least positive float; the bucket above 2^1024 holds the infinities.
    if schema <= 0 {
        ((-1_074) >> -schema, (1_024 >> -schema) + 1)
    } else {
        (-1_074 << schema, (1_024 << schema) + 1)
    }
}

/// The bucket of a coarser schema that holds bucket `index`.
pub(super) fn coarser(index: i32, from: i32, to: i32) -> i32 {
    ((index - 1) >> (from - to)) + 1
}
