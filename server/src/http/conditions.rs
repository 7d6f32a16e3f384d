//! What a request makes its answer depend on: the entity tags that it knows (RFC 9110, 13.1).

use axum::http::{HeaderMap, HeaderName, header};

/// The tags that a header lists, all its lines together; a tag may hold a comma.
fn tags<'a>(asked: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = asked.get_all(name).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| Tags { rest: line })
}

struct Tags<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tags<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
        let opened = self.rest.find('"').map_or(0, |at| at + 1);
        let quoted = self.rest[opened..].find('"').filter(|_| opened > 0);
        let end = match quoted {
            // A quote that belongs to this entry: nothing but `W/` stands before it.
            Some(length) if opened <= 3 => opened + length + 1,
            _ => self.rest.find(',').unwrap_or(self.rest.len()),
        };
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!tag.is_empty()).then(|| tag.trim_end())
    }
}

/// Whether the one who asks has it already (`If-None-Match`), compared weakly: a proxy that compresses weakens tags.
pub(super) fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    tags(asked, &header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Whether another one was asked for (`If-Match`).
pub(super) fn is_another(asked: &HeaderMap, tag: &str) -> bool {
    asked.contains_key(header::IF_MATCH)
        && !tags(asked, &header::IF_MATCH).any(|wanted| wanted == "*" || wanted == tag)
}

/// Whether a part may be sent: the one who asks knows no other parts, or those of this very content (`If-Range`). A
/// date never holds, as none was told.
pub(super) fn allows_part(asked: &HeaderMap, tag: &str) -> bool {
    asked
        .get(header::IF_RANGE)
        .is_none_or(|known| known.as_bytes() == tag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const TAG: &str = "\"a,b\"";

    fn asked(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_is_known_is_compared_weakly() {
        let known = |values: &[&'static str]| is_known(&asked(&header::IF_NONE_MATCH, values), TAG);
        for values in [
            &["\"a,b\""] as &[&str],
            &["*"],
            &["W/\"a,b\""],
            &["\"x\", W/\"a,b\""],
            &["\"x\",\"a,b\" , \"y\""],
            &["\"x\"", "\"a,b\""],
        ] {
            assert!(known(values), "{values:?}");
        }
        for values in [
            &[] as &[&str],
            &[""],
            &["a,b"],
            &["\"a\", \"b\""],
            &["\"a,b"],
            &["w/\"a,b\""],
            &["x\"a,b\""],
            &[",,"],
        ] {
            assert!(!known(values), "{values:?}");
        }
    }

    #[test]
    fn what_is_wanted_is_compared_strongly() {
        let another = |values: &[&'static str]| is_another(&asked(&header::IF_MATCH, values), TAG);
        assert!(!another(&[]));
        assert!(!another(&["*"]));
        assert!(!another(&["\"x\", \"a,b\""]));
        assert!(another(&["W/\"a,b\""]));
        assert!(another(&["\"x\""]));
        assert!(another(&[""]));
    }

    #[test]
    fn a_part_is_sent_only_of_what_is_known() {
        let part = |values: &[&'static str]| allows_part(&asked(&header::IF_RANGE, values), TAG);
        assert!(part(&[]));
        assert!(part(&["\"a,b\""]));
        assert!(!part(&["W/\"a,b\""]));
        assert!(!part(&["\"x\""]));
        assert!(!part(&["*"]));
        assert!(!part(&["Wed, 21 Oct 2026 07:28:00 GMT"]));
    }
}
