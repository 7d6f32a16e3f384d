//! Everything that lives in this node's memory. It knows the store, and no use case.
//!
//! - [`Env`]: all of it, as use cases are handed it; there is no store in it
//! - [`clock`]: time and randomness
//! - [`hub`]: who is connected
//! - [`appends`]: the one way by which chat messages enter threads
//! - [`calls`], [`drafts`]: the ways to the tasks that keep the calls and the drafts of this node
//! - [`people`], [`sign_in`], [`turn`]: what is remembered between requests
//! - [`refusals`]: what was refused and is not written yet
//! - [`sessions`]: what sockets live by
//! - [`setup`]: the token that opens the page on which an installation is set up
//! - [`turns`]: whose request's turn it is

pub mod appends;
pub mod attempts;
pub mod calls;
pub mod clock;
pub mod common_passwords;
pub mod drafts;
mod env;
mod hashes;
pub mod hub;
pub mod people;
pub mod refusals;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod turn;
pub mod turns;

pub use appends::Appends;
pub use calls::CallDesk;
pub use clock::{Clock, Entropy};
pub use drafts::DraftDesk;
pub use env::{Env, EnvParts, Keys};
pub use hub::Hub;
pub use people::PeopleCache;
pub use refusals::Refusals;
pub use sessions::Sessions;
pub use setup::SetupDesk;
pub use sign_in::SignInDesk;
pub use turn::TurnDesk;
pub use turns::Turns;
