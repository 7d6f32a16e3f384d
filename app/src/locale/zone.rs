//! Moments in other people's time zones, and in this browser's own.

use super::format;
use jiff::Timestamp;
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The IANA name of this browser's time zone, where it tells one.
pub fn own() -> Option<String> {
    let options =
        js_sys::Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// A moment as it stands on a clock in this zone: weekday, day and time. `None` where the browser does not know
/// the zone.
pub fn moment(at: Timestamp, zone: &str) -> Option<String> {
    formatted(
        at,
        zone,
        &[
            ("weekday", "short"),
            ("day", "numeric"),
            ("month", "short"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ],
    )
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

/// What a `datetime-local` field holds for a moment.
pub fn field_value(at: Timestamp) -> String {
    let date = js_date(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// The moment that a `datetime-local` field holds; `None` while it is not complete.
pub fn from_field(value: &str) -> Option<Timestamp> {
    let ms = Date::new(&JsValue::from_str(value)).get_time();
    if !ms.is_finite() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a browser's dates stay far below 2^53 ms"
    )]
    let ms = ms as i64;
    Timestamp::from_millisecond(ms).ok()
}

/// A moment in words, in this browser's zone: weekday, day, time.
pub fn here(at: Timestamp) -> String {
    format!(
        "{}, {}",
        format::moment(at, format::Moment::LongDay),
        format::moment(at, format::Moment::Time)
    )
}

fn js_date(at: Timestamp) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 stay below 2^53"
    )]
    let ms = at.as_millisecond() as f64;
    Date::new(&JsValue::from_f64(ms))
}

fn formatted(at: Timestamp, zone: &str, fields: &[(&str, &str)]) -> Option<String> {
    let options = Object::new();
    for (name, value) in fields.iter().copied().chain([("timeZone", zone)]) {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // Called through its property, because it throws at a zone that is none.
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let make = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?;
    let make: Function = make.dyn_into().ok()?;
    let format = Reflect::construct(&make, &Array::of2(&JsValue::UNDEFINED, &options)).ok()?;
    let say: Function = Reflect::get(&format, &"format".into())
        .ok()?
        .dyn_into()
        .ok()?;
    say.call1(&format, &js_date(at)).ok()?.as_string()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn x13_a_zone_is_called_after_its_city() {
        assert_eq!(name("America/Sao_Paulo"), "Sao Paulo");
        assert_eq!(name("America/Argentina/Buenos_Aires"), "Buenos Aires");
        assert_eq!(name("UTC"), "UTC");
    }
}
