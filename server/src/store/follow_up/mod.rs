//! What is around a call.

pub mod appointments;
pub mod call_backs;
pub mod call_requests;
pub mod outcomes;
