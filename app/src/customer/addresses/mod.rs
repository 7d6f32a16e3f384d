//! A customer's addresses: read, added, changed, taken away, and which is taken by default.

mod book;
pub mod card;
mod form;
mod line;
