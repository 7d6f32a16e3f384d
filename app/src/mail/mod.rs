//! Mails, as the demo keeps them.

pub mod mailbox;
