//! One's own account: what one signs in with.

use super::{Family, samples::at};
use orderline_domain::people::{
    email_change::Mailbox, proof::Proof, refusal::Refused, security::SecurityStep,
};
use orderline_protocol::account::{
    AccountView, AuthenticatorView, ConfirmAuthenticator, EmailChangeView, EmailLinkView,
    NewAuthenticator, PasskeySignIn, PasskeyView, ProveAgain, RecoveryCodes, SessionView,
};
use orderline_protocol::security::{AccountOf, RefusalLine, SecondFactorOf, SecurityLine};
use std::collections::BTreeSet;

fn passkey() -> PasskeySignIn {
    PasskeySignIn {
        ceremony: "01900000-0000-7000-8000-0000000000c1".parse().unwrap(),
        answer: "{}".to_owned(),
    }
}

fn view() -> AccountView {
    AccountView {
        name: "Mara Lind".to_owned(),
        email: Some("mara@nordlicht.example".to_owned()),
        has_password: true,
        passkeys: vec![PasskeyView {
            passkey: "01900000-0000-7000-8000-0000000000c2".parse().unwrap(),
            name: "Laptop".to_owned(),
            added_at: at(),
            used_at: None,
        }],
        authenticator: Some(AuthenticatorView {
            since: at(),
            codes_left: 9,
        }),
        asks_second_factor: true,
        email_change: Some(EmailChangeView {
            email: "jana@new.example".to_owned(),
            ends_at: at(),
            old_said_yes: true,
            new_said_yes: false,
        }),
        sessions: vec![SessionView {
            session: "01900000-0000-7000-8000-0000000000c3".parse().unwrap(),
            began_at: at(),
            seen_at: at(),
            proof: Proof::Passkey,
            here: true,
            limited: false,
        }],
    }
}

fn security_line() -> SecurityLine {
    SecurityLine {
        at: at(),
        step: SecurityStep::PasswordRefused,
        who: Some(AccountOf {
            user: "01900000-0000-7000-8000-0000000000c4".parse().unwrap(),
            name: "Mara Lind".to_owned(),
            email: Some("mara@nordlicht.example".to_owned()),
        }),
        from: Some("203.0.113.7".parse().unwrap()),
        by: None,
        reason: None,
    }
}

fn done_for_somebody() -> SecurityLine {
    SecurityLine {
        step: SecurityStep::SecondFactorReset,
        by: Some(AccountOf {
            user: "01900000-0000-7000-8000-0000000000c5".parse().unwrap(),
            name: "Ada Brandt".to_owned(),
            email: None,
        }),
        reason: Some("Lost the phone; called back at the office".to_owned()),
        ..security_line()
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    Family {
        name: "security_line",
        values: vec![
            ("sample", security_line()),
            ("done_for_somebody", done_for_somebody()),
        ],
    }
    .check(files);
    Family {
        name: "refusal_line",
        values: vec![(
            "sample",
            RefusalLine {
                hour: at(),
                refused: Refused::SecondFactorNeeded,
                who: security_line().who,
                from: "203.0.113.7".parse().unwrap(),
                count: 3,
            },
        )],
    }
    .check(files);
    Family {
        name: "second_factor_of",
        values: vec![(
            "sample",
            SecondFactorOf {
                account: security_line().who.unwrap(),
                authenticator: true,
                passkeys: 2,
            },
        )],
    }
    .check(files);
    Family {
        name: "email_link",
        values: vec![(
            "sample",
            EmailLinkView {
                mailbox: Mailbox::New,
                email: "jana@new.example".to_owned(),
                said_yes: true,
                done: false,
            },
        )],
    }
    .check(files);
    Family {
        name: "account",
        values: vec![("sample", view())],
    }
    .check(files);
    Family {
        name: "prove_again",
        values: vec![
            ("password", ProveAgain::Password("…".to_owned())),
            ("code", ProveAgain::Code("123456".to_owned())),
            ("passkey", ProveAgain::Passkey(passkey())),
        ],
    }
    .check(files);
    Family {
        name: "new_authenticator",
        values: vec![(
            "sample",
            NewAuthenticator {
                secret: "OBWGC2LOFVZXI4TJNZTS243FMNZGK5BN".to_owned(),
                uri: "otpauth://totp/Orderline:mara?secret=OBWGC2LOFVZXI4TJNZTS243FMNZGK5BN"
                    .to_owned(),
                qr: vec!["10".to_owned(), "01".to_owned()],
            },
        )],
    }
    .check(files);
    Family {
        name: "confirm_authenticator",
        values: vec![(
            "sample",
            ConfirmAuthenticator {
                code: "123456".to_owned(),
            },
        )],
    }
    .check(files);
    Family {
        name: "recovery_codes",
        values: vec![(
            "sample",
            RecoveryCodes {
                codes: vec!["4f7k-09qw-zzzz-zzzz".to_owned()],
            },
        )],
    }
    .check(files);
}
