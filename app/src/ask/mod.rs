//! A buyer begins: a vendor's public page, and how the vendor keeps it.

pub mod link;
pub mod page;
pub mod settings;
