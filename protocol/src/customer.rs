//! A vendor's records of who buys.

use crate::{page::Page, person::Person, problem::FieldProblem};
use jiff::Timestamp;
use orderline_domain::{
    customer::{
        addresses::{AddressData, Used},
        buyer::BuyerData,
        record::CustomerData,
    },
    ids::{
        AddressId, CustomerId, CustomerImportId, CustomerMergeId, CustomerMoveId, ThreadId, UserId,
    },
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

/// `GET /api/customers/{customer}/addresses`: all of a record, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAddresses {
    pub addresses: Vec<AddressView>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressView {
    pub address: AddressId,
    pub data: AddressData,
    pub version: i64,
}

/// `PUT /api/customers/{customer}/addresses/{address}`: adds an address (`version` 0) or changes one; a conflict when
/// `version` is not the one that holds. Answers [`CustomerAddresses`], as `DELETE` does, which takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutAddress {
    pub data: AddressData,
    pub version: i64,
}

/// `GET /api/threads/{thread}/buyer` (who may edit the offer): the buyer's data as the vendor's record has them, once for
/// each address of the record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBuyer {
    pub addresses: Vec<KnownAddress>,
}

/// The buyer at one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAddress {
    pub billing: Used,
    pub delivery: Used,
    pub buyer: BuyerData,
}

/// `GET /api/customers/groups`: the vendor's own words for customers of one kind, those that are in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerGroups {
    pub groups: Vec<String>,
}

/// `POST /api/customers/imports/look` (who may add customers): what would come of a file. Answers an [`ImportPreview`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// The whole file, its first line the names of the columns.
    pub csv: String,
}

/// What would come of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// Customers who would be added.
    pub new: i64,
    /// Lines whose customers are there already.
    pub known: i64,
    /// Lines that would be left out.
    pub wrong: i64,
    /// The first of those, each with what is wrong.
    pub rows: Vec<WrongRow>,
    /// Columns that say nothing here.
    pub unknown: Vec<String>,
}

/// A line that is no customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongRow {
    /// As a spreadsheet counts: the line with the names is the first.
    pub row: i64,
    pub fields: Vec<FieldProblem>,
}

/// `POST /api/customers/imports`: adds all customers of a file that are right and not there yet, at once. Answers
/// [`CustomersImported`]; asked again with the same id, the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCustomers {
    pub import: CustomerImportId,
    pub csv: String,
}

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomersImported {
    pub added: i64,
    pub known: i64,
    pub wrong: i64,
}

/// `POST /api/customers/{customer}/merges` (who may change both): makes two records one; a conflict when a version is not
/// the one that holds. Answers the [`CustomerView`] of the one that stays; asked again with the same id, the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeCustomers {
    pub merge: CustomerMergeId,
    pub with: CustomerId,
    pub version: i64,
    pub with_version: i64,
}

/// `GET /api/customers/{customer}/merges`: the records that have become a part of this one, the last first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedCustomers {
    pub merged: Vec<MergedCustomer>,
}

/// One of them, as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedCustomer {
    pub customer: CustomerId,
    pub data: CustomerData,
    pub at: Timestamp,
    pub by: Person,
}
