use orderline_domain::{
    call::rules::{CallingRule, ThreadCalling, VendorCalling, WhyNot, may_call},
    vendor::{function::Off, state::Shut},
};
use proptest::prelude::*;

fn rule() -> impl Strategy<Value = CallingRule> {
    prop_oneof![
        Just(CallingRule::On),
        Just(CallingRule::Off),
        any::<(bool, bool)>().prop_map(|(question, order)| CallingRule::Stages { question, order }),
        Just(CallingRule::Chosen),
        Just(CallingRule::Paid),
    ]
}

proptest! {
    /// CU1, CU2, CU3: an open vendor comes first, then the plan and the vendor's switch, then the sellers' switch, then an open thread; whatever
    /// else is set.
    #[test]
    fn cu1_cu2_cu3_who_may_call(
        shut in prop_oneof![Just(None), Just(Some(Shut::Suspended)), Just(Some(Shut::Closed))],
        off in prop_oneof![Just(None), Just(Some(Off::NotOnPlan)), Just(Some(Off::SwitchedOff))],
        rule in rule(),
        (closed, has_order, chosen, paid) in any::<(bool, bool, bool, bool)>(),
    ) {
        let thread = ThreadCalling { closed, has_order, chosen, paid };
        let result = may_call(VendorCalling { shut, off, rule }, thread);
        prop_assert_eq!(result.err().and_then(WhyNot::shut), shut);
        if shut.is_some() {
            prop_assert!(result.is_err());
        } else if off == Some(Off::NotOnPlan) {
            prop_assert_eq!(result, Err(WhyNot::NotOnPlan));
        } else if off == Some(Off::SwitchedOff) {
            prop_assert_eq!(result, Err(WhyNot::FunctionOff));
        } else if rule == CallingRule::Off {
            prop_assert_eq!(result, Err(WhyNot::SwitchedOff));
        } else if closed {
            prop_assert_eq!(result, Err(WhyNot::ThreadClosed));
        } else {
            let expected = match rule {
                CallingRule::Stages { question, order } => if has_order { order } else { question },
                CallingRule::Chosen => chosen,
                CallingRule::Paid => paid,
                CallingRule::On | CallingRule::Off => true,
            };
            prop_assert_eq!(result.is_ok(), expected);
        }
        if let Err(why) = result {
            let told = shut.is_some() || off.is_none() && rule != CallingRule::Off;
            prop_assert_eq!(why.is_told_to_buyers(), told);
        }
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<CallingRule>(&json).unwrap(), rule);
    }
}

#[test]
fn a_vendor_who_set_nothing_has_calls() {
    assert_eq!(
        may_call(VendorCalling::default(), ThreadCalling::default()),
        Ok(())
    );
}
