//! Devices: picking them, and trying everything out before a call (CU4).

mod camera;
mod detour;
mod dialog;
mod fitness;
mod line;
mod microphone;
mod pickers;
mod speaker;
mod tried;

pub use dialog::CheckButton;
pub use fitness::OpenElsewhere;
pub use pickers::Pickers;
