//! The ways in and around: how long people wait for what they ask of a shop with many customers, and what those who sign
//! in, or hang about, cost everybody else.

mod beside;
mod customers;
mod matrix;
mod sign_ins;
mod slow;

pub use customers::{CustomersReport, customers};
pub use matrix::{MatrixReport, matrix};
pub use sign_ins::{SignInsReport, sign_ins};
pub use slow::{SlowReport, slow};
