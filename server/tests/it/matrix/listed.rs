//! Every route of the server, as its sources name them.

use std::{collections::BTreeSet, fs, path::Path};

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Route {
    pub path: String,
    pub method: &'static str,
}

const METHODS: [(&str, &str); 4] = [
    ("get(", "GET"),
    ("post(", "POST"),
    ("put(", "PUT"),
    ("delete(", "DELETE"),
];
/// Whoever asks these is somebody else afterwards: last of all.
const LAST: [&str; 2] = ["/api/account/sessions", "/api/session"];

/// All of them, in the alphabet's order.
pub(super) fn all() -> Vec<Route> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
    let mut found = BTreeSet::new();
    for folder in ["http", "ws"] {
        read(&source.join(folder), &mut found);
    }
    assert!(found.len() > 60, "the sources name their routes otherwise");
    let mut all: Vec<_> = found.into_iter().collect();
    let ends = |it: &Route| {
        LAST.iter()
            .position(|last| it.method == "DELETE" && *last == it.path)
    };
    all.sort_by_key(|it| (ends(it), it.method == "DELETE"));
    all
}

fn read(folder: &Path, found: &mut BTreeSet<Route>) {
    for entry in fs::read_dir(folder).expect("sources") {
        let path = entry.expect("a source").path();
        if path.is_dir() {
            read(&path, found);
        } else {
            let text = fs::read_to_string(&path).expect("a source");
            text.split(".route(")
                .skip(1)
                .for_each(|rest| routes(rest, found));
        }
    }
}

/// What stands between the parentheses of a `.route(`.
fn routes(rest: &str, found: &mut BTreeSet<Route>) {
    let mut depth = 1_usize;
    let end = rest.find(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let inside = rest[..end.unwrap_or(rest.len())].trim_start();
    // What else is called so, such as the way of a call's media.
    if !inside.starts_with('"') {
        return;
    }
    let path = inside.split('"').nth(1).expect("a path").to_owned();
    let methods = METHODS.iter().filter(|(call, _)| {
        inside
            .match_indices(call)
            .any(|(at, _)| !inside[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let before = found.len();
    for (_, method) in methods {
        found.insert(Route {
            path: path.clone(),
            method,
        });
    }
    assert!(
        found.len() > before || inside.contains("get("),
        "{path} has no method that is known here"
    );
}
