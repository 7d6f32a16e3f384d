//! Who may call, and the demo's mailbox.

use super::samples::{at, one, uuid};
use orderline_domain::{
    call::calling_rule::{CallingRule, ProposedRule},
    money::{Currency, Money},
    thread::contact::ContactPolicy,
};
use orderline_protocol::{
    calling::{OwnCalling, SetOwnCalling},
    http::{CallingSettings, MailView, Mailbox, SetCalling},
};
use std::collections::BTreeSet;

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let rule = CallingRule::Stages {
        question: true,
        order: false,
    };
    one(
        "calling_settings",
        CallingSettings {
            on_plan: true,
            currency: Currency::EUR,
            rule,
            contact: ContactPolicy::Block,
            version: 2,
            changed_at: Some(at()),
            changed_by: Some("Birte Sommer".to_owned()),
        },
    )
    .check(files);
    one(
        "set_calling",
        SetCalling {
            rule: rule.into(),
            contact: ContactPolicy::Warn,
            version: 2,
        },
    )
    .check(files);
    one(
        "own_calling",
        OwnCalling {
            on_plan: true,
            vendor_rule: rule,
            currency: Currency::EUR,
            rule: CallingRule::FromValue {
                least: Money::parse("500", Currency::EUR).unwrap(),
            },
            version: 1,
            changed_at: Some(at()),
        },
    )
    .check(files);
    one(
        "set_own_calling",
        SetOwnCalling {
            rule: ProposedRule::FromValue {
                least: "500,00".to_owned(),
            },
            version: 1,
        },
    )
    .check(files);
    one(
        "mailbox",
        Mailbox {
            next: None,
            items: vec![MailView {
                mail: uuid(13),
                kind: "call_rings".to_owned(),
                at: at(),
                to: "jana@lind.example".to_owned(),
                subject: "Mara König calls you".to_owned(),
                text: "Hello Jana".to_owned(),
                sent: true,
                attachment: Some("call.ics".to_owned()),
            }],
        },
    )
    .check(files);
}
