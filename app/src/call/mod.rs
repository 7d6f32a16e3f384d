//! Being in a call: a pure reducer ([`machine`]) decides, thin adapters carry out. Nothing here draws.
//!
//! - [`machine`]: what happens in which order, over any number of connections
//! - [`Driver`]: carries the machine's effects out and holds what the browser gave
//! - [`devices`], [`peer`], [`socket`]: microphone and screen, the connection to the relay, its signalling
//! - [`picks`]: which devices there are and which a person picked
//! - [`level`]: how loud somebody is, and whether they speak without being heard
//! - [`sound`]: the tones; [`memory`]: which call this tab is in, over a reload

pub mod devices;
mod driver;
pub mod level;
pub mod machine;
pub mod memory;
mod peer;
pub mod picks;
mod socket;
pub mod sound;
mod steps;

pub use driver::{DeviceNews, Driver, Equipment, Picture, Refusal, Voices};
pub use machine::{Line, Microphone, Over, Shown};
