//! Requests about customers, and the thread that begins with one.

use super::{Failure, delete, get, page, post, post_for_file, put};
use orderline_domain::ids::{AddressId, CustomerId, ThreadId};
use orderline_protocol::{
    customer::{
        AddCustomer, CustomerAddresses, CustomerGroups, CustomerList, CustomerMoves,
        CustomerThreads, CustomerView, CustomersImported, CustomersMoved, EditCustomer, Found,
        ImportCustomers, ImportFile, ImportPreview, KnownBuyer, MergeCustomers, MergedCustomers,
        MoveCustomers, PutAddress, Reps,
    },
    http::OpenThread,
    page::PageCursor,
    thread::ThreadSummary,
};

/// A page of `GET /api/customers` with a ready query (without `?`).
///
/// # Errors
/// [`Failure`], as for every function here.
pub async fn list(query: String, after: Option<PageCursor>) -> Result<CustomerList, Failure> {
    page(&format!("/api/customers?{query}"), after).await
}

/// `GET /api/customers/{customer}`.
///
/// # Errors
/// [`Failure`].
pub async fn read(customer: CustomerId) -> Result<CustomerView, Failure> {
    get(&format!("/api/customers/{customer}")).await
}

/// `POST /api/customers`.
///
/// # Errors
/// [`Failure`].
pub async fn add(wish: &AddCustomer) -> Result<CustomerView, Failure> {
    post("/api/customers", wish).await
}

/// `PUT /api/customers/{customer}`.
///
/// # Errors
/// [`Failure`].
pub async fn edit(customer: CustomerId, wish: &EditCustomer) -> Result<CustomerView, Failure> {
    put(&format!("/api/customers/{customer}"), wish).await
}

/// A page of `GET /api/customers/{customer}/threads`.
///
/// # Errors
/// [`Failure`].
pub async fn threads(
    customer: CustomerId,
    after: Option<PageCursor>,
) -> Result<CustomerThreads, Failure> {
    page(&format!("/api/customers/{customer}/threads"), after).await
}

/// `POST /api/threads`.
///
/// # Errors
/// [`Failure`].
pub async fn open_thread(wish: &OpenThread) -> Result<ThreadSummary, Failure> {
    post("/api/threads", wish).await
}

/// `POST /api/customers/moves`.
///
/// # Errors
/// [`Failure`].
pub async fn assign(wish: &MoveCustomers) -> Result<CustomersMoved, Failure> {
    post("/api/customers/moves", wish).await
}

/// `GET /api/customers/reps`.
///
/// # Errors
/// [`Failure`].
pub async fn reps() -> Result<Reps, Failure> {
    get("/api/customers/reps").await
}

/// A page of `GET /api/customers/{customer}/moves`.
///
/// # Errors
/// [`Failure`].
pub async fn moves(
    customer: CustomerId,
    after: Option<PageCursor>,
) -> Result<CustomerMoves, Failure> {
    page(&format!("/api/customers/{customer}/moves"), after).await
}

/// `GET /api/customers/groups`.
///
/// # Errors
/// [`Failure`].
pub async fn groups() -> Result<CustomerGroups, Failure> {
    get("/api/customers/groups").await
}

/// `GET /api/customers/{customer}/addresses`.
///
/// # Errors
/// [`Failure`].
pub async fn addresses(customer: CustomerId) -> Result<CustomerAddresses, Failure> {
    get(&format!("/api/customers/{customer}/addresses")).await
}

/// `PUT /api/customers/{customer}/addresses/{address}`.
///
/// # Errors
/// [`Failure`].
pub async fn put_address(
    customer: CustomerId,
    address: AddressId,
    wish: &PutAddress,
) -> Result<CustomerAddresses, Failure> {
    put(
        &format!("/api/customers/{customer}/addresses/{address}"),
        wish,
    )
    .await
}

/// `DELETE /api/customers/{customer}/addresses/{address}`.
///
/// # Errors
/// [`Failure`].
pub async fn remove_address(customer: CustomerId, address: AddressId) -> Result<(), Failure> {
    delete(&format!("/api/customers/{customer}/addresses/{address}")).await
}

/// `GET /api/threads/{thread}/buyer`.
///
/// # Errors
/// [`Failure`].
pub async fn of_thread(thread: ThreadId) -> Result<KnownBuyer, Failure> {
    get(&format!("/api/threads/{thread}/buyer")).await
}

/// `POST /api/customers/export`: those whom a list finds, as a file.
///
/// # Errors
/// [`Failure`].
pub async fn export(found: &Found) -> Result<Vec<u8>, Failure> {
    post_for_file("/api/customers/export", found).await
}

/// `POST /api/customers/imports/look`.
///
/// # Errors
/// [`Failure`].
pub async fn look_at_import(wish: &ImportFile) -> Result<ImportPreview, Failure> {
    post("/api/customers/imports/look", wish).await
}

/// `POST /api/customers/imports`.
///
/// # Errors
/// [`Failure`].
pub async fn import(wish: &ImportCustomers) -> Result<CustomersImported, Failure> {
    post("/api/customers/imports", wish).await
}

/// `POST /api/customers/{customer}/merges`.
///
/// # Errors
/// [`Failure`].
pub async fn merge(customer: CustomerId, wish: &MergeCustomers) -> Result<CustomerView, Failure> {
    post(&format!("/api/customers/{customer}/merges"), wish).await
}

/// `GET /api/customers/{customer}/merges`.
///
/// # Errors
/// [`Failure`].
pub async fn merged(customer: CustomerId) -> Result<MergedCustomers, Failure> {
    get(&format!("/api/customers/{customer}/merges")).await
}
