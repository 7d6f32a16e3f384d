use super::*;
use orderline_domain::{
    catalogue::product::{Contracting, Plan, Product},
    customer::{address::Address, buyer::BuyerData},
    money::{Currency, Money},
    offer::{
        PaymentMethod,
        plan::{Interval, PlanKind},
    },
};
use uuid::Uuid;

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn offer_id() -> OfferId {
    OfferId::from_uuid(Uuid::from_u128(77))
}

fn catalogue() -> Catalogue {
    let product = orderline_domain::ids::ProductId::from_uuid(Uuid::from_u128(1));
    Catalogue {
        products: vec![Product {
            id: product,
            name: "Coaching Pro".to_owned(),
            active: true,
            currency: Currency::EUR,
            vat_rate: "19".parse().expect("a rate"),
            contracting: Contracting {
                contractual_partner: "Orderline Platform Ltd.".to_owned(),
                terms_of: "Orderline Platform GmbH".to_owned(),
                terms_version: "2026-05".to_owned(),
            },
        }],
        plans: vec![Plan {
            id: orderline_domain::ids::PlanId::from_uuid(Uuid::from_u128(2)),
            product,
            label: "3 monthly instalments".to_owned(),
            kind: PlanKind::Instalments,
            amount: Money::from_minor(228_000, Currency::EUR).expect("an amount"),
            payments: 3,
            interval: Some(Interval::Month),
        }],
    }
}

fn draft(version: u64) -> Draft {
    let plan = &catalogue().plans[0];
    Draft {
        version,
        first_due: "2026-12-01".to_owned(),
        method: Some(PaymentMethod::SepaDebit),
        buyer: BuyerData {
            name: "Jana Lind".to_owned(),
            email: "jana@example.com".to_owned(),
            address: Address {
                street: "Karl-Heine-Str. 12".to_owned(),
                postal_code: "04229".to_owned(),
                city: "Leipzig".to_owned(),
                state: None,
                country: "DE".to_owned(),
                ..Address::default()
            },
            ..BuyerData::default()
        },
        ..Draft::default()
    }
    .with_first(plan)
}

trait WithFirst {
    fn with_first(self, plan: &Plan) -> Self;
}

impl WithFirst for Draft {
    /// A plan's choice clears what belongs to the product before; these tests begin with both chosen.
    fn with_first(self, plan: &Plan) -> Self {
        let (first_due, method) = (self.first_due.clone(), self.method);
        Self {
            first_due,
            method,
            ..self.with_plan(plan)
        }
    }
}

fn today() -> Date {
    jiff::civil::date(2026, 11, 22)
}

fn shown(state: &OfferState) -> RevisionView {
    let content = state
        .draft
        .computed(&catalogue(), today())
        .expect("complete");
    RevisionView {
        number: 1,
        hash: content.hash().expect("canonical").to_string(),
        at: jiff::Timestamp::UNIX_EPOCH,
        content,
    }
}

#[test]
fn an_older_draft_never_replaces_a_newer_one() {
    let mut state = OfferState::default();
    state.take_draft(offer_id(), &draft(5), user(1));
    state.take_draft(
        offer_id(),
        &Draft {
            amount: "1".to_owned(),
            ..draft(4)
        },
        user(1),
    );
    assert_eq!(state.draft, draft(5));
    let view = OfferView {
        in_writing: false,
        own_country: None,
        offer: offer_id(),
        version: 1,
        draft: draft(3),
        editor: None,
        shown: None,
        confirmed: None,
    };
    state.take(&view);
    assert_eq!(
        state.draft.version, 5,
        "what is typed here is newer than what the server saved"
    );
}

#[test]
fn a_change_after_showing_is_noticed_and_undone_by_typing_it_back() {
    let mut state = OfferState {
        draft: draft(1),
        ..OfferState::default()
    };
    state.shown = Some(shown(&state));
    let says = |state: &OfferState| {
        let computed = state.draft.computed(&catalogue(), today());
        state.says_what_was_shown(computed.as_ref().map_err(Vec::as_slice))
    };
    assert!(says(&state));
    state.draft.payments = "4".to_owned();
    assert!(!says(&state));
    state.draft.payments = String::new();
    assert!(
        !says(&state),
        "an offer that cannot be computed is not the one that was shown"
    );
    state.draft.payments = "3".to_owned();
    assert!(says(&state));
}

#[test]
fn x6_only_the_confirmation_of_the_latest_revision_counts() {
    let mut state = OfferState {
        draft: draft(1),
        ..OfferState::default()
    };
    assert!(!state.is_confirmed());
    let first = shown(&state);
    let by = ConfirmedView {
        number: 1,
        hash: first.hash.clone(),
        at: first.at,
        by: user(2),
        proof: orderline_domain::people::proof::Proof::Password,
    };
    state.shown = Some(first);
    state.confirmed = Some(by);
    assert!(state.is_confirmed());
    state.draft.payments = "4".to_owned();
    state.shown = Some(shown(&state));
    assert!(!state.is_confirmed());
}

#[test]
fn who_edits_is_whoever_changed_the_draft_last() {
    let mut state = OfferState {
        refused_by: Some(user(9)),
        ..OfferState::default()
    };
    state.take_draft(offer_id(), &draft(2), user(9));
    assert_eq!(
        state.refused_by,
        Some(user(9)),
        "a draft of theirs says that they still edit"
    );
    state.take_draft(offer_id(), &draft(3), user(1));
    assert_eq!(state.refused_by, None);
}

/// What a page missed is told once more with the state, and late news change nothing of it.
#[test]
fn the_newest_version_of_an_offer_wins_however_news_are_mixed() {
    let mut away = OfferState::default();
    let shown = shown(&OfferState {
        draft: draft(4),
        ..OfferState::default()
    });
    let at = |version, shown: Option<&RevisionView>| OfferView {
        in_writing: false,
        own_country: None,
        offer: offer_id(),
        version,
        draft: draft(4),
        editor: None,
        shown: shown.cloned(),
        confirmed: None,
    };
    away.take_both(Some(&at(8, Some(&shown))), None);
    assert_eq!(away.shown.as_ref(), Some(&shown), "the button has its data");
    away.take(&at(7, None));
    assert_eq!(away.shown.as_ref(), Some(&shown));
    away.take(&at(9, None));
    assert_eq!(away.shown, None);
}
