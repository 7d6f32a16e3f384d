use crate::support::{BUYER, ORDER, SELLER, TODAY, at, catalogue, draft, uuid};
use orderline_domain::{
    digest::{Digest, canonical},
    ids::OfferId,
    offer::{
        Confirmation, MAX_REVISIONS, Offer, OfferError, OfferState,
        draft::Draft,
        revision::{Revision, RevisionContent},
    },
    people::proof::Proof,
};
use proptest::prelude::*;

const OFFER: OfferId = OfferId::from_uuid(uuid(71));

fn content(amount: &str) -> RevisionContent {
    Draft {
        amount: amount.to_owned(),
        ..draft()
    }
    .computed(&catalogue(), TODAY)
    .unwrap()
}

fn shown(amount: &str) -> Offer {
    Offer::new(OFFER)
        .show(content(amount), at(0), SELLER)
        .unwrap()
}

fn by_buyer(second: i64) -> Confirmation {
    Confirmation {
        at: at(second),
        by: BUYER,
        proof: Proof::Password,
    }
}

fn hash(offer: &Offer) -> Digest {
    offer.revision().unwrap().hash()
}

#[test]
fn x6_an_offer_is_shown_confirmed_and_finalised() {
    let offer = shown("2280");
    let hash = hash(&offer);
    let offer = offer.confirm(hash, by_buyer(60)).unwrap();
    assert!(
        matches!(offer.state, OfferState::Confirmed { confirmation, .. } if confirmation == by_buyer(60))
    );
    let offer = offer.finalise(hash, ORDER, at(70)).unwrap();
    assert!(matches!(offer.state, OfferState::Finalised { order, .. } if order == ORDER));
    assert_eq!(offer.revision().unwrap().number(), 1);
}

#[test]
fn x6_a_new_revision_takes_an_earlier_confirmation_away() {
    let offer = shown("2280");
    let first = hash(&offer);
    let offer = offer.confirm(first, by_buyer(1)).unwrap();
    let offer = offer.show(content("2200"), at(2), SELLER).unwrap();
    assert_eq!((offer.revisions, offer.state.name()), (2, "shown"));
    assert!(matches!(
        offer.clone().finalise(first, ORDER, at(3)),
        Err(OfferError::InvalidTransition {
            state: "shown",
            action: "finalised"
        })
    ));
    assert!(matches!(
        offer.clone().confirm(first, by_buyer(3)),
        Err(OfferError::StaleRevision { latest: 2 })
    ));
    let second = hash(&offer);
    let offer = offer.confirm(second, by_buyer(4)).unwrap();
    // The seller's page still shows the first.
    assert!(matches!(
        offer.clone().finalise(first, ORDER, at(5)),
        Err(OfferError::StaleRevision { latest: 2 })
    ));
    assert!(offer.finalise(second, ORDER, at(5)).is_ok());
}

#[test]
fn an_order_is_made_once() {
    let offer = shown("2280");
    let hash = hash(&offer);
    let done = offer
        .confirm(hash, by_buyer(1))
        .unwrap()
        .finalise(hash, ORDER, at(2))
        .unwrap();
    assert!(done.clone().finalise(hash, ORDER, at(3)).is_err());
    assert!(done.clone().confirm(hash, by_buyer(3)).is_err());
    assert!(done.show(content("1"), at(3), SELLER).is_err());
}

#[test]
fn what_is_not_shown_cannot_be_confirmed() {
    let hash = hash(&shown("2280"));
    assert!(Offer::new(OFFER).confirm(hash, by_buyer(0)).is_err());
}

#[test]
fn revisions_are_bounded() {
    let full = Offer {
        revisions: MAX_REVISIONS,
        ..Offer::new(OFFER)
    };
    assert!(matches!(
        full.show(content("2280"), at(0), SELLER),
        Err(OfferError::TooManyRevisions)
    ));
}

#[test]
fn a_stored_revision_is_read_back_only_with_its_own_content() {
    let offer = shown("2280");
    let json = serde_json::to_string(&offer).unwrap();
    assert_eq!(serde_json::from_str::<Offer>(&json).unwrap(), offer);
    let revision = serde_json::to_string(offer.revision().unwrap()).unwrap();
    assert!(serde_json::from_str::<Revision>(&revision).is_ok());
    let forged = revision.replace("04229", "04228");
    assert_ne!(forged, revision);
    assert!(serde_json::from_str::<Revision>(&forged).is_err());
}

/// The canonical form is part of every confirmation ever given: it may not drift.
#[test]
fn golden_revision() {
    let content = content("2280");
    assert_eq!(
        String::from_utf8(canonical(&content).unwrap()).unwrap(),
        include_str!("../../golden/revision.json").trim_end()
    );
    assert_eq!(
        content.hash().unwrap().to_string(),
        "93d79c2b245ed4b65d5de1107452760b60096a5e5dbece2fa786d0ff6ee52a70"
    );
}

#[derive(Clone, Debug)]
enum Step {
    Show(u16),
    /// Confirms the revision shown so many steps ago (0: the latest).
    Confirm(usize),
    Finalise(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (100u16..110).prop_map(Step::Show),
        3 => (0usize..3).prop_map(Step::Confirm),
        3 => (0usize..3).prop_map(Step::Finalise),
    ];
    prop::collection::vec(step, 1..20)
}

proptest! {
    #[test]
    fn x6_only_the_exact_latest_hash_is_ever_confirmed_and_ordered(steps in steps()) {
        let mut offer = Offer::new(OFFER);
        let mut hashes: Vec<Digest> = Vec::new();
        let mut confirmed: Option<Digest> = None;
        let ago = |hashes: &[Digest], n: usize| {
            hashes.iter().rev().nth(n).copied().unwrap_or(Digest::of(b"never shown"))
        };
        for step in steps {
            let before = offer.clone();
            let closed = matches!(before.state, OfferState::Finalised { .. });
            let result = match step {
                Step::Show(amount) => before.clone().show(content(&amount.to_string()), at(0), SELLER),
                Step::Confirm(n) => before.clone().confirm(ago(&hashes, n), by_buyer(1)),
                Step::Finalise(n) => before.clone().finalise(ago(&hashes, n), ORDER, at(2)),
            };
            let Ok(after) = result else { continue };
            prop_assert!(!closed, "a closed offer moved");
            match step {
                Step::Show(_) => {
                    hashes.push(hash(&after));
                    confirmed = None;
                    prop_assert_eq!(after.revisions, before.revisions + 1);
                }
                Step::Confirm(n) => {
                    prop_assert_eq!(Some(&ago(&hashes, n)), hashes.last());
                    confirmed = hashes.last().copied();
                }
                Step::Finalise(n) => {
                    prop_assert_eq!(Some(ago(&hashes, n)), confirmed);
                    prop_assert_eq!(hash(&after), confirmed.unwrap());
                }
            }
            offer = after;
        }
    }

    #[test]
    fn any_other_content_has_another_hash(a in 100u32..100_000, b in 100u32..100_000) {
        let (one, two) = (content(&a.to_string()), content(&b.to_string()));
        prop_assert_eq!(one.hash().unwrap() == two.hash().unwrap(), a == b);
    }
}
