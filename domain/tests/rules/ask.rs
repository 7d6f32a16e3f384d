//! A buyer asks first.

use crate::support::uuid;
use orderline_domain::{
    ask::{
        answering::{Candidate, who_answers},
        question::{QuestionData, TITLE_CHARS, by_known, by_stranger, title},
    },
    field::code,
    ids::{UserId, VendorId},
    language::Language,
    text::{MAX_MESSAGE_CHARS, MessageText},
    vendor::slug::{MAX_SLUG, Slug},
};
use proptest::prelude::*;

fn seller(n: u128) -> UserId {
    UserId::from_uuid(uuid(n))
}

fn sellers() -> [Candidate; 3] {
    [(1, 4), (2, 2), (3, 2)].map(|(n, open_threads)| Candidate {
        seller: seller(n),
        open_threads,
    })
}

#[test]
fn p5_whom_the_vendor_names_answers_else_who_has_the_fewest_threads() {
    assert_eq!(
        who_answers(Some(seller(1)), &sellers(), None),
        Some(seller(1))
    );
    assert_eq!(who_answers(None, &sellers(), None), Some(seller(2)));
    let gone = Some(seller(9));
    assert_eq!(who_answers(gone, &sellers(), None), Some(seller(2)));
    assert_eq!(who_answers(None, &[], None), None);
}

#[test]
fn p5_nobody_answers_themselves() {
    let me = Some(seller(2));
    assert_eq!(who_answers(me, &sellers(), me), Some(seller(3)));
    let alone = [Candidate {
        seller: seller(2),
        open_threads: 0,
    }];
    assert_eq!(who_answers(None, &alone, me), None);
}

#[test]
fn p5_a_stranger_gives_a_name_and_all_that_is_wrong_is_said_at_once() {
    let typed = QuestionData {
        name: Some("Jana Lind".to_owned()),
        email: Some(" ".to_owned()),
        text: "Do you deliver to Graz?".to_owned(),
    };
    let (record, text) = by_stranger(&typed, Language::German).unwrap();
    assert_eq!(record.data().name, "Jana Lind");
    assert_eq!(record.data().email, None);
    assert_eq!(record.data().language, "de");
    assert_eq!(text.as_str(), typed.text);
    let wrong = QuestionData {
        email: Some("jana".to_owned()),
        ..QuestionData::default()
    };
    let wrong = by_stranger(&wrong, Language::German).unwrap_err();
    let wrong: Vec<_> = wrong.iter().map(|it| (it.field, it.code)).collect();
    assert_eq!(
        wrong,
        [
            ("text", code::REQUIRED),
            ("name", code::REQUIRED),
            ("email", code::EMAIL)
        ]
    );
    let long = QuestionData {
        text: "x".repeat(MAX_MESSAGE_CHARS + 1),
        ..QuestionData::default()
    };
    assert_eq!(by_known(&long).unwrap_err().code, code::TOO_LONG);
}

#[test]
fn a_thread_is_called_after_its_product_or_how_the_question_begins() {
    let called = |text: &str, product| {
        let text = MessageText::new(text).unwrap();
        title(&text, product, "Jana").map(String::from)
    };
    assert_eq!(called("Is it blue?", Some("Lamp")).as_deref(), Some("Lamp"));
    assert_eq!(
        called("Is it blue?\nOr red?", None).as_deref(),
        Some("Is it blue?")
    );
    assert_eq!(called("??", None).as_deref(), Some("Jana"));
    let long = called(&"word ".repeat(40), None).unwrap();
    assert!(long.ends_with('…') && long.chars().count() <= TITLE_CHARS + 1);
}

#[test]
fn a_slug_is_small_letters_digits_and_dashes() {
    for (typed, slug) in [("Suedwind", "suedwind"), (" lamps-24 ", "lamps-24")] {
        assert_eq!(Slug::new(typed).unwrap().as_str(), slug);
    }
    for (typed, wrong) in [
        ("", code::REQUIRED),
        ("ab", code::TOO_SHORT),
        ("süd", code::SLUG),
        ("a--b", code::SLUG),
        ("-abc", code::SLUG),
        ("a/b c", code::SLUG),
    ] {
        assert_eq!(Slug::new(typed).unwrap_err().code, wrong, "{typed}");
    }
    // An id is none, written with dashes or without.
    for id in [uuid(1).to_string(), uuid(1).simple().to_string()] {
        assert!(id.parse::<VendorId>().is_ok(), "{id}");
        assert_eq!(Slug::new(&id).unwrap_err().code, code::TOO_LONG, "{id}");
    }
}

#[test]
fn a_slug_is_proposed_from_the_name() {
    for (name, slug) in [
        (
            "Südwind Reisen GmbH & Co. KG",
            Some("suedwind-reisen-gmbh-co-kg"),
        ),
        ("Électricité Façade", Some("electricite-facade")),
        ("東京", None),
    ] {
        let proposed = Slug::proposed(name);
        assert_eq!(proposed.as_ref().map(Slug::as_str), slug, "{name}");
    }
}

proptest! {
    #[test]
    fn what_is_proposed_can_be_typed(name in ".{0,80}") {
        if let Some(slug) = Slug::proposed(&name) {
            prop_assert!(slug.as_str().len() <= MAX_SLUG);
            prop_assert_eq!(Slug::new(slug.as_str()), Ok(slug.clone()));
        }
    }
}
