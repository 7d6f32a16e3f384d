//! What an RTP packet is: the ground floor of this crate. Engine, relay and recorder name it and never each other; it
//! names none of them, and no clock.
//!
//! - `track`: whose stream, on which media line
//! - `codec`: what a stream carries; `vp8`: the descriptor before a VP8 payload
//! - `packet`: what passes between engine, relay and recorder
//! - `sequence`: sequence numbers without their wrap, duplicates
//! - `clock`, `jitter`: RTP time
//! - `keyframe`: how much a key frame is wanted

pub mod clock;
mod codec;
mod jitter;
mod keyframe;
mod packet;
pub mod sequence;
mod track;
pub mod vp8;

pub use codec::Codec;
pub use jitter::Jitter;
pub use keyframe::KeyframeNeed;
pub use packet::{LossReport, RtpIn, RtpOut};
pub use track::{MediaLine, TrackKey, TrackKind};
