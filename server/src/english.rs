//! The app's English texts, for whoever sits at a terminal: what a command says stands on a page too, and there is one
//! text of each.

use std::{collections::HashMap, sync::LazyLock};

const FILES: [&str; 2] = [
    include_str!("../../app/locales/en/checkup.json"),
    include_str!("../../app/locales/en/field_error.json"),
];

static TEXTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let files = FILES.iter();
    // A test reads them.
    let read =
        files.map(|it| serde_json::from_str::<HashMap<String, String>>(it).unwrap_or_default());
    read.flatten().collect()
});

/// The text of this key, with these values in it; a key without a text is said itself.
pub(crate) fn text<'a>(key: &str, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = TEXTS.get(key).cloned().unwrap_or_else(|| key.to_owned());
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_domain::field::code;

    #[test]
    fn the_files_can_be_read_and_texts_are_filled() {
        for code in code::ALL {
            let key = format!("field_error.{}", code.name());
            assert_ne!(text(&key, []), key);
        }
        let filled = text("checkup.disk_good", [("free", "7"), ("folder", "/data")]);
        assert_eq!(filled, "7 MiB are free at /data.");
    }
}
