//! Being in a call: a pure reducer ([`machine`]) decides, thin adapters carry out. Nothing here draws.
//!
//! - [`machine`]: what happens in which order, over the two ways that media can take ([`way`]) and any number of
//!   connections ([`leg`]); [`meeting`] and [`private`]: how two browsers meet
//! - [`driver`]: carries the machine's effects out and holds what the browser gave
//! - [`devices`], [`peer`]: microphone and screen, one connection
//! - [`picks`]: which devices there are and which a person picked
//! - [`level`]: how loud somebody is, and whether they speak without being heard
//! - `liveness`: detects a dead connection before the browser does
//! - [`quality`]: how the line is and what is sent over it; `jitter_buffer`: how long video waits for retransmissions; `stats`:
//!   what the browser counts
//! - [`fitness`]: whether this browser can make calls; [`trial`] and [`turn`]: whether one would get
//!   through
//! - [`sound`]: the tones; [`memory`]: which call this tab is in, over a reload

pub mod devices;
pub mod driver;
pub mod fitness;
mod jitter_buffer;
mod leg;
pub mod level;
mod liveness;
pub mod machine;
mod meeting;
pub mod memory;
mod others;
mod peer;
pub mod picks;
mod private;
pub mod quality;
pub mod sound;
mod stats;
mod steps;
pub mod trial;
pub mod turn;
mod way;
