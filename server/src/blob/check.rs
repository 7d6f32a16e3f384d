//! Whether a store does what recordings need of it. These steps go around what [`Blob::put`] does for any store.

use super::{
    client::Blob,
    error::{BlobError, status},
    keys::ObjectKey,
};
use aws_sdk_s3::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::BeforeDeserializationInterceptorContextRef,
    },
    error::BoxError,
    primitives::ByteStream,
};
use bytes::Bytes;
use jiff::{Timestamp, fmt::rfc2822};
use std::sync::{Arc, Mutex, PoisonError};

/// What a store does with a write under a key that is taken, which says that there must be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPut {
    Refused,
    /// It replaced the object, or says that it did.
    Taken,
    /// It says that it knows no such condition.
    Unknown,
}

impl Blob {
    /// The store's own time, from the head of an answer; `Ok(None)` when it tells none.
    pub async fn their_time(&self) -> Result<Option<Timestamp>, BlobError> {
        let date = Date::default();
        let head = self.client.head_bucket().bucket(&*self.bucket);
        let head = head.customize().interceptor(date.clone()).send().await;
        let told = date.told();
        match head {
            Err(error) if told.is_none() => Err(BlobError::from_sdk("head bucket", &error)),
            _ => Ok(told),
        }
    }

    /// Writes once more under a key that is taken, saying that there must be none.
    pub async fn put_over(&self, key: &ObjectKey, bytes: Bytes) -> Result<SecondPut, BlobError> {
        let put = self
            .client
            .put_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .if_none_match("*")
            .body(ByteStream::from(bytes));
        match put.send().await {
            Ok(_) => Ok(SecondPut::Taken),
            Err(error) => match status(&error) {
                Some(409 | 412) => Ok(SecondPut::Refused),
                Some(501) => Ok(SecondPut::Unknown),
                _ => Err(BlobError::from_sdk("put", &error)),
            },
        }
    }
}

/// Reads when an answer was given.
#[derive(Clone, Debug, Default)]
struct Date(Arc<Mutex<Option<Timestamp>>>);

impl Date {
    fn told(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Date {
    fn name(&self) -> &'static str {
        "date"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|text| rfc2822::parse(text).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date.map(|it| it.timestamp());
        Ok(())
    }
}
