//! Around a call: what is planned, what came of it, what is still to be done.

mod invite;
mod outcome;
mod outcome_form;
mod planned;
mod soon;
pub mod words;

pub use invite::Invite;
pub use outcome::Outcomes;
pub use planned::Planned;
pub use soon::Soon;
