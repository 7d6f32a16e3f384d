//! The call as people see it: ringing, the stage, what became of it.

mod controls;
mod ended;
mod keys;
mod panel;
mod picture;
mod ring;
mod ringing;
mod root;
mod stage;
mod title;
mod words;

pub use panel::CallPanel;
pub use root::CallRoot;
