//! What a person wrote, and what is wrong with it, as a problem that names its field.

use orderline_domain::text::BadText;
use orderline_protocol::problem::{FieldProblem, Problem};
use std::collections::BTreeMap;

/// The problem of a text in this field.
pub fn complaint(field: &str, bad: BadText) -> Problem {
    let (code, params) = match bad {
        BadText::Empty => ("required", BTreeMap::new()),
        BadText::TooLong { max } => (
            "too_long",
            BTreeMap::from([("max".to_owned(), max.to_string())]),
        ),
        BadText::ControlCharacter => ("invalid", BTreeMap::new()),
    };
    wrong(field, code, params)
}

/// The problem of this field.
pub fn wrong(field: &str, code: &str, params: BTreeMap<String, String>) -> Problem {
    Problem::invalid(vec![FieldProblem {
        field: field.to_owned(),
        code: code.to_owned(),
        params,
    }])
}

/// A text that may be left out; an empty one is.
pub fn optional<T>(
    field: &str,
    text: Option<&str>,
    new: impl FnOnce(&str) -> Result<T, BadText>,
) -> Result<Option<T>, Problem> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(new)
        .transpose()
        .map_err(|bad| complaint(field, bad))
}
