//! A buyer begins: a vendor's public page, and how the vendor keeps it.

pub mod begin;
pub mod link;
pub mod page;
pub mod settings;
