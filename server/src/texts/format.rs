//! Moments and money as the reader's language writes them (CLDR, by ICU4X).

use icu_datetime::{
    DateTimeFormatter,
    fieldsets::YMDE,
    input::{Date, DateTime, Time},
};
use icu_decimal::{DecimalFormatter, input::Decimal, options::DecimalFormatterOptions};
use icu_locale_core::Locale;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use orderline_domain::{language::Language, money::Money};

/// A moment on the clocks of a place; with the offset where that time comes twice.
pub(crate) fn moment(language: Language, at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let there = at.to_zoned(zone);
    let words = day_and_time(language, &there).unwrap_or_else(|| there.datetime().to_string());
    let zone = there.time_zone();
    let place = if zone.to_ambiguous_zoned(there.datetime()).is_ambiguous() {
        "%Q, UTC%:z"
    } else {
        "%Q"
    };
    format!("{words} ({})", there.strftime(place))
}

/// A sum with its currency's code, which reads the same everywhere.
pub(crate) fn money(language: Language, sum: Money) -> String {
    let amount = decimal(language, &sum.amount().to_string());
    // The space does not break.
    amount.map_or_else(
        || sum.to_string(),
        |amount| format!("{amount}\u{a0}{}", sum.currency()),
    )
}

fn day_and_time(language: Language, there: &Zoned) -> Option<String> {
    let date = Date::try_new_iso(
        there.year().into(),
        there.month().unsigned_abs(),
        there.day().unsigned_abs(),
    );
    let time = Time::try_new(
        there.hour().unsigned_abs(),
        there.minute().unsigned_abs(),
        0,
        0,
    );
    let both = DateTime {
        date: date.ok()?,
        time: time.ok()?,
    };
    let fields = YMDE::long().with_time_hm();
    let formatter = DateTimeFormatter::try_new(locale(language)?.into(), fields).ok()?;
    Some(formatter.format(&both).to_string())
}

fn decimal(language: Language, amount: &str) -> Option<String> {
    let amount: Decimal = amount.parse().ok()?;
    let options = DecimalFormatterOptions::default();
    let formatter = DecimalFormatter::try_new(locale(language)?.into(), options).ok()?;
    Some(formatter.format(&amount).to_string())
}

fn locale(language: Language) -> Option<Locale> {
    Locale::try_from_str(language.format_tag()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_on_the_readers_clock_in_their_language() {
        let at = "2026-12-01T15:00:00Z".parse().unwrap();
        for (language, words) in [
            (Language::German, "Dienstag, 1. Dezember 2026 um 16:00"),
            (Language::English, "Tuesday, 1 December 2026 at 16:00"),
            (Language::French, "mardi 1 décembre 2026 à 16:00"),
            (Language::Italian, "martedì 1 dicembre 2026 alle ore 16:00"),
            (Language::Portuguese, "terça-feira, 1/12/2026 às 16:00"),
            (
                Language::BrazilianPortuguese,
                "terça-feira, 1 de dezembro de 2026 às 16:00",
            ),
            (Language::Romanian, "marți, 1 decembrie 2026 la 16:00"),
        ] {
            assert_eq!(
                moment(language, at, "Europe/Berlin"),
                format!("{words} (Europe/Berlin)")
            );
        }
        assert_eq!(
            moment(Language::English, at, "Nowhere/X"),
            "Tuesday, 1 December 2026 at 15:00 (UTC)"
        );
    }

    #[test]
    fn a_time_that_comes_twice_has_its_offset() {
        for (at, offset) in [
            ("2027-10-31T00:30:00Z", "+02:00"),
            ("2027-10-31T01:30:00Z", "+01:00"),
        ] {
            let words = moment(Language::English, at.parse().unwrap(), "Europe/Berlin");
            let wanted = format!("Sunday, 31 October 2027 at 02:30 (Europe/Berlin, UTC{offset})");
            assert_eq!(words, wanted);
        }
    }

    #[test]
    fn money_is_grouped_as_the_reader_groups_it() {
        let sum: Money =
            serde_json::from_value(serde_json::json!({"amount": "12280.50", "currency": "EUR"}))
                .unwrap();
        for (language, words) in [
            (Language::German, "12.280,50 EUR"),
            (Language::English, "12,280.50 EUR"),
            (Language::French, "12 280,50 EUR"),
            (Language::Portuguese, "12 280,50 EUR"),
            (Language::BrazilianPortuguese, "12.280,50 EUR"),
        ] {
            let written = money(language, sum);
            assert_eq!(written.replace(['\u{a0}', '\u{202f}'], " "), words);
        }
    }
}
