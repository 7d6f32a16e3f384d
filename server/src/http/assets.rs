//! The app's files, inside the binary (read from disk in debug builds).

use super::{PathOf, Refusal, conditions};
use crate::http::Web;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use orderline_protocol::problem::Code;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../app/dist"]
struct Files;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/a/{*path}", get(asset))
}

async fn asset(PathOf(path): PathOf<String>, request: Request) -> Result<Response, Refusal> {
    let keep = if is_hashed(&path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    file(&path, request.headers(), keep).ok_or_else(|| Code::NotFound.into())
}

/// One of the app's files, in the smallest encoding that the browser takes; `None` when it was not built.
pub(super) fn file(path: &str, asked: &HeaderMap, keep: &'static str) -> Option<Response> {
    // Variants are chosen by the header, never asked for by name.
    if [".br", ".gz"].iter().any(|variant| path.ends_with(variant)) {
        return None;
    }
    let accepted = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |name: &str| {
        accepted
            .split(',')
            .filter_map(|part| part.split(';').next())
            .any(|part| part.trim().eq_ignore_ascii_case(name))
    };
    let variant = |encoding: &'static str, suffix: &str| {
        let found = takes(encoding)
            .then(|| Files::get(&format!("{path}{suffix}")))
            .flatten()?;
        Some((found, Some(encoding)))
    };
    let (found, encoding) = variant("br", ".br")
        .or_else(|| variant("gzip", ".gz"))
        .or_else(|| Some((Files::get(path)?, None)))?;
    Some(answer(path, asked, keep, found, encoding))
}

fn answer(
    path: &str,
    asked: &HeaderMap,
    keep: &'static str,
    found: EmbeddedFile,
    encoding: Option<&'static str>,
) -> Response {
    let tag = format!("\"{}\"", hex::encode(&found.metadata.sha256_hash()[..12]));
    let mut response = if conditions::is_known(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(found.data.into_owned()))
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = match kind.type_().as_str() {
        "text" => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    };
    let headers = response.headers_mut();
    let mut put = |name, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, kind);
    put(header::CACHE_CONTROL, keep.to_owned());
    put(header::ETAG, tag);
    put(header::VARY, "accept-encoding".to_owned());
    if let Some(encoding) = encoding {
        put(header::CONTENT_ENCODING, encoding.to_owned());
    }
    response
}

/// Whether the file's name changes with its content: `app-0123456789abcdef.js`, `…_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['-', '.', '_'])
        .any(|part| part.len() >= 12 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("buyer/buyer-4f0c2d9e8a7b6c5d.js"));
        assert!(is_hashed("staff/staff-4f0c2d9e8a7b6c5d_bg.wasm"));
        assert!(is_hashed("staff/app-4f0c2d9e8a7b6c5d.css"));
        assert!(!is_hashed("buyer/locales/en.json"));
        assert!(!is_hashed("buyer/list.en.html"));
        assert!(!is_hashed("buyer/loader.js"));
    }
}
