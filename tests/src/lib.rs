//! What the end-to-end tests and the measurements share: the real binary in a process of its own, clients that
//! speak its protocol, synthetic browsers, and what is measured.

pub mod client;
pub mod disk;
pub mod doors;
pub mod lab;
pub mod load;
pub mod measure;
pub mod recovery;
pub mod server;
pub mod wait;
