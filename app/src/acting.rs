//! In which capacity this page acts. It stands in the page's address, so that two pages of one person may act in two
//! capacities, and goes with everything that the page asks for.

use leptos::prelude::window;
use std::cell::OnceCell;

/// The field of a query, in the page's address and in requests.
const FIELD: &str = "as=";

thread_local! {
    /// A page acts in one capacity for as long as it lives.
    static HERE: OnceCell<Option<String>> = const { OnceCell::new() };
}

/// What the page's address says, as it stands there; none where the server chooses.
fn here() -> Option<String> {
    HERE.with(|here| {
        here.get_or_init(|| {
            let query = window().location().search().unwrap_or_default();
            let mut fields = query.trim_start_matches('?').split('&');
            fields
                .find_map(|it| it.strip_prefix(FIELD))
                .map(str::to_owned)
        })
        .clone()
    })
}

/// An address of ours, for the capacity that this page acts in.
pub fn address(path: &str) -> String {
    here().map_or_else(|| path.to_owned(), |wanted| with(path, &wanted))
}

/// An address of ours, for this capacity.
pub fn with(path: &str, wanted: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{FIELD}{wanted}")
}

/// A page's query without the capacity.
pub fn without(query: &str) -> String {
    let fields: Vec<&str> = query
        .split('&')
        .filter(|field| !field.is_empty() && !field.starts_with(FIELD))
        .collect();
    fields.join("&")
}

#[cfg(test)]
mod tests {
    use super::{with, without};

    #[test]
    fn the_capacity_joins_what_an_address_asks_already() {
        assert_eq!(with("/s/", "v.seller"), "/s/?as=v.seller");
        assert_eq!(with("/s/x?order=1", "v.seller"), "/s/x?order=1&as=v.seller");
    }

    #[test]
    fn what_was_searched_for_does_not_name_it() {
        assert_eq!(without("order=1&as=v.seller&last=2"), "order=1&last=2");
        assert_eq!(without("as=v.seller"), "");
        assert_eq!(without(""), "");
    }
}
