//! The phone offer: the seller's form, the buyer's card, the order that comes of it. Every number is computed by the
//! domain's rule, the same on both pages and on the server.

mod buyer_card;
mod buyer_fields;
mod checks;
pub mod country;
mod field;
mod lately;
mod order_card;
mod payment_fields;
mod product_fields;
mod seen;
mod seller_form;
mod summary;
pub mod words;

pub use buyer_card::BuyerOffer;
pub use seller_form::SellerOffer;
