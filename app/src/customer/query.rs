//! What the address narrows the list of customers by.

use orderline_protocol::customer::Found;
use web_sys::UrlSearchParams;

/// The query as the server takes it.
pub fn found(query: &str) -> Found {
    let params = UrlSearchParams::new_with_str(query).ok();
    let of = |name: &str| params.as_ref().and_then(|it| it.get(name));
    Found {
        q: of("q"),
        rep: of("rep"),
    }
}
