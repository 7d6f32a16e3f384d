use orderline_domain::thread::contact::{ContactKind, ContactPolicy, MAX_FOUND, find, kinds};
use proptest::prelude::*;

use ContactKind::{Email, Phone, Service};

#[test]
fn cu9_contact_is_noticed() {
    for (text, expected) in [
        ("Call me: 0341 1234567", Phone),
        ("+49 341 123 45 67", Phone),
        ("Reach me at +493411234567.", Phone),
        ("(+49) 341 1234567", Phone),
        ("0049 341 1234567 please", Phone),
        ("030/123456-78", Phone),
        ("06 12 34 56 78", Phone),
        ("06.12.34.56.78", Phone),
        ("(11) 91234-5678", Phone),
        ("(555) 123-4567", Phone),
        ("555-123-4567", Phone),
        ("1-555-123-4567", Phone),
        ("my number is 1723456789", Phone),
        ("Telefonnummer 7123456", Phone),
        ("WhatsApp 1723456789", Phone),
        ("tel. 2071234567!", Phone),
        ("0351 123 4567, gern ab 14:30", Phone),
        ("am 01.12.2026 unter 0351 1234567", Phone),
        ("jana@lind.example", Email),
        ("Write to <jana.lind+shop@mail.lind.example>, please", Email),
        ("jana(at)lind.example", Email),
        ("jana[at]lind[dot]example", Email),
        ("JANA@LIND.EXAMPLE.", Email),
        ("https://wa.me/4917212345", Service),
        ("join at zoom.us/j/123456789", Service),
        ("https://us02web.zoom.us/j/88855512345?pwd=x", Service),
        ("(https://meet.google.com/abc-defg-hij)", Service),
        ("teams.microsoft.com/l/meetup-join/19", Service),
        ("t.me/jana", Service),
        ("https://discord.gg/abc", Service),
        ("tel:+493411234567", Service),
        ("mailto:jana@lind.example", Service),
        ("skype:jana.lind?call", Service),
        ("calendly.com/jana/30min", Service),
    ] {
        assert_eq!(kinds(text), vec![expected], "{text}");
    }
}

#[test]
fn cu9_prices_dates_and_numbers_of_other_things_are_no_contact() {
    for text in [
        "",
        "The total is 2.280,00 € in 4 payments.",
        "2 280 000,00 EUR",
        "€ 12 345 678",
        "CHF 1'200.00",
        "R$ 1.234.567,89",
        "$12,345,678",
        "First payment on 01.12.2026, the last on 31.03.2027.",
        "01.12.2026 - 31.12.2026",
        "vom 01.12.-15.12.2026",
        "2026-12-01 14:30",
        "12/01/2026 to 12/31/2026",
        "Order 2026-1001 and order 10482",
        "Order number 4500012345",
        "Auftrag A-100200300",
        "RE-2026/000123456",
        "#4711001234",
        "DE89 3704 0044 0532 0130 00",
        "IBAN DE89370400440532013000",
        "FR14 2004 1010 0505 0001 3M02 606",
        "VAT DE123456789",
        "ISBN 978-3-16-148410-0",
        "The course has 12 sessions of 90 minutes, 3 a week, from 9 to 12.",
        "Postal code 04229 Leipzig",
        "Between 10.000 and 12.000 people, 45.5% of them women",
        "version 1.2.3 or 10.15.7",
        "192.168.100.200",
        "I am at my desk @ home",
        "see you @noon",
        "2 + 2 = 4",
        "our site is https://nordlicht.example/coaching?id=12345678",
        "The team zooms in on telegrams; what's up?",
        "0.99 or 0,99",
        "00:45",
        "room 0815",
    ] {
        assert_eq!(kinds(text), Vec::new(), "{text}: {:?}", find(text));
    }
}

#[test]
fn cu9_what_is_found_is_where_it_is_said_to_be() {
    let text = "Mail jana@lind.example or call +49 341 1234567 – or t.me/jana.";
    let shown: Vec<(ContactKind, &str)> = find(text)
        .iter()
        .map(|it| (it.kind, &text[it.start..it.end]))
        .collect();
    assert_eq!(
        shown,
        [
            (Email, "jana@lind.example"),
            (Phone, "+49 341 1234567"),
            (Service, "t.me/jana"),
        ]
    );
    assert_eq!(kinds(text), [Phone, Email, Service]);
    let many = "a@b.de ".repeat(100);
    assert_eq!(find(&many).len(), MAX_FOUND);
}

proptest! {
    /// Whatever is written: finds lie inside, in order, on the borders of characters.
    #[test]
    fn cu9_any_text_can_be_looked_at(text in "[-+0-9a-zA-Zäß€ .,:/()@#\n–😀]{0,200}") {
        let mut before = 0;
        for it in find(&text) {
            prop_assert!(it.start >= before && it.start < it.end && it.end <= text.len());
            prop_assert!(text.get(it.start..it.end).is_some());
            before = it.end;
        }
    }

    /// Money with its currency is never a phone number, whatever the amount.
    #[test]
    fn cu9_money_is_never_contact(amount in 1_u64..999_999_999_999, dots in any::<bool>()) {
        let cents = format!("{:02}", amount % 100);
        let mut whole = (amount / 100).to_string();
        let mut at = whole.len();
        while at > 3 {
            at -= 3;
            whole.insert(at, if dots { '.' } else { ' ' });
        }
        let text = format!("That makes {whole},{cents} EUR in total.");
        prop_assert_eq!(kinds(&text), Vec::new());
    }

    /// A number with its country code is always noticed, however it is grouped.
    #[test]
    fn cu9_a_number_with_its_country_code_is_noticed(
        country in 1_u32..999,
        groups in prop::collection::vec(100_u32..9999, 2..4),
        gap in prop_oneof![Just(" "), Just("-"), Just("."), Just("/"), Just("")],
    ) {
        let digits: Vec<String> = groups.iter().map(u32::to_string).collect();
        let text = format!("+{country}{gap}{}", digits.join(gap));
        let count = text.chars().filter(char::is_ascii_digit).count();
        prop_assume!((8..=15).contains(&count));
        prop_assert_eq!(kinds(&format!("reach me: {text} thanks")), vec![Phone], "{}", text);
    }
}

#[test]
fn policies_have_the_names_that_storage_keeps() {
    for policy in ContactPolicy::ALL {
        assert_eq!(ContactPolicy::from_name(policy.name()), Some(policy));
        assert_eq!(
            serde_json::to_value(policy).unwrap(),
            serde_json::json!(policy.name())
        );
    }
    assert_eq!(ContactPolicy::from_name("maybe"), None);
    assert_eq!(ContactPolicy::default(), ContactPolicy::Warn);
}
