//! The names of objects. Everything of a vendor lies under `v/{vendor}/`, everything of a recording in one
//! folder, and segments sort by epoch and index.

use orderline_domain::ids::{RecordingId, VendorId};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Longest name of a derived file, in bytes.
const MAX_NAME_BYTES: usize = 100;
/// Longest key, in bytes.
const MAX_KEY_BYTES: usize = 512;

/// The key of one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

/// A name that no object may have.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "not a key: parts of small letters, digits, dots, dashes and underscores, divided by slashes"
)]
pub struct BadKey;

impl ObjectKey {
    /// One sealed segment of a recording.
    pub fn segment(vendor: VendorId, recording: RecordingId, epoch: u32, index: u32) -> Self {
        Self(format!(
            "{}{epoch:08}-{index:08}.seg",
            Self::segments(vendor, recording)
        ))
    }

    /// The prefix of a recording's segments.
    pub fn segments(vendor: VendorId, recording: RecordingId) -> String {
        format!("{}seg/", Self::recording(vendor, recording))
    }

    /// The prefix of everything that belongs to a recording.
    pub fn recording(vendor: VendorId, recording: RecordingId) -> String {
        format!("v/{vendor}/rec/{recording}/")
    }

    /// A file made from the segments, such as `audio.webm`.
    pub fn derived(vendor: VendorId, recording: RecordingId, name: &str) -> Result<Self, BadKey> {
        if name.len() > MAX_NAME_BYTES || !is_part(name) {
            return Err(BadKey);
        }
        Ok(Self(format!(
            "{}derived/{name}",
            Self::recording(vendor, recording)
        )))
    }

    /// An object that is written to try the store, and removed at once.
    pub fn trial(id: Uuid) -> Self {
        Self(format!("check/{id}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_part(part: &str) -> bool {
    let plain =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ObjectKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// For keys that come back from storage or a listing.
impl FromStr for ObjectKey {
    type Err = BadKey;

    fn from_str(key: &str) -> Result<Self, BadKey> {
        if key.len() <= MAX_KEY_BYTES && key.split('/').all(is_part) {
            Ok(Self(key.to_owned()))
        } else {
            Err(BadKey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_documented() {
        let vendor = VendorId::from_uuid(Uuid::from_u128(1));
        let recording = RecordingId::from_uuid(Uuid::from_u128(2));
        let v = "v/00000000-0000-0000-0000-000000000001";
        let rec = format!("{v}/rec/00000000-0000-0000-0000-000000000002");
        assert_eq!(
            ObjectKey::segment(vendor, recording, 2, 17).as_str(),
            format!("{rec}/seg/00000002-00000017.seg")
        );
        let derived =
            ObjectKey::derived(vendor, recording, "audio.webm").map(|key| key.to_string());
        assert_eq!(derived, Ok(format!("{rec}/derived/audio.webm")));
        let segment = ObjectKey::segment(vendor, recording, 2, 17);
        assert_eq!(segment.as_str().parse(), Ok(segment));
    }

    #[test]
    fn strange_names_are_refused() {
        let vendor = VendorId::from_uuid(Uuid::nil());
        let recording = RecordingId::from_uuid(Uuid::nil());
        for name in ["", "..", "a/b", "ä", ".hidden", "a b", &"x".repeat(101)] {
            assert_eq!(
                ObjectKey::derived(vendor, recording, name),
                Err(BadKey),
                "{name:?}"
            );
        }
        for key in ["", "/a", "a/", "a//b", "a/../b"] {
            assert_eq!(key.parse::<ObjectKey>(), Err(BadKey), "{key:?}");
        }
    }
}
