//! The keys of a bucket, page by page.

use super::{
    asked::{owner, refuse},
    layout::{Wanted, fits_xml, list},
    object,
    store::{Store, blocking},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use s3s::{
    S3Result,
    dto::{ETag, EncodingType, ListObjectsV2Input, ListObjectsV2Output, Object},
    s3_error,
};
use std::{io, path::Path};

/// Keys in one page of a listing; S3's own limit.
const MAX_PAGE: usize = 1000;

impl Store {
    pub(super) async fn list(&self, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
        let ListObjectsV2Input {
            bucket: name,
            continuation_token,
            delimiter,
            encoding_type,
            expected_bucket_owner,
            fetch_owner,
            max_keys,
            // Only of objects in an archive, which this store has not.
            optional_object_attributes: _,
            prefix,
            // Nobody pays here.
            request_payer: _,
            start_after,
        } = input;
        owner(expected_bucket_owner.as_deref())?;
        refuse(&[
            ("delimiter", delimiter.is_some_and(|it| !it.is_empty())),
            ("fetch-owner", fetch_owner == Some(true)),
        ])?;
        let words = Words::of(encoding_type.as_ref())?;
        let limit = usize::try_from(max_keys.unwrap_or(i32::MAX))
            .map_err(|_| {
                s3_error!(
                    InvalidArgument,
                    "Argument maxKeys must be an integer between 0 and 2147483647"
                )
            })?
            .min(MAX_PAGE);
        let told_prefix = prefix.as_deref().map(|it| words.write(it)).transpose()?;
        let told_start = start_after
            .as_deref()
            .map(|it| words.write(it))
            .transpose()?;
        let bucket = self.bucket(&name)?;
        let after = match &continuation_token {
            Some(token) => key_of(token)?,
            None => start_after.unwrap_or_default(),
        };
        let prefix = prefix.unwrap_or_default();
        let _turn = self.turn().await?;
        let page = blocking(move || {
            page(
                &bucket,
                &Wanted {
                    prefix: &prefix,
                    after: &after,
                    limit,
                },
            )
        });
        let (mut contents, more) = page.await?;
        let next = contents
            .last()
            .and_then(|object| object.key.as_deref().map(token_of))
            .filter(|_| more);
        for object in &mut contents {
            object.key = object
                .key
                .as_deref()
                .map(|key| words.write(key))
                .transpose()?;
        }
        Ok(ListObjectsV2Output {
            key_count: i32::try_from(contents.len()).ok(),
            max_keys: i32::try_from(limit).ok(),
            is_truncated: Some(next.is_some()),
            next_continuation_token: next,
            contents: Some(contents),
            name: Some(name),
            prefix: told_prefix,
            encoding_type,
            continuation_token,
            start_after: told_start,
            ..ListObjectsV2Output::default()
        })
    }
}

/// How keys are written into the answer.
#[derive(Clone, Copy)]
enum Words {
    Plain,
    Url,
}

impl Words {
    fn of(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding {
            None => Ok(Self::Plain),
            Some(encoding) if encoding.as_str() == EncodingType::URL => Ok(Self::Url),
            Some(_) => Err(s3_error!(
                InvalidArgument,
                "Invalid Encoding Method specified in Request"
            )),
        }
    }

    /// A key has no control characters; what the caller says may, and XML cannot say it back.
    fn write(self, text: &str) -> S3Result<String> {
        match self {
            Self::Url => {
                let parts = text.split('/').map(|part| {
                    url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>()
                });
                Ok(parts.collect::<Vec<_>>().join("/"))
            }
            Self::Plain if fits_xml(text) => Ok(text.to_owned()),
            Self::Plain => Err(s3_error!(
                InvalidArgument,
                "a control character needs encoding-type=url"
            )),
        }
    }
}

/// Where a listing goes on; opaque, so that it can be any key in any answer.
fn token_of(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

fn key_of(token: &str) -> S3Result<String> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|key| String::from_utf8(key).ok())
        .ok_or_else(|| {
            s3_error!(
                InvalidArgument,
                "The continuation token provided is incorrect"
            )
        })
}

/// One page of a listing, and whether more follows. An object deleted meanwhile is left out.
fn page(bucket: &Path, wanted: &Wanted<'_>) -> io::Result<(Vec<Object>, bool)> {
    let mut found = list(bucket, wanted)?;
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let mut contents = Vec::with_capacity(found.len());
    for (key, path) in found {
        let Some(stored) = object::open(&path)? else {
            continue;
        };
        contents.push(Object {
            key: Some(key),
            size: i64::try_from(stored.bytes).ok(),
            last_modified: Some(stored.modified().into()),
            e_tag: Some(ETag::Strong(stored.note.etag)),
            ..Object::default()
        });
    }
    Ok((contents, more))
}
