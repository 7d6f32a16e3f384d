//! From sealed segments to playable files, a waveform and a manifest. Runs as a job, outside the call's path.

mod unseal;

pub use unseal::{Segment, UnsealError, unseal_segment};
