//! What is wrong with a text that a person wrote, as a problem that names its field.

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
    Problem::invalid(vec![FieldProblem {
        field: field.to_owned(),
        code: code.to_owned(),
        params,
    }])
}
