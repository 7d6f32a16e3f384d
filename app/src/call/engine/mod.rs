//! Being in a call: a pure reducer ([`machine`]) decides, thin adapters carry out. Nothing here draws.
//!
//! - [`machine`]: what happens in which order, over the two ways that media can take ([`way`]) and any number of
//!   connections ([`leg`]); [`meeting`] and [`private`]: how two browsers meet
//! - [`driver`]: carries the machine's effects out and holds what the browser gave
//! - [`devices`], [`peer`]: microphone and screen, one connection
//! - [`picks`]: which devices there are and which a person picked
//! - [`level`]: how loud somebody is, and whether they speak without being heard
//! - `ear`: whether a connection has died that the browser takes for good
//! - [`quality`]: how the line is and what is sent over it; `patience`: how long pictures wait for repairs; `stats`:
//!   what the browser counts
//! - [`fitness`]: whether this browser can make calls; [`trial`] and [`turn`]: whether one would get
//!   through
//! - [`sound`]: the tones; [`memory`]: which call this tab is in, over a reload

pub mod devices;
pub mod driver;
mod ear;
pub mod fitness;
mod leg;
pub mod level;
pub mod machine;
mod meeting;
pub mod memory;
mod others;
mod patience;
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
