//! The one-machine defaults: what a larger installation runs elsewhere, as children or tasks of this process.

pub mod coturn;
pub mod postgres;
pub mod s3;
