//! The world's phone numbers: whether a typed one exists, and how it was understood. Numbers that cost the caller or
//! reach no person's phone (premium, shared cost, satellites, services without a country) are not sent to.

use orderline_domain::{
    field::{FieldError, code},
    phone::{self, BadPhone},
};
use orderline_protocol::http::{PhoneTyped, PhoneUnderstood};
use phonenumber::{Metadata, Mode, PhoneNumber, Type, country, metadata::DATABASE};
use regex::Regex;

/// Kinds of numbers at which a person reads a message.
const REACHABLE: [Type; 5] = [
    Type::FixedLine,
    Type::Mobile,
    Type::FixedLineOrMobile,
    Type::Voip,
    Type::PersonalNumber,
];
/// Kinds that are somebody else's business, looked at first: some of a country's ranges overlap.
const REFUSED: [Type; 6] = [
    Type::PremiumRate,
    Type::SharedCost,
    Type::TollFree,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
];
/// Country codes of no country: free and shared cost, satellites, networks without a country, premium (E.164, annex).
const NO_COUNTRY: [u16; 9] = [800, 808, 870, 878, 881, 882, 883, 888, 979];

/// A number as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    number: PhoneNumber,
    /// Whose it is (ISO 3166-1 alpha-2).
    country: &'static str,
}

impl Understood {
    /// As networks take it: `+493411234567`.
    pub fn e164(&self) -> String {
        self.number.format().mode(Mode::E164).to_string()
    }

    /// As people read it: `+49 341 1234567`.
    pub fn international(&self) -> String {
        self.number.format().mode(Mode::International).to_string()
    }
}

/// Holds what was typed against a rule, with its phone number as networks take it: one that names no country is read in
/// this one. Answers all that is wrong at once.
pub fn understood<T>(
    country: Option<&str>,
    typed: Option<&str>,
    rule: impl FnOnce(Option<String>) -> Result<T, Vec<FieldError>>,
) -> Result<T, Vec<FieldError>> {
    let country = country.map(|it| it.trim().to_ascii_uppercase());
    let read = typed.map(|text| read_in(country.as_deref(), "phone", text));
    let (phone, unknown) = match read {
        None => (None, None),
        Some(Ok(number)) => (Some(number.e164()), None),
        Some(Err(empty)) if empty.code == code::REQUIRED => (None, None),
        Some(Err(unknown)) => (None, Some(unknown)),
    };
    match (rule(phone), unknown) {
        (read, None) => read,
        (read, Some(unknown)) => {
            let mut wrong = read.err().unwrap_or_default();
            wrong.push(unknown);
            Err(wrong)
        }
    }
}

/// Reads what was typed into this field.
pub fn read(field: &'static str, text: &str) -> Result<Understood, FieldError> {
    read_at(None, field, text)
}

/// Reads what was typed into this field; a number that names no country is read in the one given (ISO 3166-1 alpha-2).
pub fn read_in(
    country: Option<&str>,
    field: &'static str,
    text: &str,
) -> Result<Understood, FieldError> {
    read_at(country.and_then(|it| it.parse().ok()), field, text)
}

/// A number that is being typed, as it is understood.
pub fn understand(wish: &PhoneTyped) -> Result<PhoneUnderstood, FieldError> {
    let read = read_in(wish.country.as_deref(), "phone", &wish.phone)?;
    Ok(PhoneUnderstood {
        number: read.international(),
        country: read.country.to_owned(),
    })
}

fn read_at(
    home: Option<country::Id>,
    field: &'static str,
    text: &str,
) -> Result<Understood, FieldError> {
    let bad = || FieldError::new(field, code::PHONE);
    let typed = phone::typed(text).map_err(|why| match why {
        BadPhone::Empty => FieldError::new(field, code::REQUIRED),
        BadPhone::Shape => bad(),
    })?;
    // A number that names its country is not read by the rules of another one.
    let home = home.filter(|_| !typed.number.contains('+'));
    let number = phonenumber::parse(home, &typed.number).map_err(|_| bad())?;
    if NO_COUNTRY.contains(&number.country().code()) {
        return Err(bad());
    }
    let country = country_of(&number).ok_or_else(bad)?;
    Ok(Understood { number, country })
}

/// Whose number the whole of it is, where it is a person's. The library looks at how it begins alone.
fn country_of(number: &PhoneNumber) -> Option<&'static str> {
    let national = number.national().to_string();
    let length = u16::try_from(national.len()).unwrap_or(u16::MAX);
    let plans = DATABASE.by_code(&number.country().code())?;
    let is = |plan: &Metadata, kind: Type| {
        plan.descriptors().get(kind).is_some_and(|range| {
            let lengths = range.possible_length();
            // Its patterns are written over several lines.
            let whole = format!("(?x)^(?:{})$", range.national_number().as_str());
            (lengths.is_empty() || lengths.contains(&length))
                && Regex::new(&whole).is_ok_and(|whole| whole.is_match(&national))
        })
    };
    let any = |plan: &Metadata, kinds: &[Type]| kinds.iter().any(|kind| is(plan, *kind));
    if plans.iter().any(|plan| any(plan, &REFUSED)) {
        return None;
    }
    let plan = plans.iter().find(|plan| any(plan, &REACHABLE))?;
    Some(plan.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_numbers_of_the_world_are_taken() {
        for (typed, understood) in [
            (" +49 341 123456 ", "+49341123456"),
            (
                "\u{202a}+49\u{a0}341\u{2011}1234567\u{202c}",
                "+493411234567",
            ),
            ("+٤٩ ٣٤١ ١٢٣٤٥٦", "+49341123456"),
            ("+49 (341) 123456", "+49341123456"),
            ("+1 520-878-2491 ext. 12", "+15208782491"),
            ("+39 02 36618300", "+390236618300"),
            ("+33 6 31 96 65 43", "+33631966543"),
            ("+55 11 91234-5678", "+5511912345678"),
        ] {
            let read = read("phone", typed).map(|it| it.e164());
            assert_eq!(read.as_deref(), Ok(understood), "{typed}");
        }
        for bad in [
            "",
            "12",
            "0341 123456",
            "+49",
            "hello",
            "+1 555",
            // Letters are no digits.
            "+49 17O 1234567",
            "+49 176 l234567",
            "+1 800 FLOWERS",
            "+1 520-TRY-2491",
            "+49 341 123456 oder 7",
            // Too long for Israel, though it begins like a number from there.
            "+97233142764978",
            "+4934112345678901",
            // Premium, shared cost, free, satellites, networks without a country.
            "+49 900 1234567",
            "+44 909 8790879",
            "+1 900 234 5678",
            "+39 899 123456",
            "+49 180 5123456",
            "+49 800 1234567",
            "+881 6 12345678",
            "+870 773 123456",
            "+882 16 12345678",
            "+979 123456789",
        ] {
            assert!(read("phone", bad).is_err(), "{bad}");
        }
    }

    /// What is shown beside the field: whole, with its country, whatever was typed.
    #[test]
    fn a_number_is_shown_as_it_was_understood() {
        let shown = |phone: &str, country: &str| {
            let wish = PhoneTyped {
                phone: phone.to_owned(),
                country: (!country.is_empty()).then(|| country.to_owned()),
            };
            understand(&wish).ok().map(|it| (it.number, it.country))
        };
        for (typed, at, number, country) in [
            ("+49 341 123456", "", "+49 341 123456", "DE"),
            ("0341/123456", "DE", "+49 341 123456", "DE"),
            ("+٤٩ ٣٤١ ١٢٣٤٥٦", "FR", "+49 341 123456", "DE"),
            ("06 31 96 65 43", "FR", "+33 6 31 96 65 43", "FR"),
            // Italy's zero belongs to the number, wherever it is read.
            ("+39 02 36618300", "DE", "+39 02 3661 8300", "IT"),
            ("02 36618300", "IT", "+39 02 3661 8300", "IT"),
            ("(+44) 1481 712345", "", "+44 1481 712345", "GG"),
            ("+1 416 555 0123", "US", "+1 416-555-0123", "CA"),
            ("+7 701 234 5678", "", "+7 701 234 5678", "KZ"),
            ("98765 43210", "IN", "+91 98765 43210", "IN"),
        ] {
            let wanted = Some((number.to_owned(), country.to_owned()));
            assert_eq!(shown(typed, at), wanted, "{typed}");
        }
        for (typed, at) in [
            ("0341 123456", ""),
            ("0341 123456", "XX"),
            ("0900 1234567", "DE"),
            ("17O 1234567", "DE"),
            ("112", "DE"),
            ("(212) 555-TAXI", "US"),
        ] {
            assert_eq!(shown(typed, at), None, "{typed}");
        }
    }

    proptest! {
        /// What is shown is what is sent to: read again it is the same number.
        #[test]
        fn what_is_shown_is_what_is_sent_to(digits in "[1-9][0-9]{6,12}") {
            if let Ok(first) = read("phone", &format!("+{digits}")) {
                let again = read("phone", &first.international());
                prop_assert_eq!(again.map(|it| it.e164()), Ok(first.e164()));
            }
        }

        /// A number with a letter in it, wherever it stands, is never taken for another number.
        #[test]
        fn a_letter_is_never_a_digit(at in 1_usize..12, letter in "[A-Za-zОІ]") {
            let mut typed = "+49341123456".to_owned();
            typed.insert_str(at, &letter);
            prop_assert!(read("phone", &typed).is_err(), "{}", typed);
        }
    }
}
