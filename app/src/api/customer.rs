//! Requests about customers, and the thread that begins with one.

use super::{Failure, get, page, post, put};
use orderline_domain::ids::CustomerId;
use orderline_protocol::{
    customer::{
        AddCustomer, CustomerList, CustomerMoves, CustomerThreads, CustomerView, CustomersMoved,
        EditCustomer, MoveCustomers, Reps,
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
