//! What is done and what is still missing up to the first call: a list that is there until everything is done.

mod list;

pub use list::{PlatformSteps, ShopSteps};
