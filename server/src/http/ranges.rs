//! Parts of a file, as browsers ask for them.

use std::ops::Range;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Part(Range<u64>),
    /// None of the range lies in the file.
    Outside,
    /// Not one range of bytes: the whole file answers it.
    Ignored,
}

/// What a `Range` header asks of so many bytes.
pub(super) fn parse_range(asked: &str, len: u64) -> Asked {
    let Some((from, to)) = asked
        .strip_prefix("bytes=")
        .and_then(|it| it.split_once('-'))
    else {
        return Asked::Ignored;
    };
    let range = match (from.trim(), to.trim()) {
        ("", last) => match last.parse::<u64>() {
            Ok(last) => len.saturating_sub(last)..len,
            Err(_) => return Asked::Ignored,
        },
        (from, "") => match from.parse::<u64>() {
            Ok(from) => from..len,
            Err(_) => return Asked::Ignored,
        },
        (from, to) => match (from.parse::<u64>(), to.parse::<u64>()) {
            (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(len),
            _ => return Asked::Ignored,
        },
    };
    if range.is_empty() {
        Asked::Outside
    } else {
        Asked::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_browsers_ask() {
        assert_eq!(parse_range("bytes=0-", 100), Asked::Part(0..100));
        assert_eq!(parse_range("bytes=10-19", 100), Asked::Part(10..20));
        assert_eq!(parse_range("bytes=90-1000", 100), Asked::Part(90..100));
        assert_eq!(parse_range("bytes=-10", 100), Asked::Part(90..100));
        assert_eq!(parse_range("bytes=-1000", 100), Asked::Part(0..100));
        assert_eq!(parse_range("bytes=100-", 100), Asked::Outside);
        assert_eq!(parse_range("bytes=-0", 100), Asked::Outside);
        for odd in [
            "bytes=5-1",
            "bytes=a-b",
            "bytes=1-2,4-5",
            "items=0-1",
            "bytes",
            "bytes=-",
        ] {
            assert_eq!(parse_range(odd, 100), Asked::Ignored, "{odd}");
        }
    }
}
