//! Devices: picking them, and trying everything out before a call (CU4).

mod camera;
mod detour;
pub mod dialog;
pub mod fitness;
mod line;
mod microphone;
pub mod pickers;
mod speaker;
mod tried;
