//! Bodies of the HTTP API. Paths stand beside each.

use crate::{
    call::IceServer,
    order::OrderView,
    page::Page,
    person::Person,
    recording::{AccessView, RecordingRow},
    thread::{EventView, ThreadSummary},
};
use jiff::Timestamp;
use orderline_domain::{
    call::calling_rule::{CallingRule, ProposedRule},
    catalogue::product::{Offered, Plan, Product},
    ids::{CustomerId, PartnerId, ThreadId, VendorId},
    money::Currency,
    people::{capacity::Capacity, proof::Proof},
    thread::contact::ContactPolicy,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `POST /api/session`: sign in. Answers [`Me`] and sets the `__Host-orderline` cookie.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

/// `GET /api/session`: who is signed in. `DELETE` signs out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub person: Person,
    /// None for whoever acts for the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorId>,
    pub vendor_name: String,
    pub demo: bool,
    /// A session that a link opened sees this thread alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_thread: Option<ThreadId>,
    /// How they showed who they are.
    pub proof: Proof,
    /// Until they have shown a second factor they see their own account alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_second_factor: bool,
    /// What they read, as far as is known (BCP 47).
    pub language: String,
    /// All that they could act as; `person` and `vendor` say as what they do now.
    pub capacities: Vec<Capacity>,
}

/// `PUT /api/session/language`: the language of a page. This browser keeps one that was chosen, and whoever is signed in
/// keeps it everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadIn {
    /// BCP 47, one of those that Orderline speaks.
    pub language: String,
    /// The person chose it; else the page only tells what it is read in, which holds until somebody chooses.
    pub chosen: bool,
}

/// `GET /api/session/proof`: how the session's person showed who they are, and by what they can show more.
/// `POST /api/session/proof/code` ([`AskProofCode`]) sends a code to the account's own contact, or to one that is typed
/// where it has none; `POST /api/session/proof` takes it ([`ProofCode`]). Both answer this too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofView {
    pub proof: Proof,
    /// Where a code goes; enough to know it again. None where nothing carries it there, or it has to be typed.
    pub hint: Option<String>,
    /// The account has no contact that is its person's own word: they type one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_address: bool,
    /// Until when the code that was sent last holds; none where none does.
    pub code_until: Option<Timestamp>,
}

/// `POST /api/session/proof/code`.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AskProofCode {
    /// Where the account has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// `POST /api/session/proof`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProofCode {
    /// The address that was typed for it, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Six digits.
    pub code: String,
}

/// `POST /api/phone`: a phone number as it is being typed, to be shown as it is understood before anything is sent to
/// it. Answers [`PhoneUnderstood`], or says at `phone` that nobody is reached there.
#[derive(Clone, Serialize, Deserialize)]
pub struct PhoneTyped {
    pub phone: String,
    /// Where a number that names no country is read (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A phone number as it was understood.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneUnderstood {
    /// In international format, such as `+49 341 123456`.
    pub number: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// `GET /api/site`: what a page may know before anybody signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub demo: bool,
    /// In demo mode, one link a person, each on a host name of its own.
    pub people: Vec<DemoPerson>,
}

/// A demo person on the start page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    pub person: String,
    pub name: String,
    /// `GET` signs in as this person and redirects to `/`; such as `http://seller.localhost:8080/demo/seller`.
    pub url: String,
}

/// `GET /api/threads`, newest first.
pub type ThreadList = Page<ThreadSummary>;

/// `POST /api/threads` (seller): open a thread with a customer, whether or not they have an account. Answers a
/// [`ThreadSummary`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenThread {
    pub thread: ThreadId,
    pub customer: CustomerId,
    pub title: String,
}

/// `GET /api/threads/{thread}/events?before=SEQ&limit=N` (N up to 200): older events, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventPage {
    pub events: Vec<EventView>,
    pub earlier: bool,
}

/// `GET /api/catalogue` (staff): products with all of their payment plans (CC8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The vendor's time zone (IANA): schedules begin on days as they are there.
    pub time_zone: String,
    /// What the prices of new products are in.
    pub currency: Currency,
    pub products: Vec<CatalogueProduct>,
}

/// A product as the catalogue has it; what a change of it is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogueProduct {
    pub product: Product,
    pub partner: PartnerId,
    pub version: i64,
    pub plans: Vec<Plan>,
}

impl From<Offered> for CatalogueProduct {
    fn from(offered: Offered) -> Self {
        Self {
            product: offered.product,
            partner: offered.partner,
            version: offered.version,
            plans: offered.plans,
        }
    }
}

/// `POST /api/calls/{call}/ticket`: the way into the call's signalling socket.
#[derive(Clone, Serialize, Deserialize)]
pub struct CallTicket {
    /// `wss://…/call` on the node that owns the call.
    pub url: String,
    /// Opaque, for one use, valid until `expires_at`.
    pub ticket: String,
    pub expires_at: Timestamp,
}

/// `GET /api/recordings?order=…&from=…&to=…&q=…` (compliance); newest first.
pub type RecordingList = Page<RecordingRow>;

/// `POST /api/recordings/{recording}/plays`: open a recording; answers [`crate::recording::PlayView`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRecording {
    /// Why it is opened, 3 to 500 characters; kept in the access log.
    pub reason: String,
}

/// `GET /api/recordings/{recording}/log`, newest first.
pub type AccessLog = Page<AccessView>;

/// `GET /api/orders` (staff): newest first; a seller's own.
pub type OrderList = Page<OrderView>;

/// `POST /api/line-check`: an offer as a call's leg makes it; answers the relay's. The connection belongs to no call
/// and ends after a few seconds. No `Debug`: it carries addresses.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCheck {
    pub sdp: String,
}

/// `GET /api/calling-rules` (who sells, and admins): who may call, and what happens to contact that leads away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallingSettings {
    /// Whether the vendor's plan includes calls.
    pub on_plan: bool,
    /// What values are counted in.
    pub currency: Currency,
    pub rule: CallingRule,
    pub contact: ContactPolicy,
    /// 0: nothing was ever set.
    pub version: i64,
    pub changed_at: Option<Timestamp>,
    pub changed_by: Option<String>,
}

/// `PUT /api/calling-rules`: answers [`CallingSettings`]; a conflict when `version` is not the one that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCalling {
    pub rule: ProposedRule,
    pub contact: ContactPolicy,
    pub version: i64,
}

/// `GET /api/mailbox` (demo mode only): one's own mails, newest first.
pub type Mailbox = Page<MailView>;

/// A mail that went out, or waits to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailView {
    pub mail: Uuid,
    /// What it tells of, such as `call_rings`.
    pub kind: String,
    pub at: Timestamp,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub sent: bool,
    /// The name of a file that goes with it.
    pub attachment: Option<String>,
}

/// What helps two browsers to meet: `GET /api/ice`. No `Debug`: it carries credentials.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceHelp {
    /// Empty where no TURN is set up, or while it does not answer.
    pub ice_servers: Vec<IceServer>,
    /// Addresses are hidden for everyone: only relayed ways may be used.
    pub relay_only: bool,
}
