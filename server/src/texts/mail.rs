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
    /// An order waits for written acceptance.
    OrderAccept,
    /// Somebody is asked to work for a vendor.
    Invitation,
}

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub subject: String,
    pub text: String,
}

impl MailKind {
    pub const ALL: [Self; 11] = [
        Self::CallPlanned,
        Self::CallPlanAgreed,
        Self::CallPlanMoved,
        Self::CallPlanCancelled,
        Self::CallRings,
        Self::CallSoon,
        Self::JoinCode,
        Self::JoinLink,
        Self::ProofCode,
        Self::OrderAccept,
        Self::Invitation,
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
            Self::OrderAccept => "order_accept",
            Self::Invitation => "invitation",
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
            Self::JoinLink => &["name", "seller", "vendor", "title", "link"],
            Self::Invitation => &["name", "by", "vendor", "link"],
            Self::OrderAccept => &[
                "name", "seller", "vendor", "number", "product", "total", "until", "link",
            ],
        }
    }
}
