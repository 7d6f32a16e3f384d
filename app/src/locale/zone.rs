//! Moments in other people's time zones, and in this browser's own.

use super::format;
use jiff::{SignedDuration, Timestamp};
use js_sys::{Array, Object, Reflect};

/// The IANA name of this browser's time zone, where it tells one.
pub fn own() -> Option<String> {
    let options =
        js_sys::Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// How far clocks are put back, in minutes: an hour, on Lord Howe Island half of one.
const PUT_BACK: [i64; 4] = [-60, -30, 30, 60];

/// A moment as it stands on a clock in this zone: weekday, day and time, with the offset where that time comes twice.
/// `None` where the browser does not know the zone.
pub fn moment(at: Timestamp, zone: &str) -> Option<String> {
    let fields = [
        ("weekday", "short"),
        ("day", "numeric"),
        ("month", "short"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ];
    let text = formatted(at, zone, &fields)?;
    let comes_again = PUT_BACK.into_iter().any(|minutes| {
        let other = at.checked_add(SignedDuration::from_mins(minutes));
        other.is_ok_and(|other| formatted(other, zone, &fields).as_ref() == Some(&text))
    });
    if comes_again {
        let with_offset = [&fields[..], &[("timeZoneName", "shortOffset")]].concat();
        return formatted(at, zone, &with_offset);
    }
    Some(text)
}

/// Whether clocks in this zone show something else than here at this moment.
pub fn differs(at: Timestamp, zone: &str) -> bool {
    let fields = [
        ("day", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ];
    own().is_none_or(|own| formatted(at, &own, &fields) != formatted(at, zone, &fields))
}

/// A zone's name as people read it: the city.
pub fn name(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// A moment in words, in this browser's zone: weekday, day, time.
pub fn here(at: Timestamp) -> String {
    format!(
        "{}, {}",
        format::moment(at, format::Moment::LongDay),
        format::moment(at, format::Moment::Time)
    )
}

fn formatted(at: Timestamp, zone: &str, fields: &[(&str, &str)]) -> Option<String> {
    format::in_zone(at, zone, &super::habits::locales(), fields)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_zone_is_called_after_its_city() {
        assert_eq!(name("America/Sao_Paulo"), "Sao Paulo");
        assert_eq!(name("America/Argentina/Buenos_Aires"), "Buenos Aires");
        assert_eq!(name("UTC"), "UTC");
    }
}
