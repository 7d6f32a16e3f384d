//! Around a call: wishes to be called, planned calls, outcomes and calls to make.

pub mod appointment_mails;
pub mod appointment_views;
pub mod appointments;
pub mod calendar;
pub mod call_backs;
pub mod call_request;
pub mod outcomes;
