//! A running call: pictures, controls, and in words how things stand.

pub mod awake;
mod controls;
mod equipment;
pub mod hints;
pub mod keys;
pub mod layout;
mod line;
pub mod mode;
pub mod picture;
mod settings;
pub mod title;
pub mod view;
