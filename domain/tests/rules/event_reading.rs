//! What a reader finds of an event: a kind of the future, something erased, something changed.

use crate::{
    events::bodies,
    support::{THREAD, at},
};
use orderline_domain::{
    digest::canonical,
    text::MessageText,
    thread::{
        Author, EventBody, MILESTONES, UnknownBody,
        chain::{Envelope, Head, Salt, SealError, commitment, open, seal, verify},
    },
};

/// An event of a kind that this program does not know, as a newer one seals it.
fn of_the_future() -> (Envelope, Vec<u8>, Salt) {
    let json = serde_json::json!({
        "type": "parcel_sent",
        "weight": 1.5,
        "labels": ["a", {"z": 1, "b": null}],
        "name": "Größe \u{1f600}",
    });
    let body = canonical(&json).unwrap();
    let salt = Salt::from_bytes([3; 32]);
    let envelope = Envelope {
        thread: THREAD,
        seq: 1,
        kind: "parcel_sent".to_owned(),
        author: Author::System,
        at: at(0),
        prev_hash: Head::empty(THREAD).hash,
        body_commitment: commitment(&salt, &body),
    };
    (envelope, body, salt)
}

#[test]
fn a_kind_of_the_future_is_kept_byte_for_byte_and_verified() {
    let (envelope, body, salt) = of_the_future();
    let read = open(&envelope, Some((body.as_slice(), &salt)));
    assert!(matches!(read, EventBody::Unknown(_)));
    assert_eq!(read.kind(), "parcel_sent");
    assert_eq!(canonical(&read).unwrap(), body);
    let again: EventBody = serde_json::from_slice(&serde_json::to_vec(&read).unwrap()).unwrap();
    assert_eq!(again, read);
    let report = verify(THREAD, [(&envelope, Some((body.as_slice(), &salt)))]).unwrap();
    assert_eq!((report.verified, report.erased), (1, 0));
}

#[test]
fn a_known_kind_that_says_more_or_otherwise_than_known_takes_nothing_else_with_it() {
    let more = serde_json::json!({"type": "thread_closed", "why": "moved"});
    let read: EventBody = serde_json::from_value(more).unwrap();
    assert_eq!(read, EventBody::ThreadClosed);
    let otherwise = serde_json::json!({"type": "call_rang", "call": {"of": "another form"}});
    let read: EventBody = serde_json::from_value(otherwise).unwrap();
    assert!(matches!(read, EventBody::Unknown(_)));
    for no_body in ["{}", "[]", "1", r#"{"type": 1}"#] {
        assert!(serde_json::from_str::<EventBody>(no_body).is_err());
    }
}

#[test]
fn what_was_erased_or_changed_is_told_and_never_what_it_says() {
    let sealed = seal(
        Head::empty(THREAD),
        Author::System,
        at(0),
        &EventBody::MessageSent {
            text: MessageText::new("six payments").unwrap(),
        },
        Salt::from_bytes([7; 32]),
    )
    .unwrap();
    let envelope = &sealed.envelope;
    let kind = || "message_sent".to_owned();
    let tampered = EventBody::Tampered { kind: kind() };
    assert_eq!(open(envelope, None), EventBody::Erased { kind: kind() });
    let other = String::from_utf8(sealed.body.clone())
        .unwrap()
        .replace("six", "two");
    assert_eq!(
        open(envelope, Some((other.as_bytes(), &sealed.salt))),
        tampered
    );
    let salt = Salt::from_bytes([8; 32]);
    assert_eq!(
        open(envelope, Some((sealed.body.as_slice(), &salt))),
        tampered
    );
    // Committed to, and yet not of the kind that the envelope names, or in the place of a body.
    for said in [
        r#"{"type":"thread_closed"}"#,
        r#"{"kind":"message_sent","type":"erased"}"#,
    ] {
        let forged = Envelope {
            body_commitment: commitment(&sealed.salt, said.as_bytes()),
            ..envelope.clone()
        };
        assert_eq!(
            open(&forged, Some((said.as_bytes(), &sealed.salt))),
            tampered
        );
    }
}

#[test]
fn only_what_somebody_said_is_sealed() {
    let kind = || "message_sent".to_owned();
    for found in [
        EventBody::Erased { kind: kind() },
        EventBody::Tampered { kind: kind() },
        EventBody::Unknown(UnknownBody::of_kind(kind())),
    ] {
        let salt = Salt::from_bytes([7; 32]);
        let sealed = seal(Head::empty(THREAD), Author::System, at(0), &found, salt);
        assert!(matches!(sealed, Err(SealError::NotOriginal)));
    }
}

#[test]
fn a_recording_is_marked_with_known_kinds_and_with_nothing_that_was_written() {
    let known: Vec<String> = bodies().iter().map(|it| it.kind().to_owned()).collect();
    for kind in MILESTONES {
        assert!(known.iter().any(|it| it == kind), "{kind}");
    }
    for words in ["message_sent", "call_summarised", "call_requested"] {
        assert!(!MILESTONES.contains(&words));
    }
}
