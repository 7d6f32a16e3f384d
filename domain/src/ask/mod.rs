//! A buyer asks first, from a vendor's public page: what such a question holds, and who answers it.

pub mod answering;
pub mod question;

use jiff::SignedDuration;

/// Questions by people without an account that one vendor takes within [`COUNTED_OVER`], from wherever.
pub const STRANGERS_OF_VENDOR: u32 = 120;
/// The time over which they are counted.
pub const COUNTED_OVER: SignedDuration = SignedDuration::from_hours(1);
/// How long a question that is sent again opens the asker's thread again. Afterwards whoever holds it opens nothing.
pub const SENT_AGAIN_WITHIN: SignedDuration = SignedDuration::from_mins(30);
/// How long somebody without an account goes on in the browser that they asked in.
pub const GUEST_LIVES: SignedDuration = SignedDuration::from_hours(24 * 30);
