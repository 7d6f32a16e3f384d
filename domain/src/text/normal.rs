//! Unicode's normal forms: from a library on the server, from the browser itself in the browser, where the tables
//! would be a tenth of the app.

/// Composed (NFC): what looks the same is the same.
pub(crate) fn nfc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    form::nfc(text)
}

/// Composed, with characters that differ in form alone made one (NFKC): full-width letters, ligatures.
pub(crate) fn nfkc(c: char) -> String {
    form::nfkc(c.encode_utf8(&mut [0; 4]))
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
mod form {
    use unicode_normalization::UnicodeNormalization as _;

    pub(super) fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    pub(super) fn nfkc(text: &str) -> String {
        text.nfkc().collect()
    }
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod form {
    use js_sys::JsString;

    pub(super) fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    pub(super) fn nfkc(text: &str) -> String {
        JsString::from(text).normalize("NFKC").into()
    }
}
