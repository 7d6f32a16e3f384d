//! Orders: the card of a placed one, its written acceptance, the list.

pub mod acceptance;
pub mod card;
pub mod list;
pub mod words;
