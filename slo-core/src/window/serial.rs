//! Windows as they are written down: a rolling one as its length, a calendar field by field.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Calendar, CalendarUnit, Kind, MonthEnd, Window};
use crate::time::{Duration, Zone};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Raw {
    Rolling(Duration),
    Calendar(RawCalendar),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCalendar {
    unit: CalendarUnit,
    count: u32,
    start: String,
    zone: Zone,
    month_end: MonthEnd,
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = match self.0 {
            Kind::Rolling(length) => Raw::Rolling(length),
            Kind::Calendar(calendar) => Raw::Calendar(RawCalendar {
                unit: calendar.unit(),
                count: calendar.count(),
                start: format!("{:?}", calendar.starts_at()),
                zone: calendar.clock(),
                month_end: calendar.at_month_end(),
            }),
        };
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let window = match Raw::deserialize(deserializer)? {
            Raw::Rolling(length) => Self::rolling(length),
            Raw::Calendar(RawCalendar { unit, count, start, zone, month_end }) => Calendar::new(unit, count)
                .and_then(|calendar| calendar.starting(&start))
                .map(|calendar| Self::calendar(calendar.zone(zone).month_end(month_end))),
        };
        window.map_err(de::Error::custom)
    }
}
