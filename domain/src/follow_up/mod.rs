//! What is around a call: wishes to be called, planned calls, outcomes and calls to make.

pub mod appointment;
pub mod call_back;
pub mod call_request;
pub mod outcome;
pub mod refusal;
