//! What holds for calls and recordings, as people read and edit it.

pub mod calling;
pub mod card;
mod fields;
pub mod list;
mod own_calling;
pub mod page;
mod rule;
mod wordings;
pub mod words;
