//! Where a bucket's objects lie on disk. A key's folders become folders; the object itself is a file with the
//! suffix `.obj`, so that `a` and `a/b` can both exist. Keys that this cannot hold are refused.

use std::{
    io,
    path::{Path, PathBuf},
};

/// S3's own limit on a key, in bytes of UTF-8.
pub(super) const MAX_KEY_BYTES: usize = 1024;
/// Longest part of a key between two slashes, in bytes: a file name's limit less the suffix.
const MAX_PART_BYTES: usize = 250;
const SUFFIX: &str = ".obj";

/// The folders of one embedded store.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

/// Why a bucket's name or a key is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum BadName {
    #[error("a bucket's name has 3 to 63 small letters, digits, dots and dashes")]
    Bucket,
    #[error("the key is longer than {MAX_KEY_BYTES} bytes")]
    KeyTooLong,
    #[error("the key has an empty, relative, overlong or reserved part, or a control character")]
    Key,
}

/// Whether a listing can name it. XML has no way to write most control characters, and reads others as line ends: one
/// such key would take every listing of its bucket with it, or be read as another.
pub(super) fn fits_xml(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

impl Layout {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    /// Half-written files; emptied at each start.
    pub(super) fn drafts(&self) -> PathBuf {
        self.root.join("drafts")
    }

    /// Parts of uploads under way; emptied at each start.
    pub(super) fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    pub(super) fn buckets(&self) -> PathBuf {
        self.root.join("buckets")
    }

    pub(super) fn bucket(&self, bucket: &str) -> Result<PathBuf, BadName> {
        let fits = (3..=63).contains(&bucket.len())
            && bucket
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
            && bucket.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !bucket.contains("..");
        if fits {
            Ok(self.buckets().join(bucket))
        } else {
            Err(BadName::Bucket)
        }
    }

    /// The file of an object.
    pub(super) fn object(&self, bucket: &str, key: &str) -> Result<PathBuf, BadName> {
        let mut path = self.bucket(bucket)?;
        if key.len() > MAX_KEY_BYTES {
            return Err(BadName::KeyTooLong);
        }
        if !fits_xml(key) {
            return Err(BadName::Key);
        }
        let mut parts = key.split('/').peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            let unfit = part.is_empty()
                || part == "."
                || part == ".."
                || part.len() > MAX_PART_BYTES
                || (!last && part.ends_with(SUFFIX));
            if unfit {
                return Err(BadName::Key);
            }
            if last {
                path.push(format!("{part}{SUFFIX}"));
            } else {
                path.push(part);
            }
        }
        Ok(path)
    }
}

/// Which keys a listing wants.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) prefix: &'a str,
    /// Only keys after this one.
    pub(super) after: &'a str,
    pub(super) limit: usize,
}

/// Collects the keys of a bucket and their files in the order of the keys' bytes, at most `limit + 1` of them
/// (the extra one tells that there are more). Only folders that can hold wanted keys are read.
pub(super) fn list(bucket: &Path, wanted: &Wanted<'_>) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    walk(bucket, "", wanted, &mut found)?;
    Ok(found)
}

/// Depth is bounded by the longest key.
fn walk(
    dir: &Path,
    dir_key: &str,
    wanted: &Wanted<'_>,
    found: &mut Vec<(String, PathBuf)>,
) -> io::Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if entry.file_type()?.is_dir() {
            let key = format!("{dir_key}{name}/");
            let may_hold = wanted.prefix.starts_with(&key) || key.starts_with(wanted.prefix);
            let is_behind = key.as_str() < wanted.after && !wanted.after.starts_with(&key);
            if may_hold && !is_behind {
                names.push((key, entry.path()));
            }
        } else if let Some(name) = name.strip_suffix(SUFFIX) {
            let key = format!("{dir_key}{name}");
            if key.starts_with(wanted.prefix) && key.as_str() > wanted.after {
                names.push((key, entry.path()));
            }
        }
    }
    names.sort_unstable();
    for (key, path) in names {
        if found.len() > wanted.limit {
            break;
        }
        if key.ends_with('/') {
            walk(&path, &key, wanted, found)?;
        } else {
            found.push((key, path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> Result<PathBuf, BadName> {
        Layout::new(Path::new("/s3")).object("bucket", key)
    }

    #[test]
    fn keys_stay_within_their_bucket() {
        assert_eq!(
            key("v/1/a.seg"),
            Ok(PathBuf::from("/s3/buckets/bucket/v/1/a.seg.obj"))
        );
        for bad in [
            "",
            "/a",
            "a/",
            "a//b",
            "..",
            "a/../b",
            "./a",
            "a.obj/b",
            "a\0b",
            "a\x01b",
            "a\tb",
            "a\r\nb",
            "a\x7f",
            "a\u{85}b",
            "a\u{FFFE}",
            "v/\u{FFFF}/b",
        ] {
            assert_eq!(key(bad), Err(BadName::Key), "{bad:?}");
        }
        assert_eq!(key(&"a".repeat(251)), Err(BadName::Key));
        assert_eq!(key(&"ab/".repeat(400)), Err(BadName::KeyTooLong));
    }

    #[test]
    fn bucket_names_cannot_leave_the_root() {
        let layout = Layout::new(Path::new("/s3"));
        for bad in ["..", "../x", "ab", "Upper", "a..b", "-ab", ".ab", ""] {
            assert_eq!(layout.bucket(bad), Err(BadName::Bucket), "{bad:?}");
        }
        assert!(layout.bucket("orderline-1").is_ok());
    }

    #[test]
    fn listing_keeps_the_order_of_whole_keys() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let layout = Layout::new(dir.path());
        let keys = ["a", "a-b", "a/b", "a/c/d", "ab", "b/x"];
        for key in keys {
            let path = layout.object("bucket", key).map_err(io::Error::other)?;
            std::fs::create_dir_all(path.parent().unwrap_or(dir.path()))?;
            std::fs::write(path, key)?;
        }
        let bucket = layout.bucket("bucket").map_err(io::Error::other)?;
        let names = |prefix, after, limit| -> io::Result<Vec<String>> {
            Ok(list(
                &bucket,
                &Wanted {
                    prefix,
                    after,
                    limit,
                },
            )?
            .into_iter()
            .map(|(key, _)| key)
            .collect())
        };
        assert_eq!(names("", "", 100)?, keys);
        assert_eq!(names("a/", "", 100)?, ["a/b", "a/c/d"]);
        assert_eq!(names("a", "a/b", 100)?, ["a/c/d", "ab"]);
        assert_eq!(
            names("", "a", 1)?,
            ["a-b", "a/b"],
            "one more than the limit"
        );
        assert!(names("zz", "", 100)?.is_empty());
        Ok(())
    }
}
