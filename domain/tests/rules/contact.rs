use crate::support::{ORDER, at, uuid};
use orderline_domain::{
    field::code,
    follow_up::{
        appointment::{AppointmentChange, Slot},
        call_request::RequestAnswer,
        refusal::Refusal,
    },
    ids::{AppointmentId, CallId, CallRequestId},
    people::proof::Proof,
    text::{AppointmentNote, CallNote, DeclineReason, MessageText},
    thread::{
        EventBody,
        contact::{ContactKind, ContactPolicy, MAX_FOUND, Passed, find, kinds},
    },
};
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

/// However a number or address is written: other scripts' digits and spaces, hidden signs, punctuation of any language.
#[test]
fn cu9_contact_in_other_signs_is_noticed() {
    for (text, expected) in [
        ("01\u{a0}23\u{a0}45\u{a0}67\u{a0}89", Phone),
        ("01\u{202f}23\u{202f}45\u{202f}67\u{202f}89", Phone),
        ("0341\u{2011}1234567", Phone),
        ("0341\u{2013}1234567", Phone),
        ("+٤٩٣٤١١٢٣٤٥٦", Phone),
        ("०३४१ १२३४५६७", Phone),
        ("＋４９ ３４１ １２３４５６７", Phone),
        ("𝟎𝟑𝟒𝟏 𝟏𝟐𝟑𝟒𝟓𝟔𝟕", Phone),
        (
            "0\u{fe0f}\u{20e3}3\u{fe0f}\u{20e3}4\u{fe0f}\u{20e3}1 1234567",
            Phone,
        ),
        ("0\u{200b}341 12\u{200d}34567", Phone),
        ("0341\t1234567", Phone),
        ("电话0341 1234567请", Phone),
        ("Ruf mich an: „0341 1234567“", Phone),
        ("0341 1234567…", Phone),
        ("Bestellnummer 12 – Telefon 0341 1234567", Phone),
        ("Bestellnummer +49 341 1234567", Phone),
        ("ISBN 0341 1234567", Phone),
        ("my number is 0341 1234567", Phone),
        ("Meine Handynummer: 1723456789", Phone),
        ("Mail:jana@example.com", Email),
        ("jana@example.com…", Email),
        ("»jana@example.com«", Email),
        ("（jana＠example．com）", Email),
        ("ja\u{ad}na@exam\u{200b}ple.com", Email),
        ("jana (at) lind (dot) example", Email),
        ("jana@lind.example,mara@lind.example", Email),
        ("»zoom.us/j/1«", Service),
        ("‹t.me/jana›", Service),
        ("zoom.us/j/1…", Service),
        ("ｚｏｏｍ．ｕｓ/j/1", Service),
        ("Link:https://us02web.zoom.us/j/1!", Service),
        ("„tel:+493411234567“", Service),
    ] {
        assert_eq!(kinds(text), vec![expected], "{text}: {:?}", find(text));
    }
}

/// The word before a number says what it is of, in every language of ours.
#[test]
fn cu9_numbers_of_other_things_are_no_contact() {
    for text in [
        "ISBN 0-306-40615-2",
        "ISBN 0-8044-2957-X",
        "ISBN: 978-0-306-40615-7",
        "Bestellnummer 0012345678",
        "Bestell-Nr. 0012345678",
        "Ihre Bestellung Nr. 0012345678",
        "Kundennummer: 0012345678",
        "Steuernummer 093/815/08152",
        "Steuer-ID 01 234 567 890",
        "Order no. 0012345678",
        "Your order number is 0012345678",
        "Invoice #0012345678",
        "tracking number 0034 0434 1234 5678",
        "Commande n° 0012345678",
        "facture nº 0012345678",
        "SIRET 012 345 678 00012",
        "Ordine n. 0012345678",
        "Partita IVA 01234567890",
        "pedido número 0012345678",
        "CNPJ 01.234.567/0001-89",
        "NIF: 012345678",
        "comanda nr. 0012345678",
        "kostet 0 012 345 678 ₹",
        "wir treffen uns um ٠٩:٣٠",
    ] {
        assert_eq!(kinds(text), Vec::new(), "{text}: {:?}", find(text));
    }
}

#[test]
fn what_is_found_in_other_signs_is_where_it_was_written() {
    for (text, shown) in [
        (
            "Bitte „０３４１\u{2011}１２３４５６７“ wählen",
            "０３４１\u{2011}１２３４５６７",
        ),
        (
            "Über ﬁ und jana (at) lind.example gehts",
            "jana (at) lind.example",
        ),
        ("a\u{200b} »zoom.us/j/1« b", "zoom.us/j/1"),
    ] {
        let found = find(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(&text[found[0].start..found[0].end], shown);
    }
}

/// A blocked text never gets into an event, under every field in which it can be typed.
#[test]
fn cu9_no_event_passes_with_contact_where_it_is_blocked() {
    let reason = DeclineReason::new("call me: 0341 1234567").unwrap();
    let note = AppointmentNote::new("then zoom.us/j/1").unwrap();
    let slot = Slot {
        starts_at: at(0),
        minutes: 30,
        note: Some(note.clone()),
    };
    let call = CallId::from_uuid(uuid(1));
    let request = CallRequestId::from_uuid(uuid(2));
    let appointment = AppointmentId::from_uuid(uuid(3));
    let text = MessageText::new("jana@lind.example").unwrap();
    let table = [
        (
            EventBody::MessageSent { text: text.clone() },
            "text",
            code::CONTACT_EMAIL,
        ),
        (
            EventBody::CallSummarised { call, text },
            "text",
            code::CONTACT_EMAIL,
        ),
        (
            EventBody::CallDeclined {
                call,
                reason: Some(reason.clone()),
                call_at: None,
            },
            "answer.reason",
            code::CONTACT_PHONE,
        ),
        (
            EventBody::CallRequested {
                request,
                wish: None,
                note: Some(CallNote::new("t.me/jana").unwrap()),
            },
            "note",
            code::CONTACT_SERVICE,
        ),
        (
            EventBody::CallRequestAnswered {
                request,
                answer: RequestAnswer::Refused(Refusal {
                    because: None,
                    reason: Some(reason.clone()),
                }),
            },
            "reply.reason",
            code::CONTACT_PHONE,
        ),
        (
            EventBody::OrderRefused {
                order: ORDER,
                number: 1,
                reason: Some(reason),
                proof: Proof::Password,
            },
            "reason",
            code::CONTACT_PHONE,
        ),
        (
            EventBody::AppointmentChanged {
                appointment,
                change: AppointmentChange::Moved {
                    from: at(0),
                    slot: slot.clone(),
                },
            },
            "slot.note",
            code::CONTACT_SERVICE,
        ),
        (
            EventBody::AppointmentChanged {
                appointment,
                change: AppointmentChange::Cancelled {
                    slot,
                    reason: Some(note),
                },
            },
            "reason",
            code::CONTACT_SERVICE,
        ),
    ];
    for (body, field, code) in &table {
        let found = Passed::under(ContactPolicy::Block, body).unwrap_err();
        assert_eq!((found[0].field, found[0].code), (*field, *code));
        assert!(Passed::look(body).is_err());
        for policy in [ContactPolicy::Warn, ContactPolicy::Off] {
            assert_eq!(Passed::under(policy, body).unwrap().body(), body);
        }
    }
    let quiet = EventBody::CallMissed { call };
    assert!(Passed::under(ContactPolicy::Block, &quiet).is_ok());
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
fn what_is_found_is_where_it_is_said_to_be() {
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
    fn any_text_can_be_looked_at(text in "[-+0-9a-zA-Zäß€ .,:/()@#\n–😀٤０\u{ad}\u{200b}ﬁ…㎏①]{0,200}") {
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
