//! What the topics share to draw with.

pub mod bar;
pub mod connection;
pub mod field;
pub mod filter;
pub mod more;
pub mod panes;
pub mod states;
pub mod table;
pub mod when;
