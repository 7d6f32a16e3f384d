//! Policies as people read and edit them.

mod card;
mod fields;
mod wordings;
pub mod words;

pub use card::PolicyCard;
pub use fields::{Editing, PolicyFields};
pub use wordings::WordingFields;
