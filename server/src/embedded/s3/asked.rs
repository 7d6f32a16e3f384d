//! What a request may ask for beside its object. Each operation takes its input apart without `..`, so that a new
//! field of the library does not compile until somebody decides: offered, refused here, or without meaning in a
//! store of one owner, one region and no versions.

use s3s::{
    S3Error, S3ErrorCode, S3Result,
    dto::{ObjectCannedACL, StorageClass},
    s3_error,
};

/// The only version that an object of a bucket without versions has.
const ONLY_VERSION: &str = "null";

/// Refuses what is asked for and not offered, with the name of the header or parameter.
pub(super) fn refuse(asked: &[(&str, bool)]) -> S3Result<()> {
    match asked.iter().find(|(_, asked)| *asked) {
        None => Ok(()),
        Some((name, _)) => Err(S3Error::with_message(
            S3ErrorCode::NotImplemented,
            format!("{name} implies functionality that is not implemented"),
        )),
    }
}

/// Refuses every field that is there, each with the name it has in the request.
macro_rules! refuse_each {
    ($($name:literal: $field:ident),+ $(,)?) => {
        $crate::embedded::s3::asked::refuse(&[$(($name, $field.is_some())),+])
    };
}
pub(super) use refuse_each;

/// Buckets here belong to no account, so that whoever expects one is at the wrong store.
pub(super) fn owner(expected: Option<&str>) -> S3Result<()> {
    match expected {
        None => Ok(()),
        Some(_) => Err(s3_error!(AccessDenied, "no account owns this bucket")),
    }
}

pub(super) fn version(version: Option<&str>) -> S3Result<()> {
    match version {
        Some(version) if version != ONLY_VERSION => {
            Err(s3_error!(InvalidArgument, "Invalid version id specified"))
        }
        _ => Ok(()),
    }
}

/// Whether somebody but the owner shall see the object.
pub(super) fn is_shared(acl: Option<&ObjectCannedACL>) -> bool {
    acl.is_some_and(|acl| acl.as_str() != ObjectCannedACL::PRIVATE)
}

pub(super) fn storage_class(class: Option<&StorageClass>) -> S3Result<()> {
    match class {
        Some(class) if class.as_str() != StorageClass::STANDARD => {
            Err(s3_error!(InvalidStorageClass))
        }
        _ => Ok(()),
    }
}
