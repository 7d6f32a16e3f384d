//! Who works for a vendor, as its admin sees it.

mod invitations;
mod log;
pub mod page;
mod visits;
