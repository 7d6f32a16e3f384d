//! What the topics share to draw with.

pub mod bar;
pub mod choice;
pub mod connection;
pub mod field;
pub mod filter;
pub mod language;
pub mod more;
pub mod panes;
pub mod sending;
pub mod states;
pub mod table;
pub mod when;
