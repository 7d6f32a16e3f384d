//! Offers: drafted, shown, confirmed.

pub mod confirm;
pub mod draft;
pub mod show;
pub mod view;
