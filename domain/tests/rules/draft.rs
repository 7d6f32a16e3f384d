use crate::support::{
    CLUB, COACHING, INSTALMENTS, MONTHLY, ONE_TIME, RETIRED, RETIRED_PLAN, TODAY, buyer, catalogue,
    draft, eur, uuid,
};
use jiff::civil::date;
use orderline_domain::{
    customer::buyer::BuyerData,
    field::{FieldCode, FieldError, code},
    ids::{PlanId, ProductId},
    offer::{
        PaymentMethod,
        draft::Draft,
        plan::{Interval, PlanKind},
    },
};
use proptest::prelude::*;

fn complaints(draft: &Draft) -> Vec<(&'static str, FieldCode)> {
    names(&draft.computed(&catalogue(), TODAY).unwrap_err())
}

fn names(errors: &[FieldError]) -> Vec<(&'static str, FieldCode)> {
    errors.iter().map(|it| (it.field, it.code)).collect()
}

#[test]
fn cc1_cc13_an_offer_has_terms_of_its_own_and_leaves_the_product_alone() {
    let before = catalogue();
    let content = draft().computed(&before, TODAY).unwrap();
    assert_eq!(before, catalogue());
    assert_eq!((content.product, content.plan), (COACHING, INSTALMENTS));
    assert_eq!(content.terms.amount(), eur("2280"));
    assert_eq!(content.schedule.payments.len(), 4);
    assert_eq!(content.schedule.payments[3].due, date(2027, 3, 1));
    assert_eq!(content.vat, eur("364.03"));
    // Another buyer, the same product, another plan.
    let other = Draft {
        buyer: buyer(),
        method: Some(PaymentMethod::Invoice),
        ..draft()
    }
    .with_plan(catalogue().plan(ONE_TIME).unwrap());
    let content = other.computed(&before, TODAY).unwrap();
    assert_eq!(content.schedule.total, eur("2400"));
}

#[test]
fn an_empty_draft_names_everything_that_is_missing() {
    let found = complaints(&Draft::default());
    let fields: Vec<_> = found.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        [
            "product",
            "plan",
            "method",
            "buyer.name",
            "buyer.email",
            "buyer.address.country",
            "buyer.address.street",
            "buyer.address.postal_code",
            "buyer.address.city",
        ]
    );
    assert!(found.iter().all(|(_, it)| *it == code::REQUIRED));
}

#[test]
fn loose_texts_are_named_all_at_once() {
    let wrong = Draft {
        amount: "12.345".to_owned(),
        quantity: "two".to_owned(),
        payments: "-1".to_owned(),
        first_due: "2027-02-29".to_owned(),
        ..draft()
    };
    assert_eq!(
        complaints(&wrong),
        [
            ("amount", code::TOO_MANY_DECIMALS),
            ("quantity", code::INVALID),
            ("payments", code::INVALID),
            ("first_due", code::INVALID),
        ]
    );
    let long = Draft {
        quantity: "1".repeat(1_000_000),
        ..draft()
    };
    assert_eq!(complaints(&long), [("quantity", code::INVALID)]);
    let past = Draft {
        first_due: "2026-11-21".to_owned(),
        ..draft()
    };
    assert_eq!(complaints(&past), [("first_due", code::OUT_OF_RANGE)]);
    assert!(
        Draft {
            first_due: "2026-11-22".to_owned(),
            ..draft()
        }
        .computed(&catalogue(), TODAY)
        .is_ok()
    );
}

#[test]
fn empty_counts_mean_what_the_plan_implies() {
    let monthly = Draft {
        first_due: "2026-12-01".to_owned(),
        ..draft()
    }
    .with_plan(catalogue().plan(MONTHLY).unwrap());
    let monthly = Draft {
        quantity: String::new(),
        payments: String::new(),
        first_due: "2026-12-01".to_owned(),
        ..monthly
    };
    let preview = monthly.preview(&catalogue(), TODAY).unwrap();
    assert_eq!(
        (preview.terms.quantity(), preview.terms.payments()),
        (1, 12)
    );
    let instalments = Draft {
        payments: String::new(),
        ..draft()
    };
    assert_eq!(complaints(&instalments), [("payments", code::REQUIRED)]);
}

#[test]
fn x6_the_preview_needs_no_buyer_and_no_method() {
    let early = Draft {
        buyer: BuyerData::default(),
        method: None,
        ..draft()
    };
    let preview = early.preview(&catalogue(), TODAY).unwrap();
    let content = draft().computed(&catalogue(), TODAY).unwrap();
    assert_eq!(preview.schedule, content.schedule);
    assert_eq!(preview.vat, content.vat);
    let unread = Draft {
        amount: "22x".to_owned(),
        ..early
    };
    assert_eq!(
        names(&unread.preview(&catalogue(), TODAY).unwrap_err()),
        [("amount", code::INVALID)]
    );
}

#[test]
fn cc4_an_invoice_goes_with_one_time_and_instalments_only() {
    for method in PaymentMethod::ALL {
        for kind in PlanKind::ALL {
            let refused = method == PaymentMethod::Invoice && kind == PlanKind::Subscription;
            assert_eq!(method.allowed(kind), !refused, "{method:?} {kind:?}");
            assert_eq!(PlanKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(PaymentMethod::from_name(method.name()), Some(method));
    }
    let club = Draft {
        first_due: "2026-12-01".to_owned(),
        method: Some(PaymentMethod::Invoice),
        ..draft().with_plan(catalogue().plan(MONTHLY).unwrap())
    };
    assert_eq!(complaints(&club), [("method", code::NOT_ALLOWED)]);
    // Switching the plan takes a method away that no longer goes with it.
    let mut catalogue = catalogue();
    catalogue.plans[2].product = COACHING;
    let switched = Draft {
        method: Some(PaymentMethod::Invoice),
        ..draft()
    }
    .with_plan(catalogue.plan(MONTHLY).unwrap());
    assert_eq!(switched.method, None);
}

#[test]
fn cc6_an_inactive_product_cannot_be_sold() {
    let retired = Draft {
        product: Some(RETIRED),
        plan: Some(RETIRED_PLAN),
        payments: "1".to_owned(),
        interval: None,
        ..draft()
    };
    assert_eq!(complaints(&retired), [("product", code::INACTIVE)]);
    assert!(catalogue().product(RETIRED).unwrap().sellable().is_err());
}

#[test]
fn products_and_plans_must_exist_and_belong_together() {
    let unknown = Draft {
        product: Some(ProductId::from_uuid(uuid(99))),
        plan: Some(PlanId::from_uuid(uuid(98))),
        ..draft()
    };
    assert_eq!(
        complaints(&unknown),
        [("product", code::UNKNOWN), ("plan", code::UNKNOWN)]
    );
    let mixed = Draft {
        product: Some(CLUB),
        ..draft()
    };
    assert_eq!(complaints(&mixed), [("plan", code::OTHER_PRODUCT)]);
}

#[test]
fn cc9_replacing_the_product_keeps_the_buyer_and_clears_the_payment_details() {
    let replaced = Draft {
        version: 7,
        ..draft()
    }
    .replace_product(CLUB);
    assert_eq!(
        replaced,
        Draft {
            version: 7,
            product: Some(CLUB),
            buyer: buyer(),
            ..Draft::default()
        }
    );
    // Choosing another product's plan does the same before it fills in.
    let chosen = draft().with_plan(catalogue().plan(MONTHLY).unwrap());
    assert_eq!((chosen.method, chosen.first_due.as_str()), (None, ""));
    assert_eq!(chosen.buyer, buyer());
    assert_eq!(chosen.amount, "49.00");
}

#[test]
fn cc8_every_plan_of_the_product_is_ready_to_be_chosen() {
    let catalogue = catalogue();
    let plans: Vec<_> = catalogue.plans_of(COACHING).map(|it| it.id).collect();
    assert_eq!(plans, [ONE_TIME, INSTALMENTS]);
    for id in plans {
        let plan = catalogue.plan(id).unwrap();
        let chosen = Draft {
            first_due: TODAY.to_string(),
            ..draft().with_plan(plan)
        };
        let terms = chosen.preview(&catalogue, TODAY).unwrap().terms;
        assert_eq!(
            (
                terms.kind(),
                terms.amount(),
                terms.payments(),
                terms.interval()
            ),
            (plan.kind, plan.amount, plan.payments, plan.interval)
        );
        assert_eq!((terms.quantity(), chosen.buyer), (1, buyer()));
    }
    assert_eq!(
        catalogue,
        crate::support::catalogue(),
        "no product and no plan changes"
    );
}

#[test]
fn a_draft_travels_as_json_with_any_field_left_out() {
    let draft = draft();
    let json = serde_json::to_string(&draft).unwrap();
    assert_eq!(serde_json::from_str::<Draft>(&json).unwrap(), draft);
    assert_eq!(
        serde_json::from_str::<Draft>("{}").unwrap(),
        Draft::default()
    );
}

proptest! {
    #[test]
    fn no_typed_text_panics_and_a_shown_schedule_always_adds_up(
        amount in "[0-9]{1,13}([.,][0-9]{0,3})?|\\PC{0,12}",
        quantity in "[0-9]{0,4}|\\PC{0,6}",
        payments in "[0-9]{0,4}|\\PC{0,6}",
        first_due in "202[6-7]-[01][0-9]-[0-3][0-9]|\\PC{0,12}",
        interval in prop::option::of(prop::sample::select(Interval::ALL.to_vec())),
        plan in 0usize..4,
    ) {
        let catalogue = catalogue();
        let plan = &catalogue.plans[plan];
        let typed = Draft {
            product: Some(plan.product),
            plan: Some(plan.id),
            amount, quantity, payments, interval, first_due,
            method: Some(PaymentMethod::BankTransfer),
            buyer: buyer(),
            ..Draft::default()
        };
        let computed = typed.computed(&catalogue, TODAY);
        let preview = typed.preview(&catalogue, TODAY);
        match (computed, preview) {
            (Ok(content), Ok(preview)) => {
                prop_assert_eq!(&content.schedule, &preview.schedule);
                let sum: i128 = content.schedule.payments.iter().map(|it| it.amount.minor()).sum();
                prop_assert_eq!(sum, content.schedule.total.minor());
            }
            (Err(found), Err(seen)) => {
                prop_assert!(!found.is_empty());
                prop_assert_eq!(found, seen);
            }
            (computed, preview) => prop_assert!(false, "{computed:?} but {preview:?}"),
        }
    }
}
