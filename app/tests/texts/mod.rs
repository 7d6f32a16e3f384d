//! The app's texts as they stand in its sources.

use serde_json::{Map, Value};
use std::{fs, path::Path};

/// The texts of every topic of a language, as pages load them.
pub(crate) fn of(tag: &str) -> Map<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("locales")
        .join(tag);
    let mut texts = Map::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let topic: Map<String, Value> =
            serde_json::from_str(&fs::read_to_string(&path).expect("readable")).expect("texts");
        texts.extend(topic);
    }
    texts
}
