//! A vendor's records of who buys.

use crate::page::Page;
use jiff::Timestamp;
use orderline_domain::{
    customer::record::CustomerData,
    ids::{CustomerId, ThreadId},
};
use serde::{Deserialize, Serialize};

/// `POST /api/customers` (sellers and admins): add a record. Answers a [`CustomerView`]; asked again with the same id,
/// the one that is there.
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
}

/// `GET /api/customers?q=…`, the newest first: those whose name, company or e-mail begins with the text.
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
