//! A vendor's records of who buys.

use crate::{page::Page, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    customer::record::CustomerData,
    ids::{CustomerId, CustomerMoveId, ThreadId, UserId},
};
use serde::{Deserialize, Serialize};

/// `POST /api/customers` (sellers, reps and admins): add a record. Answers a [`CustomerView`]; asked again with the same
/// id, the one that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddCustomer {
    pub customer: CustomerId,
    pub data: CustomerData,
}

/// `PUT /api/customers/{customer}`: answers a [`CustomerView`]; a conflict when `version` is not the one that holds. The
/// e-mail stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditCustomer {
    pub data: CustomerData,
    pub version: i64,
}

/// `GET /api/customers/{customer}`: a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    pub customer: CustomerId,
    pub data: CustomerData,
    /// Since when they have agreed to be called, if they have.
    pub consent_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    /// Whom they are assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<Rep>,
    /// How long they talked in calls that were answered and are over, in all their threads, in milliseconds.
    #[serde(default)]
    pub talked_ms: u64,
}

/// Somebody of the vendor's to whom customers are assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rep {
    pub user: UserId,
    pub name: String,
}

/// `GET /api/customers?q=…&rep=…`, the newest first: those in whose name, company, e-mail or phone number each word of `q`
/// stands, or whose order has that number; where there are none, those that are close to it, the closest first. `rep` is
/// a person's id or `nobody`.
pub type CustomerList = Page<CustomerRow>;

/// A record in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    pub customer: CustomerId,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    /// When something happened last in a thread of theirs.
    pub last_contact: Option<Timestamp>,
    /// Whom they are assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<Rep>,
}

/// `GET /api/customers/{customer}/threads`: those of their threads that the reader may see, the newest first.
pub type CustomerThreads = Page<CustomerThread>;

/// A thread of a customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerThread {
    pub thread: ThreadId,
    pub title: String,
    pub last_at: Timestamp,
    /// Of the thread's newest order.
    pub order_number: Option<String>,
}

/// `POST /api/customers/moves` (sellers and admins): assigns customers to a rep, or to nobody. Answers
/// [`CustomersMoved`]; asked again with the same id, the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveCustomers {
    pub move_id: CustomerMoveId,
    pub which: Which,
    /// None: nobody's, from now on.
    pub rep: Option<UserId>,
}

/// Which customers are moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    These(Vec<CustomerId>),
    /// All that the list finds by the same words.
    Found(Found),
}

/// What a list of customers is narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
}

/// What came of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomersMoved {
    /// Those who were not there yet.
    pub moved: i64,
    /// More were found than one move reaches: another one reaches more.
    pub is_more: bool,
}

/// `GET /api/customers/reps` (sellers and admins): everybody to whom customers can be assigned, and everybody who still
/// has some, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reps {
    pub reps: Vec<RepView>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepView {
    pub rep: Rep,
    /// That are assigned to them.
    pub customers: i64,
    /// They sell for the vendor now.
    pub is_active: bool,
}

/// `GET /api/customers/{customer}/moves` (sellers and admins): a page of who assigned a customer to whom, the newest
/// first.
pub type CustomerMoves = Page<CustomerMove>;

/// One change of whom a customer is assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMove {
    pub at: Timestamp,
    pub by: Person,
    /// Names; none: nobody.
    pub from: Option<String>,
    pub to: Option<String>,
}
