//! Errors as the user meets them: `application/problem+json` (RFC 9457) over HTTP, the same body in a socket
//! reply. The app translates `code`; `title` is the English fallback.

use orderline_domain::field::FieldError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A stable, machine-readable reason. Only ever added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The body or frame could not be read.
    Malformed,
    /// A field does not hold what it must; see `fields`.
    Invalid,
    /// Nobody is signed in, or the session has ended.
    SignInNeeded,
    /// E-mail and password do not belong together.
    WrongCredentials,
    /// The person may see the thing but not do this to it.
    NotAllowed,
    /// There is no such thing, or it is none of the person's business.
    NotFound,
    /// The thing is no longer in the state that this needs.
    Conflict,
    /// A command id was used before with another body.
    CommandReused,
    /// A live call exists in this thread.
    CallInProgress,
    /// The call is over.
    CallOver,
    /// Another device answered first.
    AnsweredElsewhere,
    /// The ticket is unknown, used or expired.
    BadTicket,
    /// The confirmed revision is not the one being shown.
    StaleRevision,
    /// The product cannot be sold by phone now.
    ProductInactive,
    /// The body is larger than allowed.
    TooLarge,
    /// Too many requests; see `retry_after_ms`.
    TooMany,
    /// Something the server needs (storage, database) does not answer; try again.
    Unavailable,
    /// The protocol version is not spoken here: reload the page.
    VersionMismatch,
    /// Under its policy the call is never recorded.
    NeverRecorded,
    /// Under its policy the call is recorded from its first second or not held.
    OnlyRecorded,
    /// The time to accept the order in writing is over.
    OrderLapsed,
    /// A fault on our side; the reference names it in the log.
    Internal,
    /// The buyer has asked for a call already.
    CallRequested,
    /// A colleague calls in this thread already; `params` has the name.
    ColleagueCalls,
    /// The vendor's plan has no calls.
    CallsNotOnPlan,
    /// The vendor has switched calls off.
    CallsOff,
    /// There are no calls before, or after, an order.
    CallsNotAtThisStage,
    /// Calls are not switched on in this thread.
    CallsNotChosen,
    /// The buyer has not paid for calls in this thread.
    CallsNotPaid,
    CallsBelowValue,
    /// The thread is closed.
    ThreadClosed,
    /// The text holds contact that leads away; `fields` says what.
    ContactBlocked,
    /// Nothing is set up that carries messages of this kind.
    ChannelMissing,
    /// A colleague is being asked to take this call over already.
    HandOverAsked,
    /// Two people speak for the seller in this call already.
    HandOverTwo,
    /// The colleague is in another call, or is being asked to take one over.
    ColleagueBusy,
    /// Nobody asks any more: it was answered or withdrawn, or ran out.
    HandOverGone,
    /// What binds is for whoever has shown who they are by a contact that the other side did not choose.
    ProofNeeded,
    /// Acting in this role takes a second factor.
    SecondFactorNeeded,
    /// Who they are is to be shown once more before this.
    FreshProofNeeded,
    /// Today no further code is sent by which somebody could show who they are.
    NoMoreCodes,
    /// This server is about to restart and begins no new calls.
    Restarting,
    /// What was typed into the draft last can never be saved.
    DraftUnsaved,
    /// So many messages went out that nothing more is sent now; `params` says in how many minutes.
    SentTooMuch,
    /// The vendor would be left without an admin.
    LastAdmin,
    /// The platform has suspended the vendor: nothing is changed there for now.
    VendorSuspended,
    /// The platform has closed the vendor: nothing is changed there any more.
    VendorClosed,
    /// The vendor that somebody works for is suspended; `params` has its name and the platform's reason.
    WorkSuspended,
    /// The vendor that somebody works for is closed; `params` as above.
    WorkClosed,
    /// The vendor's plan does not allow the function.
    NotOnPlan,
    /// The vendor's sellers do not change amounts and payments of offers.
    ManualPriceOff,
    /// The vendor does not sell by phone.
    PhoneSalesOff,
    /// Nobody sells there who could answer a question.
    NobodyAnswers,
}

/// A problem, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: Code,
    /// HTTP status that belongs to the code (also inside socket replies).
    pub status: u16,
    pub title: String,
    /// What is wrong at which field; empty unless `code` is `invalid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// What the words of the code name, such as a colleague's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Names the log line of an internal fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// One field that does not hold what it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Path in the body, such as `buyer.address.city`.
    pub field: String,
    /// Locale key below `field_error.`, such as `required`.
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl From<&FieldError> for FieldProblem {
    fn from(error: &FieldError) -> Self {
        let params = error.params.iter();
        Self {
            field: error.field.to_owned(),
            code: error.code.name().to_owned(),
            params: params
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}

impl Code {
    /// Every code, in the order of its golden file.
    pub const ALL: [Self; 53] = [
        Self::Malformed,
        Self::Invalid,
        Self::SignInNeeded,
        Self::WrongCredentials,
        Self::NotAllowed,
        Self::NotFound,
        Self::Conflict,
        Self::CommandReused,
        Self::CallInProgress,
        Self::CallOver,
        Self::AnsweredElsewhere,
        Self::BadTicket,
        Self::StaleRevision,
        Self::ProductInactive,
        Self::TooLarge,
        Self::TooMany,
        Self::Unavailable,
        Self::VersionMismatch,
        Self::NeverRecorded,
        Self::OnlyRecorded,
        Self::Internal,
        Self::CallRequested,
        Self::ColleagueCalls,
        Self::OrderLapsed,
        Self::CallsNotOnPlan,
        Self::CallsOff,
        Self::CallsNotAtThisStage,
        Self::CallsNotChosen,
        Self::CallsNotPaid,
        Self::CallsBelowValue,
        Self::ThreadClosed,
        Self::ContactBlocked,
        Self::ChannelMissing,
        Self::HandOverAsked,
        Self::HandOverTwo,
        Self::ColleagueBusy,
        Self::HandOverGone,
        Self::ProofNeeded,
        Self::SecondFactorNeeded,
        Self::FreshProofNeeded,
        Self::NoMoreCodes,
        Self::Restarting,
        Self::DraftUnsaved,
        Self::SentTooMuch,
        Self::LastAdmin,
        Self::VendorSuspended,
        Self::VendorClosed,
        Self::WorkSuspended,
        Self::WorkClosed,
        Self::NotOnPlan,
        Self::ManualPriceOff,
        Self::PhoneSalesOff,
        Self::NobodyAnswers,
    ];

    /// The HTTP status that goes with this code.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::SignInNeeded | Self::WrongCredentials => 401,
            Self::NotAllowed
            | Self::BadTicket
            | Self::ProofNeeded
            | Self::SecondFactorNeeded
            | Self::FreshProofNeeded
            | Self::WorkSuspended
            | Self::WorkClosed => 403,
            Self::NotFound => 404,
            Self::Conflict
            | Self::CommandReused
            | Self::CallInProgress
            | Self::CallOver
            | Self::AnsweredElsewhere
            | Self::StaleRevision
            | Self::ProductInactive
            | Self::NeverRecorded
            | Self::OnlyRecorded
            | Self::CallRequested
            | Self::ColleagueCalls
            | Self::OrderLapsed
            | Self::CallsNotOnPlan
            | Self::CallsOff
            | Self::CallsNotAtThisStage
            | Self::CallsNotChosen
            | Self::CallsNotPaid
            | Self::CallsBelowValue
            | Self::ThreadClosed
            | Self::ChannelMissing
            | Self::HandOverAsked
            | Self::HandOverTwo
            | Self::ColleagueBusy
            | Self::HandOverGone
            | Self::LastAdmin
            | Self::VendorSuspended
            | Self::VendorClosed
            | Self::NotOnPlan
            | Self::ManualPriceOff
            | Self::PhoneSalesOff
            | Self::NobodyAnswers => 409,
            Self::TooLarge => 413,
            Self::Invalid | Self::ContactBlocked | Self::DraftUnsaved => 422,
            Self::VersionMismatch => 426,
            Self::TooMany | Self::NoMoreCodes | Self::SentTooMuch => 429,
            Self::Internal => 500,
            Self::Unavailable | Self::Restarting => 503,
        }
    }

    /// English fallback for clients that do not translate the code.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "This request cannot be read.",
            Self::Invalid => "Please check the marked fields.",
            Self::SignInNeeded => "Please sign in.",
            Self::WrongCredentials => "E-mail and password do not belong together.",
            Self::NotAllowed => "You may not do this.",
            Self::NotFound => "There is nothing here.",
            Self::Conflict => "This has changed in the meantime.",
            Self::CommandReused => "This command was sent before with other content.",
            Self::CallInProgress => "A call is already running in this thread.",
            Self::CallOver => "This call is over.",
            Self::AnsweredElsewhere => "The call was answered on another device.",
            Self::BadTicket => "This invitation into the call is no longer valid.",
            Self::StaleRevision => "The offer has changed since; please look at it again.",
            Self::ProductInactive => "This product is inactive and cannot be sold by phone.",
            Self::TooLarge => "This is too large.",
            Self::TooMany => "Too many requests; please wait a moment.",
            Self::Unavailable => "This does not work right now; nothing is lost. Please try again.",
            Self::VersionMismatch => "A new version is out; please reload the page.",
            Self::NeverRecorded => "Calls under this policy are never recorded.",
            Self::OnlyRecorded => "This call can only be held with a recording.",
            Self::OrderLapsed => "The time to accept this order is over.",
            Self::Internal => "Something went wrong on our side.",
            Self::CallRequested => "A call has been asked for already.",
            Self::HandOverAsked => "A colleague is being asked already.",
            Self::HandOverTwo => "A colleague is in the call already.",
            Self::ColleagueBusy => "This colleague is in another call.",
            Self::HandOverGone => "Nobody asks you any more.",
            Self::LastAdmin => "Somebody has to stay admin.",
            Self::VendorSuspended => "This shop is suspended: nothing can be changed here for now.",
            Self::VendorClosed => "This shop is closed: nothing can be changed here any more.",
            Self::WorkSuspended => "The vendor that you work for is suspended.",
            Self::NotOnPlan => "The plan does not allow this.",
            Self::ManualPriceOff => {
                "Amounts and payments stay as the plan of the product has them."
            }
            Self::NobodyAnswers => "Nobody here can answer right now.",
            Self::PhoneSalesOff => "Nothing is sold by phone here.",
            Self::WorkClosed => "The vendor that you work for is closed.",
            Self::ColleagueCalls => "A colleague is calling here already.",
            Self::CallsNotOnPlan => "The plan does not include calls.",
            Self::CallsOff => "Calls are switched off.",
            Self::CallsNotAtThisStage => "There are no calls at this stage.",
            Self::CallsNotChosen => "Calls are not switched on in this thread.",
            Self::CallsNotPaid => "Calls have not been paid for in this thread.",
            Self::CallsBelowValue => "Calls begin at a higher order value.",
            Self::ThreadClosed => "This thread is closed.",
            Self::ContactBlocked => "Contact stays here: this text cannot be sent.",
            Self::NoMoreCodes => "No further code is sent today.",
            Self::ProofNeeded => "Please confirm first that it is you.",
            Self::SecondFactorNeeded => "This needs a second factor beside the password.",
            Self::FreshProofNeeded => "Please confirm once more that it is you.",
            Self::DraftUnsaved => "What was typed last cannot be saved; please change it.",
            Self::SentTooMuch => "So much was sent that nothing more goes out now.",
            Self::Restarting => "The server restarts; calls begin again in a moment.",
            Self::ChannelMissing => "No way out is set up for messages of this kind.",
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            status: code.status(),
            title: code.title().to_owned(),
            fields: Vec::new(),
            retry_after_ms: None,
            params: BTreeMap::new(),
            reference: None,
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![FieldProblem::from(&error)])
    }
}

impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::invalid(errors.iter().map(FieldProblem::from).collect())
    }
}

impl Problem {
    /// A problem whose words name something.
    pub fn naming(code: Code, param: &str, value: &str) -> Self {
        Self {
            params: BTreeMap::from([(param.to_owned(), value.to_owned())]),
            ..Self::from(code)
        }
    }

    /// A problem that names its fields.
    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        Self {
            fields,
            ..Self::from(Code::Invalid)
        }
    }
}
