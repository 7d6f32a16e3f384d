//! The phone offer: the seller's form and the buyer's card. Every number is computed by the domain's rule, the same on
//! both pages and on the server.

pub mod buyer_card;
mod buyer_fields;
mod checks;
mod field;
mod known;
mod lately;
mod payment_fields;
mod product_fields;
mod seen;
pub mod seller_form;
pub mod state;
pub mod summary;
pub mod words;
