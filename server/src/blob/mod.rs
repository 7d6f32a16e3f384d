//! Objects in S3, and the keys that seal them. The only place that names `aws-sdk-s3`.
//!
//! Objects are immutable: a key is written once, with its SHA-256; writing the same bytes again succeeds, other
//! bytes are refused. Nothing here knows what an object means.

mod check;
mod client;
mod config;
mod error;
mod file;
mod keys;
mod put;
mod read;
#[cfg(test)]
mod tests;
mod wrap;

pub use check::SecondPut;
pub use client::{Blob, ListPage, Listed, ObjectInfo};
pub use config::{BlobConfig, BlobTimeouts};
pub use error::BlobError;
pub use keys::{BadKey, ObjectKey};
pub use put::{PutOutcome, PutReceipt};
pub use wrap::{KeyError, KeyOrigin, KeyOwner, MasterKey, WrappedKey, new_recording_key};
