use crate::support::buyer;
use orderline_domain::{
    customer::buyer::BuyerData,
    field::{FieldCode, code},
    offer::draft::Draft,
    phone::{self, BadPhone},
    text::{
        AccessReason, BadText, CallNote, DeclineReason, MAX_MESSAGE_CHARS, MAX_TITLE_CHARS,
        MailAddress, MessageText, Title, optional,
    },
};
use proptest::prelude::*;

fn message(text: &str) -> String {
    String::from(MessageText::new(text).unwrap())
}

#[test]
fn trims_and_bounds() {
    assert_eq!(message("  a\r\nb \n"), "a\nb");
    assert_eq!(MessageText::new(" \n\t "), Err(BadText::Empty));
    assert!(MessageText::new(&"ü".repeat(MAX_MESSAGE_CHARS)).is_ok());
    assert_eq!(
        MessageText::new(&"ü".repeat(MAX_MESSAGE_CHARS + 1)),
        Err(BadText::TooLong {
            max: MAX_MESSAGE_CHARS
        })
    );
    assert_eq!(AccessReason::new("ab"), Err(BadText::TooShort { min: 3 }));
    assert!(AccessReason::new("abc").is_ok());
    for control in ["a\u{0}b", "a\u{1b}[31mb", "a\u{7f}b", "a\u{9f}b"] {
        assert_eq!(MessageText::new(control), Err(BadText::ControlCharacter));
    }
}

#[test]
fn what_a_copied_page_or_a_spreadsheet_brings_along_is_mended() {
    for (typed, kept) in [
        ("row 1\tcell 2", "row 1 cell 2"),
        ("a\u{b}b", "a\nb"),
        ("a\u{c}b", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\u{85}b", "a\nb"),
        ("a\u{2028}b\u{2029}c", "a\nb\nc"),
        ("\u{feff}hello", "hello"),
        ("no\u{ad}tice", "notice"),
        ("\u{202e}abc", "abc"),
        ("\u{2066}abc\u{2069}", "abc"),
        ("zero\u{200b}width", "zerowidth"),
        // Composed, also across what was dropped.
        ("Mu\u{308}ller", "Müller"),
        ("Mu\u{200b}\u{308}ller", "Müller"),
        ("A\u{30a}", "Å"),
    ] {
        assert_eq!(message(typed), kept, "{typed:?}");
    }
}

#[test]
fn joiners_stay_where_they_shape_something() {
    for whole in [
        "👩\u{200d}👩\u{200d}👧",
        "🏳\u{fe0f}\u{200d}🌈",
        "👩🏽\u{200d}🚀",
        "❤\u{fe0f}\u{200d}🔥",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "می\u{200c}خواهم",
        "क्\u{200d}ष",
        "\u{600}١",
    ] {
        assert_eq!(message(whole), whole, "{whole}");
    }
    assert_eq!(message("a\u{200d}b\u{200c}c"), "abc");
    assert_eq!(message("👩\u{200d}"), "👩");
    assert_eq!(message("x\u{e0067}y"), "xy");
}

#[test]
fn a_text_shows_something() {
    for blank in [
        "\u{200b}",
        "\u{202e}",
        "\u{3164}",
        "\u{2800}",
        "\u{200d}\u{200d}",
        "\u{fe0f}",
        "\u{ffa0}\u{115f}",
        "\u{a0}\u{3000}",
    ] {
        assert_eq!(MessageText::new(blank), Err(BadText::Empty), "{blank:?}");
        assert_eq!(Title::new(blank), Err(BadText::Empty), "{blank:?}");
        let data = BuyerData {
            name: blank.to_owned(),
            ..buyer()
        };
        assert_eq!(
            complaints(&data),
            [("buyer.name", code::REQUIRED)],
            "{blank:?}"
        );
        assert_eq!(optional("note", Some(blank), CallNote::new), Ok(None));
    }
}

#[test]
fn titles_are_names_in_one_line() {
    assert_eq!(Title::new("\u{202e} abc\t d ").unwrap().as_str(), "abc  d");
    assert_eq!(Title::new("a\nb"), Err(BadText::ControlCharacter));
    assert_eq!(Title::new("a\u{2028}b"), Err(BadText::ControlCharacter));
    assert_eq!(Title::new("…!"), Err(BadText::Nameless));
    assert!(Title::new("字").is_ok());
    assert_eq!(
        Title::new(&"t".repeat(MAX_TITLE_CHARS + 1)),
        Err(BadText::TooLong {
            max: MAX_TITLE_CHARS
        })
    );
}

#[test]
fn each_reason_is_named_by_a_code() {
    for (bad, code) in [
        (BadText::Empty, code::REQUIRED),
        (BadText::TooShort { min: 3 }, code::TOO_SHORT),
        (BadText::TooLong { max: 3 }, code::TOO_LONG),
        (BadText::ControlCharacter, code::INVALID),
        (BadText::Nameless, code::INVALID),
        (BadText::NoAddress, code::EMAIL),
        (BadText::NoNumber, code::INVALID),
    ] {
        let error = bad.at("reason");
        assert_eq!((error.field, error.code), ("reason", code));
    }
    let error = optional("note", Some("a\u{0}"), DeclineReason::new).unwrap_err();
    assert_eq!((error.field, error.code), ("note", code::INVALID));
}

fn complaints(data: &BuyerData) -> Vec<(&'static str, FieldCode)> {
    let errors = data.complete().unwrap_err();
    errors.iter().map(|it| (it.field, it.code)).collect()
}

#[test]
fn mail_addresses_are_addresses_and_nothing_around_them() {
    for good in [
        "jana@lind.example",
        "jana.lind+shop@mail.lind.example",
        "o'neil/x=y?z@lind.example",
        // Given out by a mobile network before it read the standard.
        "jana..l@docomo.example",
        "jana.@docomo.example",
        "jörg@müller.example",
        "संपर्क@डाटामेल.भारत",
        "a@1and1.example",
    ] {
        assert_eq!(MailAddress::new(good).unwrap().as_str(), good);
    }
    for (typed, kept) in [
        (" jana@lind.example\u{a0}", "jana@lind.example"),
        ("\u{202a}jana@lind.example\u{202c}", "jana@lind.example"),
        ("jana\u{200b}@lind.example", "jana@lind.example"),
    ] {
        assert_eq!(MailAddress::new(typed).unwrap().as_str(), kept);
    }
    let long = format!("{}@lind.example", "a".repeat(65));
    for bad in [
        "jana@lind.example;",
        "mailto:jana@lind.example",
        "jana@lind.example?subject=x",
        "jana@lind.example,mara@lind.example",
        "jana@lind.example.",
        "Jana <jana@lind.example>",
        "jana@[192.0.2.1]",
        "jana@192.0.2.1",
        "jana@lind_x.example",
        "jana@lind.example…",
        "jana@-lind.example",
        "jana@lind..example",
        "ja\u{0}na@lind.example",
        "ja\nna@lind.example",
        &long,
    ] {
        assert_eq!(MailAddress::new(bad), Err(BadText::NoAddress), "{bad}");
        let data = BuyerData {
            email: bad.to_owned(),
            ..buyer()
        };
        assert_eq!(complaints(&data), [("buyer.email", code::EMAIL)], "{bad}");
    }
}

#[test]
fn phone_numbers_are_read_in_every_script_and_letters_never() {
    for (typed, number) in [
        ("+49 341 1234567", "+49 341 1234567"),
        ("\u{202a}+49 341 1234567\u{202c}", "+49 341 1234567"),
        ("+49\u{a0}341\u{a0}1234567", "+49 341 1234567"),
        ("0341\u{2011}1234567", "0341-1234567"),
        ("＋４９ ３４１ １２３４５６７", "+49 341 1234567"),
        ("+٤٩٣٤١١٢٣٤٥٦", "+49341123456"),
        ("(+49) 341 123456", "(+49) 341 123456"),
    ] {
        assert_eq!(phone::typed(typed).unwrap().number, number, "{typed}");
        let data = BuyerData {
            phone: Some(typed.to_owned()),
            ..buyer()
        };
        assert_eq!(data.complete().unwrap().phone.as_deref(), Some(number));
    }
    for (typed, extension) in [
        ("+49 341 123456 ext. 12", "12"),
        ("+49 341 123456, Durchwahl 7", "7"),
        ("+1 520-878-2491 x 301", "301"),
    ] {
        let read = phone::typed(typed).unwrap();
        assert_eq!(read.extension.as_deref(), Some(extension), "{typed}");
    }
    for bad in [
        "+49 17O 1234567",
        "1-800-FLOWERS",
        "call me",
        "+49 341 123456 x",
        "+49 341 123456 ext 12 or 13",
        "x12",
        "+49 341 123456\u{0}",
    ] {
        assert_eq!(phone::typed(bad), Err(BadPhone::Shape), "{bad}");
    }
    assert_eq!(phone::typed("\u{202a}\u{202c}"), Err(BadPhone::Empty));
}

#[test]
fn a_draft_can_always_be_kept_and_shown() {
    let draft = Draft {
        amount: "12\u{0}0".to_owned(),
        first_due: "2026\n-12".to_owned(),
        buyer: BuyerData {
            name: "\u{202e}Jana\u{0} L".to_owned(),
            phone: Some("\u{1b}12".to_owned()),
            ..BuyerData::default()
        },
        ..Draft::default()
    }
    .unfinished();
    assert_eq!(draft.amount, "120");
    assert_eq!(draft.first_due, "2026 -12");
    assert_eq!(draft.buyer.name, "Jana L");
    assert_eq!(draft.buyer.phone.as_deref(), Some("12"));
}

/// Characters that texts go wrong with, and some that they do not.
fn any_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        '\0',
        '\t',
        '\n',
        '\r',
        '\u{b}',
        '\u{85}',
        '\u{a0}',
        '\u{ad}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{202e}',
        '\u{2028}',
        '\u{308}',
        '\u{fe0f}',
        '\u{e0067}',
        '🏴',
        '👩',
        '🚀',
        'क',
        '्',
        'م',
        'u',
        'A',
        ' ',
        '\u{1100}',
        '\u{1161}',
        '\u{3164}',
        '\u{fb01}',
    ]);
    prop::collection::vec(prop_oneof![odd, any::<char>()], 0..40)
        .prop_map(|chars| chars.into_iter().collect())
}

/// Composing puts marks in another order, and a joiner behind one that it does not shape goes with it.
#[test]
fn a_joiner_that_composing_leaves_without_its_letter_goes_at_once() {
    for typed in [
        "b\u{308}\u{94d}\u{200c}",
        "b\u{308}\u{200b}\u{94d}\u{200c}",
        "b\u{308}\u{200c}\u{94d}\u{200c}",
    ] {
        let text = MessageText::new(typed).unwrap();
        assert_eq!(text.as_str().chars().last(), Some('\u{308}'), "{typed:?}");
        assert_eq!(
            MessageText::new(text.as_str()),
            Ok(text.clone()),
            "{typed:?}"
        );
    }
}

proptest! {
    /// What was taken once is taken again as it is: stored words never change when they are read.
    #[test]
    fn a_text_that_was_taken_stays_as_it_is(typed in any_text()) {
        if let Ok(text) = MessageText::new(&typed) {
            prop_assert_eq!(MessageText::new(text.as_str()), Ok(text.clone()));
            prop_assert!(text.as_str().chars().all(|c| c == '\n' || !c.is_control()));
        }
        if let Ok(title) = Title::new(&typed) {
            prop_assert_eq!(Title::new(title.as_str()), Ok(title.clone()));
        }
        let draft = Draft { amount: typed, ..Draft::default() }.unfinished();
        prop_assert!(!draft.amount.chars().any(char::is_control));
        prop_assert_eq!(draft.clone().unfinished(), draft);
    }

    #[test]
    fn complete_data_stay_complete(name in any_text(), phone in "[-+0-9٤९ ()\u{a0}\u{2011}]{0,20}") {
        let typed = BuyerData { name, phone: Some(phone), ..buyer() };
        if let Ok(data) = typed.complete() {
            prop_assert_eq!(data.complete(), Ok(data.clone()));
        }
    }
}
