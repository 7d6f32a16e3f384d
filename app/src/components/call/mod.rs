//! The call as people see it: ringing, the stage, what became of it.

mod awake;
mod controls;
mod decline;
mod ended;
mod equipment;
mod hand_over;
pub mod hints;
mod keys;
mod layout;
mod line;
mod mode;
mod news;
pub mod not_here;
mod panel;
mod picture;
pub mod request;
mod ring;
mod ringing;
mod root;
mod settings;
mod stage;
pub mod summary;
mod talk;
mod title;
mod words;

pub use panel::CallPanel;
pub use root::CallRoot;
