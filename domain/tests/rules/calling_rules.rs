use orderline_domain::{
    call::{
        calling_rule::{CallingRule, ProposedRule, ThreadCalling},
        rules::{NoCalls, VendorCalling, Whose, WhyNot, may_call, switches},
    },
    field::code,
    money::{Currency, Money},
    vendor::{function::Off, state::Shut},
};
use proptest::prelude::*;

fn euros(cents: i64) -> Money {
    Money::from_minor(cents, Currency::EUR).unwrap()
}

fn rule() -> impl Strategy<Value = CallingRule> {
    prop_oneof![
        Just(CallingRule::On),
        Just(CallingRule::Off),
        any::<(bool, bool)>().prop_map(|(question, order)| CallingRule::Stages { question, order }),
        Just(CallingRule::Chosen),
        Just(CallingRule::Paid),
        (1..100_000_i64).prop_map(|least| CallingRule::FromValue {
            least: euros(least)
        }),
    ]
}

/// Whether one rule alone lets calls be.
fn lets(rule: CallingRule, thread: &ThreadCalling) -> bool {
    match rule {
        CallingRule::On => true,
        CallingRule::Off => false,
        CallingRule::Stages { question, order } => {
            if thread.has_order {
                order
            } else {
                question
            }
        }
        CallingRule::Chosen => thread.chosen,
        CallingRule::Paid => thread.paid,
        CallingRule::FromValue { least } => {
            let sum: i128 = thread.orders.iter().map(|it| it.minor()).sum();
            sum >= least.minor()
        }
    }
}

proptest! {
    /// CU1, CU2, CU3: an open vendor comes first, then the plan and the vendor's switch, then whether it or the seller
    /// has no calls at all, then an open thread, then the vendor's rule and the seller's; whatever else is set.
    #[test]
    fn cu1_cu2_cu3_who_may_call(
        shut in prop_oneof![Just(None), Just(Some(Shut::Suspended)), Just(Some(Shut::Closed))],
        off in prop_oneof![Just(None), Just(Some(Off::NotOnPlan)), Just(Some(Off::SwitchedOff))],
        (rule, own) in (rule(), rule()),
        (closed, has_order, chosen, paid) in any::<(bool, bool, bool, bool)>(),
        orders in prop::collection::vec(1..60_000_i64, 0..3),
    ) {
        let orders = orders.into_iter().map(euros).collect();
        let thread = ThreadCalling { closed, has_order, chosen, paid, orders };
        let result = may_call(VendorCalling { shut, off, rule }, own, &thread);
        let why = result.err().map(|it| it.why);
        let none_at_all = rule == CallingRule::Off || own == CallingRule::Off;
        prop_assert_eq!(why.and_then(WhyNot::shut), shut);
        if shut.is_some() {
            prop_assert!(result.is_err());
        } else if off == Some(Off::NotOnPlan) {
            prop_assert_eq!(why, Some(WhyNot::NotOnPlan));
        } else if off == Some(Off::SwitchedOff) {
            prop_assert_eq!(why, Some(WhyNot::FunctionOff));
        } else if none_at_all {
            prop_assert_eq!(why, Some(WhyNot::SwitchedOff));
        } else if closed {
            prop_assert_eq!(why, Some(WhyNot::ThreadClosed));
        } else {
            prop_assert_eq!(result.is_ok(), lets(rule, &thread) && lets(own, &thread));
            if let Err(NoCalls { whose, least, why }) = result {
                let of_vendor = !lets(rule, &thread);
                prop_assert_eq!(whose == Whose::Vendor, of_vendor);
                let breaks = if of_vendor { rule } else { own };
                prop_assert_eq!(least, breaks.least());
                prop_assert_eq!(least.is_some(), why == WhyNot::BelowValue);
            }
        }
        if let Some(why) = why {
            let told = shut.is_some() || off.is_none() && !none_at_all;
            prop_assert_eq!(why.is_told_to_buyers(), told);
        }
    }

    /// CU3: a rule comes back from what is stored, and from what is typed again.
    #[test]
    fn cu3_a_rule_comes_back_from_its_words(rule in rule()) {
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<CallingRule>(&json).unwrap(), rule);
        prop_assert_eq!(ProposedRule::from(rule).checked(Currency::EUR), Ok(rule));
    }
}

#[test]
fn a_vendor_who_set_nothing_has_calls() {
    let nothing = may_call(
        VendorCalling::default(),
        CallingRule::default(),
        &ThreadCalling::default(),
    );
    assert_eq!(nothing, Ok(()));
}

/// CU3: to the cent, in the rule's own currency alone; more than an amount can be is enough for every rule.
#[test]
fn cu3_calls_begin_at_an_order_value() {
    let least = euros(50_000);
    let of = |orders: &[Money]| {
        let thread = ThreadCalling {
            has_order: true,
            orders: orders.to_vec(),
            ..ThreadCalling::default()
        };
        let seller = CallingRule::FromValue { least };
        may_call(VendorCalling::default(), seller, &thread)
    };
    let below = NoCalls {
        why: WhyNot::BelowValue,
        whose: Whose::Seller,
        least: Some(least),
    };
    let francs = Money::from_minor(90_000, Currency::CHF).unwrap();
    assert_eq!(of(&[]), Err(below));
    assert_eq!(of(&[euros(49_999)]), Err(below));
    assert_eq!(of(&[euros(49_999), francs]), Err(below));
    assert_eq!(of(&[euros(50_000)]), Ok(()));
    assert_eq!(of(&[euros(20_000), euros(30_000)]), Ok(()));
    let most = Money::parse("999999999999", Currency::EUR).unwrap();
    assert_eq!(of(&[most, most]), Ok(()));
}

#[test]
fn cu3_a_value_is_an_amount_above_zero() {
    let typed = |least: &str| {
        let least = least.to_owned();
        ProposedRule::FromValue { least }.checked(Currency::EUR)
    };
    let least = euros(50_050);
    assert_eq!(typed(" 500,50 "), Ok(CallingRule::FromValue { least }));
    for (text, complaint) in [
        (" ", code::REQUIRED),
        ("0,00", code::NOT_POSITIVE),
        ("-1", code::NOT_POSITIVE),
        ("much", code::INVALID),
        ("1,005", code::TOO_MANY_DECIMALS),
    ] {
        let wrong = typed(text).unwrap_err();
        assert_eq!(
            (wrong.field, wrong.code),
            ("rule.least", complaint),
            "{text}"
        );
    }
}

/// CU3: each switch that one of the two rules needs is there, and once.
#[test]
fn cu3_what_is_switched_by_hand() {
    use CallingRule::{Chosen, Off, On, Paid};
    for (vendor, seller, wanted) in [
        (On, Off, vec![]),
        (Chosen, On, vec![false]),
        (On, Paid, vec![true]),
        (Chosen, Chosen, vec![false]),
        (Paid, Chosen, vec![true, false]),
    ] {
        let found: Vec<bool> = switches(vendor, seller).collect();
        assert_eq!(found, wanted, "{vendor:?} {seller:?}");
    }
}
