//! Calls: how they run in this tab ([`engine`]), how people see them, what is said of them afterwards.

pub mod check;
pub mod ended;
pub mod engine;
pub mod hand_over;
pub mod news;
pub mod not_here;
pub mod notice;
pub mod notices;
pub mod panel;
pub mod report;
pub mod ring;
pub mod root;
pub mod stage;
pub mod state;
pub mod summary;
pub mod talk;
pub mod words;
