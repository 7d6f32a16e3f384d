//! Money, numbers, dates and durations through the browser's `Intl`.

use super::{
    habits::locales,
    local_time::{self, Local},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use js_sys::{
    Array, Function,
    Intl::{DateTimeFormat, NumberFormat},
    Object, Reflect,
};
use std::{cell::RefCell, collections::HashMap};
use wasm_bindgen::{JsCast, JsValue};

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Hours and minutes.
    Time,
    /// Hours, minutes and seconds.
    Clock,
    /// Day, month and year.
    Day,
    /// Day and month, for lists.
    ShortDay,
    /// Weekday, day and month, for separators.
    LongDay,
    /// Day and time, for tables.
    DayTime,
}

thread_local! {
    // A formatter costs about a millisecond to make and is used once a line.
    static MOMENTS: RefCell<HashMap<(Moment, bool), Function>> = RefCell::new(HashMap::new());
    static MONEY: RefCell<HashMap<String, Function>> = RefCell::new(HashMap::new());
}

/// Currencies kept at a time; a page rarely meets more than two.
const MAX_MONEY_FORMATS: usize = 32;

/// `amount` (a plain decimal such as `2280.00`, kept exact) in `currency` (ISO 4217).
pub fn money_parts(amount: &str, currency: &str) -> String {
    let format = MONEY.with_borrow_mut(|known| {
        if known.len() >= MAX_MONEY_FORMATS {
            known.clear();
        }
        known
            .entry(currency.to_owned())
            .or_insert_with(|| {
                let options = object(&[("style", "currency"), ("currency", currency)]);
                NumberFormat::new(&locales(), &options).format()
            })
            .clone()
    });
    call(&format, &JsValue::from_str(amount)).unwrap_or_else(|| format!("{amount} {currency}"))
}

/// A sum of money in the person's locale.
pub fn money(money: &orderline_domain::money::Money) -> String {
    money_parts(&money.amount().to_string(), money.currency().code())
}

/// A whole number in the person's locale.
pub fn number(n: i64) -> String {
    let format = NumberFormat::new(&locales(), &Object::new()).format();
    // As a string: exact above 2^53 too.
    call(&format, &JsValue::from_str(&n.to_string())).unwrap_or_else(|| n.to_string())
}

/// A moment in the person's locale and time zone.
pub fn moment(at: Timestamp, how: Moment) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 stay below 2^53"
    )]
    let ms = at.as_millisecond() as f64;
    let text = formatted(ms, how, false).unwrap_or_else(|| at.to_string());
    let has_time = matches!(how, Moment::Time | Moment::Clock | Moment::DayTime);
    if has_time && local_time::is_twice(at, offset) {
        let offset = local_time::offset_words(offset(at));
        return format!("{text} ({offset})");
    }
    text
}

/// A calendar date, which has no time zone.
pub fn date(day: Date) -> String {
    let at = day
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map(|z| z.timestamp().as_millisecond());
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 stay below 2^53"
    )]
    let text = at
        .ok()
        .and_then(|ms| formatted(ms as f64, Moment::Day, true));
    text.unwrap_or_else(|| day.to_string())
}

/// The local calendar day of a moment, as days that can be compared: year, month (0 to 11), day.
pub fn local_day(at: Timestamp) -> (u32, u32, u32) {
    let date = date_of(at);
    (date.get_full_year(), date.get_month(), date.get_date())
}

/// What a field for day and time holds, on the person's own clock.
pub fn local(text: &str) -> Local {
    local_time::read(text, offset)
}

/// How far the person's own clock is ahead of UTC at a moment.
pub fn offset(at: Timestamp) -> SignedDuration {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an offset is less than a day, in minutes"
    )]
    let behind = date_of(at).get_timezone_offset() as i64;
    SignedDuration::from_mins(-behind)
}

/// A moment as a field for day and time takes it, in the person's own time zone.
pub fn local_input(at: Timestamp) -> String {
    let date = date_of(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// The next day's `hour` on the person's own clock.
pub fn local_tomorrow(now: Timestamp, hour: u32) -> Option<Timestamp> {
    let date = date_of(now);
    date.set_date(date.get_date() + 1);
    date.set_hours(hour);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    timestamp(date.get_time())
}

fn date_of(at: Timestamp) -> js_sys::Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 stay below 2^53"
    )]
    let ms = at.as_millisecond() as f64;
    js_sys::Date::new(&JsValue::from_f64(ms))
}

fn timestamp(ms: f64) -> Option<Timestamp> {
    if !ms.is_finite() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date holds whole milliseconds below 2^53"
    )]
    let ms = ms as i64;
    Timestamp::from_millisecond(ms).ok()
}

/// The calendar day of a moment in a time zone (IANA); `None` where the browser does not know the zone.
pub fn day_in(at: Timestamp, zone: &str) -> Option<Date> {
    let fields = [
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("calendar", "iso8601"),
        ("numberingSystem", "latn"),
    ];
    // Canada's English writes days as ISO 8601.
    in_zone(at, zone, &"en-CA".into(), &fields)?.parse().ok()
}

/// These fields of a moment as a clock in a time zone (IANA) shows them; `None` where the browser does not know the
/// zone.
pub(super) fn in_zone(
    at: Timestamp,
    zone: &str,
    locales: &JsValue,
    fields: &[(&str, &str)],
) -> Option<String> {
    let options = object(&[fields, &[("timeZone", zone)]].concat());
    // Through Reflect, because it throws at a zone that it does not know.
    let maker = Reflect::get(&js_sys::global(), &"Intl".into())
        .and_then(|intl| Reflect::get(&intl, &"DateTimeFormat".into()))
        .ok()?
        .dyn_into::<Function>()
        .ok()?;
    let format: DateTimeFormat = Reflect::construct(&maker, &Array::of2(locales, &options))
        .ok()?
        .unchecked_into();
    call(&format.format(), &date_of(at))
}

/// The name of a language (BCP 47) in the page's language.
pub fn language_name(code: &str) -> String {
    let names = js_sys::Intl::DisplayNames::new(&locales(), &object(&[("type", "language")]));
    // Called through its property, because it throws at a code that is none.
    let of = Reflect::get(&names, &JsValue::from_str("of"))
        .ok()
        .and_then(|of| of.dyn_into::<Function>().ok());
    of.and_then(|of| of.call1(&names, &JsValue::from_str(code)).ok()?.as_string())
        .unwrap_or_else(|| code.to_owned())
}

/// A length of time as on a clock: `7:42`, `1:02:07`. The same in every language.
pub fn duration(ms: i64) -> String {
    let total = ms.max(0) / 1_000;
    let (hours, minutes, seconds) = (total / 3_600, total / 60 % 60, total % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn formatted(ms: f64, how: Moment, utc: bool) -> Option<String> {
    let format = MOMENTS.with_borrow_mut(|known| {
        known
            .entry((how, utc))
            .or_insert_with(|| make(how, utc))
            .clone()
    });
    call(&format, &js_sys::Date::new(&JsValue::from_f64(ms)))
}

fn make(how: Moment, utc: bool) -> Function {
    let mut fields: Vec<(&str, &str)> = match how {
        Moment::Time => vec![("hour", "2-digit"), ("minute", "2-digit")],
        Moment::Clock => vec![
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
        ],
        Moment::Day => vec![("day", "numeric"), ("month", "short"), ("year", "numeric")],
        Moment::ShortDay => vec![("day", "numeric"), ("month", "short")],
        Moment::LongDay => vec![("weekday", "long"), ("day", "numeric"), ("month", "long")],
        Moment::DayTime => vec![
            ("day", "numeric"),
            ("month", "short"),
            ("year", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ],
    };
    if utc {
        fields.push(("timeZone", "UTC"));
    }
    DateTimeFormat::new(&locales(), &object(&fields)).format()
}

fn object(fields: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}

fn call(format: &Function, value: &JsValue) -> Option<String> {
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(duration(0), "0:00");
        assert_eq!(duration(462_900), "7:42");
        assert_eq!(duration(3_727_000), "1:02:07");
        assert_eq!(duration(-5), "0:00");
    }
}
