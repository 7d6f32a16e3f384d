//! What holds for calls and recordings, as people read and edit it.

pub mod calling;
pub mod card;
mod fields;
pub mod list;
pub mod page;
mod wordings;
pub mod words;
