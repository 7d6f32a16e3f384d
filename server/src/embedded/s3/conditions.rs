//! The conditions of a read, in RFC 9110's order: a tag counts for more than a time.

use super::object::Stored;
use axum::http::{HeaderMap, HeaderValue, header};
use s3s::{
    S3Result,
    dto::{ETag, ETagCondition, Timestamp, TimestampFormat},
    s3_error,
};

#[expect(clippy::struct_field_names, reason = "each is a header of that name")]
pub(super) struct Conditions {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
    pub(super) if_modified_since: Option<Timestamp>,
    pub(super) if_unmodified_since: Option<Timestamp>,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Holds,
    NotModified,
    Failed,
}

impl Conditions {
    /// # Errors
    /// 412 or 304, whichever is told.
    pub(super) fn require(&self, stored: &Stored) -> S3Result<()> {
        let tag = ETag::Strong(stored.note.etag.clone());
        let modified = Timestamp::from(stored.modified());
        match self.judge(&tag, &modified) {
            Verdict::Holds => Ok(()),
            Verdict::Failed => Err(s3_error!(
                PreconditionFailed,
                "At least one of the pre-conditions you specified did not hold"
            )),
            Verdict::NotModified => {
                let mut error = s3_error!(NotModified);
                error.set_headers(validators(&tag, &modified));
                Err(error)
            }
        }
    }

    fn judge(&self, tag: &ETag, modified: &Timestamp) -> Verdict {
        let unchanged = match (&self.if_match, &self.if_unmodified_since) {
            (Some(ETagCondition::Any), _) | (None, None) => true,
            (Some(ETagCondition::ETag(wanted)), _) => wanted.strong_cmp(tag),
            (None, Some(since)) => modified <= since,
        };
        if !unchanged {
            return Verdict::Failed;
        }
        let news = match (&self.if_none_match, &self.if_modified_since) {
            (Some(ETagCondition::Any), _) => false,
            (Some(ETagCondition::ETag(known)), _) => !known.weak_cmp(tag),
            (None, Some(since)) => modified > since,
            (None, None) => true,
        };
        if news {
            Verdict::Holds
        } else {
            Verdict::NotModified
        }
    }
}

/// What a 304 says of the object.
fn validators(tag: &ETag, modified: &Timestamp) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = tag.to_http_header() {
        headers.insert(header::ETAG, tag);
    }
    let mut date = Vec::new();
    if modified
        .format(TimestampFormat::HttpDate, &mut date)
        .is_ok()
        && let Ok(date) = HeaderValue::from_bytes(&date)
    {
        headers.insert(header::LAST_MODIFIED, date);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn at(second: u64) -> Timestamp {
        Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_secs(second))
    }

    /// `*` is any; nothing is no condition.
    fn tag(wanted: &str) -> Option<ETagCondition> {
        (!wanted.is_empty()).then(|| wanted.parse().unwrap())
    }

    #[test]
    fn a_tag_counts_for_more_than_a_time() {
        let judge = |if_match,
                     if_none_match,
                     modified_since: Option<u64>,
                     unmodified_since: Option<u64>| {
            Conditions {
                if_match: tag(if_match),
                if_none_match: tag(if_none_match),
                if_modified_since: modified_since.map(at),
                if_unmodified_since: unmodified_since.map(at),
            }
            .judge(&ETag::Strong("a".into()), &at(100))
        };
        assert_eq!(judge("", "", None, None), Verdict::Holds);
        assert_eq!(judge("\"a\"", "", None, Some(99)), Verdict::Holds);
        assert_eq!(judge("*", "", None, None), Verdict::Holds);
        assert_eq!(judge("\"b\"", "", None, Some(101)), Verdict::Failed);
        assert_eq!(judge("W/\"a\"", "", None, None), Verdict::Failed);
        assert_eq!(judge("", "", None, Some(99)), Verdict::Failed);
        assert_eq!(judge("", "", None, Some(100)), Verdict::Holds);
        assert_eq!(judge("", "\"a\"", Some(99), None), Verdict::NotModified);
        assert_eq!(judge("", "W/\"a\"", None, None), Verdict::NotModified);
        assert_eq!(judge("", "*", None, None), Verdict::NotModified);
        assert_eq!(judge("", "\"b\"", Some(100), None), Verdict::Holds);
        assert_eq!(judge("", "", Some(100), None), Verdict::NotModified);
        assert_eq!(judge("", "", Some(99), None), Verdict::Holds);
        assert_eq!(judge("\"b\"", "\"a\"", None, None), Verdict::Failed);
    }
}
