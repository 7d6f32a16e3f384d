//! The ways in and around: how long people wait for what they ask of a shop with many customers.

mod customers;

pub use customers::{CustomersReport, customers};
