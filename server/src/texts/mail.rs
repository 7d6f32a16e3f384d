//! Mails: subject in the first line of a template, then the text.

use super::{BadTemplate, Template, filled, for_reader, shipped};
use orderline_domain::language::Language;

/// What a mail is about. Its name is the kind in storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// Somebody proposes a time for a call.
    CallPlanned,
    /// The other side agrees to it.
    CallPlanAgreed,
    /// Another time is proposed.
    CallPlanMoved,
    /// It is called off.
    CallPlanCancelled,
    /// A call rings at a buyer who is away.
    CallRings,
    /// A planned call begins soon.
    CallSoon,
    /// The code that shows whose the address is.
    JoinCode,
    /// A link into a thread.
    JoinLink,
    /// The code by which a person shows who they are before they order.
    ProofCode,
    /// Somebody who came as this person proved another address than the one that was given for them.
    AnotherAddress,
    /// An order waits for written acceptance.
    OrderAccept,
    /// Somebody is asked to work for a vendor.
    Invitation,
    /// A link that signs in to an account.
    SignInLink,
    /// A link by which the password of an account is chosen.
    PasswordLink,
    /// The password of an account is another one now.
    PasswordChanged,
    /// A passkey signs in to an account from now on.
    PasskeyAdded,
    /// A passkey no longer does.
    PasskeyRemoved,
    /// An app's codes are asked for from now on.
    AuthenticatorAdded,
    /// They no longer are.
    AuthenticatorRemoved,
    /// Somebody signed in with a code that stands in for a lost app.
    RecoveryCodeUsed,
    /// Somebody of the platform's took the account's second factor away.
    SecondFactorReset,
    /// The account shall have another address: asked at the old one.
    EmailChangeOld,
    /// The same, asked at the new one.
    EmailChangeNew,
    /// Somebody wished for an address that this account has.
    EmailTaken,
    /// An account is closed.
    AccountClosed,
}

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub subject: String,
    pub text: String,
}

impl MailKind {
    pub const ALL: [Self; 25] = [
        Self::CallPlanned,
        Self::CallPlanAgreed,
        Self::CallPlanMoved,
        Self::CallPlanCancelled,
        Self::CallRings,
        Self::CallSoon,
        Self::JoinCode,
        Self::JoinLink,
        Self::ProofCode,
        Self::AnotherAddress,
        Self::OrderAccept,
        Self::Invitation,
        Self::SignInLink,
        Self::PasswordLink,
        Self::PasswordChanged,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::AuthenticatorAdded,
        Self::AuthenticatorRemoved,
        Self::RecoveryCodeUsed,
        Self::SecondFactorReset,
        Self::EmailChangeOld,
        Self::EmailChangeNew,
        Self::EmailTaken,
        Self::AccountClosed,
    ];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallPlanned => "call_planned",
            Self::CallPlanAgreed => "call_plan_agreed",
            Self::CallPlanMoved => "call_plan_moved",
            Self::CallPlanCancelled => "call_plan_cancelled",
            Self::CallRings => "call_rings",
            Self::CallSoon => "call_soon",
            Self::JoinCode => "join_code",
            Self::JoinLink => "join_link",
            Self::ProofCode => "proof_code",
            Self::AnotherAddress => "another_address",
            Self::OrderAccept => "order_accept",
            Self::Invitation => "invitation",
            Self::SignInLink => "sign_in_link",
            Self::PasswordLink => "password_link",
            Self::PasswordChanged => "password_changed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::AuthenticatorAdded => "authenticator_added",
            Self::AuthenticatorRemoved => "authenticator_removed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::SecondFactorReset => "second_factor_reset",
            Self::EmailChangeOld => "email_change_old",
            Self::EmailChangeNew => "email_change_new",
            Self::EmailTaken => "email_taken",
            Self::AccountClosed => "account_closed",
        }
    }

    /// The kind of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The mail for a reader of this language.
    pub fn written(
        self,
        reader: Language,
        values: &[(&str, &str)],
    ) -> Result<Written, BadTemplate> {
        let template = for_reader(self.templates(), reader);
        let (subject, text) = template.split_once('\n').unwrap_or((template, ""));
        Ok(Written {
            subject: filled(subject.trim(), values)?,
            text: filled(text.trim(), values)?,
        })
    }

    pub(super) const fn templates(self) -> &'static [Template] {
        match self {
            Self::CallPlanned => shipped!("mail/call_planned"),
            Self::CallPlanAgreed => shipped!("mail/call_plan_agreed"),
            Self::CallPlanMoved => shipped!("mail/call_plan_moved"),
            Self::CallPlanCancelled => shipped!("mail/call_plan_cancelled"),
            Self::CallRings => shipped!("mail/call_rings"),
            Self::CallSoon => shipped!("mail/call_soon"),
            Self::JoinCode => shipped!("mail/join_code"),
            Self::JoinLink => shipped!("mail/join_link"),
            Self::ProofCode => shipped!("mail/proof_code"),
            Self::OrderAccept => shipped!("mail/order_accept"),
            Self::Invitation => shipped!("mail/invitation"),
            Self::AnotherAddress => shipped!("mail/another_address"),
            Self::SignInLink => shipped!("mail/sign_in_link"),
            Self::PasswordLink => shipped!("mail/password_link"),
            Self::PasswordChanged => shipped!("mail/password_changed"),
            Self::PasskeyAdded => shipped!("mail/passkey_added"),
            Self::PasskeyRemoved => shipped!("mail/passkey_removed"),
            Self::AuthenticatorAdded => shipped!("mail/authenticator_added"),
            Self::AuthenticatorRemoved => shipped!("mail/authenticator_removed"),
            Self::RecoveryCodeUsed => shipped!("mail/recovery_code_used"),
            Self::SecondFactorReset => shipped!("mail/second_factor_reset"),
            Self::EmailChangeOld => shipped!("mail/email_change_old"),
            Self::EmailChangeNew => shipped!("mail/email_change_new"),
            Self::EmailTaken => shipped!("mail/email_taken"),
            Self::AccountClosed => shipped!("mail/account_closed"),
        }
    }

    /// The values that it has places for.
    pub const fn places(self) -> &'static [&'static str] {
        match self {
            Self::CallPlanned
            | Self::CallPlanAgreed
            | Self::CallPlanMoved
            | Self::CallPlanCancelled
            | Self::CallSoon => &[
                "name", "other", "vendor", "title", "when", "minutes", "link",
            ],
            Self::CallRings => &["caller", "name", "vendor", "title", "link"],
            Self::JoinCode | Self::ProofCode => &["name", "vendor", "code"],
            Self::AnotherAddress => &["name", "vendor", "title", "hint"],
            Self::SignInLink | Self::PasswordLink => &["name", "link", "minutes"],
            Self::PasswordChanged
            | Self::AuthenticatorAdded
            | Self::AuthenticatorRemoved
            | Self::RecoveryCodeUsed
            | Self::SecondFactorReset
            | Self::EmailTaken => &["name", "link"],
            Self::EmailChangeOld | Self::EmailChangeNew => &["name", "email", "link", "hours"],
            Self::AccountClosed => &["name"],
            Self::PasskeyAdded | Self::PasskeyRemoved => &["name", "passkey", "link"],
            Self::JoinLink => &["name", "seller", "vendor", "title", "link"],
            Self::Invitation => &["name", "by", "vendor", "link"],
            Self::OrderAccept => &[
                "name", "seller", "vendor", "number", "product", "total", "until", "link",
            ],
        }
    }
}
