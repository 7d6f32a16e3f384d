//! What can go wrong with the object store, and whether trying again can help.

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
};
use std::{error::Error, io};

/// A failed operation on the object store. Keys hold ids only, so these can be logged.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No answer: the store is down, too slow, or not where the configuration says.
    #[error("the object store does not answer ({operation}): {detail}")]
    Unreachable {
        operation: &'static str,
        detail: String,
    },
    /// The store answered that it cannot now.
    #[error("the object store is busy or failing ({operation}, status {status}): {detail}")]
    Failing {
        operation: &'static str,
        status: u16,
        detail: String,
    },
    /// Credentials or rights.
    #[error("the object store denies access ({operation}, {code})")]
    Denied {
        operation: &'static str,
        code: String,
    },
    #[error("the bucket does not exist")]
    NoBucket,
    /// Anything else that the store refuses.
    #[error("the object store refuses ({operation}, status {status}, {code})")]
    Refused {
        operation: &'static str,
        status: u16,
        code: String,
    },
    /// Another content is stored under the key: objects are never replaced.
    #[error("another object is stored under {key}")]
    Conflict { key: String },
    /// The bytes are not those of the given SHA-256, on the way or at the store.
    #[error("the checksum of {key} does not match ({found})")]
    Mismatch { key: String, found: &'static str },
    #[error("{key} has {bytes} bytes, more than the {limit} that are read at once")]
    TooLarge { key: String, bytes: u64, limit: u64 },
    #[error("the listing of {prefix} has more than {limit} objects")]
    TooMany { prefix: String, limit: usize },
    /// The local file that should be stored.
    #[error("the file to be stored cannot be read: {0}")]
    File(#[source] io::Error),
}

impl BlobError {
    /// Whether the same operation can succeed later without anybody's doing.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Failing { .. } | Self::Mismatch { .. } => true,
            Self::Denied { .. }
            | Self::NoBucket
            | Self::Refused { .. }
            | Self::Conflict { .. }
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::File(_) => false,
        }
    }

    /// Sorts an error of the client library.
    pub(super) fn from_sdk<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let Some(response) = error.raw_response() else {
            let detail = DisplayErrorContext(error).to_string();
            return match error {
                SdkError::ConstructionFailure(_) => Self::Refused {
                    operation,
                    status: 0,
                    code: detail,
                },
                _ => Self::Unreachable { operation, detail },
            };
        };
        let status = response.status().as_u16();
        let code = error.code().unwrap_or("unknown").to_owned();
        match status {
            401 | 403 => Self::Denied { operation, code },
            404 if code == "NoSuchBucket" => Self::NoBucket,
            // 409: another conditional write of the same key is under way.
            408 | 409 | 425 | 429 | 500 | 502..=599 => Self::Failing {
                operation,
                status,
                detail: error.message().unwrap_or(&code).to_owned(),
            },
            // The head arrived and the rest did not.
            200..=299 => Self::Unreachable {
                operation,
                detail: DisplayErrorContext(error).to_string(),
            },
            _ => Self::Refused {
                operation,
                status,
                code,
            },
        }
    }
}

/// The status of an answer, if there was one.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error
        .raw_response()
        .map(|response| response.status().as_u16())
}
