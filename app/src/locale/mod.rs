//! Everything a person reads. Texts come from `locales/<language>.json`, fetched once at the start; numbers,
//! money and dates are formatted by the browser's `Intl`, in the page's language (`habits`).

mod catalogue;
pub mod country;
pub mod format;
mod habits;
pub mod local_time;
mod problem;
mod role;
pub mod zone;

pub use catalogue::{Catalogue, CatalogueError, PluralForm};
pub use problem::{field_text, problem_text, said, text_above, text_at};
pub use role::role_name;

use crate::api::asked;
use std::cell::RefCell;
use wasm_bindgen::JsCast;

thread_local! {
    /// The texts of this page. A change of language reloads the page, so they never change while it stands.
    static TEXTS: RefCell<Catalogue> = RefCell::new(Catalogue::default());
}

/// Makes `catalogue` the page's texts.
pub fn install(catalogue: Catalogue) {
    TEXTS.with_borrow_mut(|texts| *texts = catalogue);
}

/// The text under `key`.
///
/// A key is `'static`: its letters stand in the app's code, and that is how the build knows which texts an app needs. A
/// missing text shows its key and is an error in the console, which every browser test refuses.
pub fn t(key: &'static str) -> String {
    t_with(key, &[])
}

/// The text under `key` with `{name}` replaced by each given value.
pub fn t_with(key: &'static str, values: &[(&str, &str)]) -> String {
    TEXTS.with_borrow(|texts| {
        complain_unless_there(texts, key);
        texts.text(key, values)
    })
}

/// The plural form of `key` that fits `count`, with `{count}` replaced by the formatted number.
pub fn t_count(key: &'static str, count: i64, values: &[(&str, &str)]) -> String {
    let form = plural_form(count);
    let number = format::number(count);
    let mut all = vec![("count", number.as_str())];
    all.extend_from_slice(values);
    TEXTS.with_borrow(|texts| {
        complain_unless_there(texts, key);
        texts.plural(key, form, &all)
    })
}

fn complain_unless_there(texts: &Catalogue, key: &str) {
    if !texts.has(key) {
        leptos::logging::error!("there is no text {key}");
    }
}

/// The language of the page (BCP 47), from `<html lang>`.
pub fn language() -> String {
    web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element())
        .and_then(|e| e.get_attribute("lang"))
        .filter(|lang| {
            lang.len() >= 2 && lang.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
        .unwrap_or_else(|| "en".to_owned())
}

/// Fetches the texts of the page's language below `base` (such as `/a/buyer/`) and installs them.
///
/// # Errors
/// In English, because no texts are there to say it with: what went wrong, for the start's error page.
pub async fn load(base: &str) -> Result<(), String> {
    let url = format!("{base}locales/{}.json", language());
    let response = asked::response(&url).await.map_err(|e| e.to_string())?;
    if !response.ok() {
        return Err(format!("{url} answered {}", response.status()));
    }
    let json = response.text().await.map_err(|e| e.to_string())?;
    install(Catalogue::parse(&json).map_err(|e| e.to_string())?);
    Ok(())
}

fn plural_form(count: i64) -> PluralForm {
    #[expect(
        clippy::cast_precision_loss,
        reason = "plural rules need no exact value above 2^53"
    )]
    let count = count as f64;
    let locales = habits::locales();
    let name = js_sys::Intl::PluralRules::new(&locales, &js_sys::Object::new()).select(count);
    PluralForm::from_name(
        name.unchecked_ref::<js_sys::JsString>()
            .as_string()
            .as_deref()
            .unwrap_or("other"),
    )
}
