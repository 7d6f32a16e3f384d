use crate::{
    events::bodies,
    support::{THREAD, at},
};
use orderline_domain::{
    digest::Digest,
    people::{roles::Role, side::Side},
    policy::consent::PolicyRef,
    thread::{
        Author, EventBody,
        chain::{Head, Salt, seal, verify},
    },
};

#[test]
fn x3_every_kind_of_event_is_sealed_read_back_and_verified() {
    let mut head = Head::empty(THREAD);
    let mut sealed = Vec::new();
    for body in bodies() {
        let event = seal(
            head,
            Author::System,
            at(0),
            &body,
            Salt::from_bytes([7; 32]),
        )
        .unwrap();
        let read: EventBody = serde_json::from_slice(&event.body).unwrap();
        assert_eq!(read, body);
        let json: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
        assert_eq!(json["type"], body.kind());
        assert_eq!(event.envelope.kind, body.kind());
        head = event.head;
        sealed.push(event);
    }
    let report = verify(
        THREAD,
        sealed
            .iter()
            .map(|it| (&it.envelope, Some((it.body.as_slice(), &it.salt)))),
    );
    assert_eq!(report.unwrap().head, head);
}

#[test]
fn consent_names_the_exact_wording() {
    let wording = "This call is recorded.";
    let policy = PolicyRef::to_wording("DE", 2, "en", wording);
    assert!(policy.is_of(wording));
    assert!(!policy.is_of("This call is not recorded."));
    assert_eq!(policy.wording_hash, Digest::of(wording.as_bytes()));
}

#[test]
fn buyer_and_seller_stand_across_from_each_other_and_readers_look_at_the_buyer() {
    let across = |role| Side::of(role).across();
    assert_eq!(across(Role::Buyer), Side::of(Role::Seller));
    assert_eq!(across(Role::Seller), Side::of(Role::Buyer));
    assert_eq!(Side::of(Role::Rep), Side::of(Role::Seller));
    for role in [Role::Compliance, Role::Support, Role::Admin] {
        assert_eq!((Side::of(role), across(role)), (Side::Reader, Side::Buyer));
    }
}
