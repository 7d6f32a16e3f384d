//! Whose habits numbers, money, dates and names follow: the browser's own where it tells a country that speaks the page's
//! language (`de-AT`, `en-US`), else those of the page's language.

use orderline_domain::language::Language;
use std::cell::OnceCell;
use wasm_bindgen::JsCast;

thread_local! {
    // The page's language never changes while it stands.
    static TAG: OnceCell<String> = const { OnceCell::new() };
}

/// The locale that `Intl` takes, as the list that it wants.
pub(super) fn locales() -> js_sys::Array {
    let tag = TAG.with(|tag| {
        tag.get_or_init(|| chosen(&super::language(), browser()))
            .clone()
    });
    js_sys::Array::of1(&tag.into())
}

fn browser() -> impl Iterator<Item = String> {
    let all = web_sys::window().map(|window| window.navigator().languages());
    let all = all.unwrap_or_default();
    all.iter()
        .filter_map(|tag| tag.dyn_into::<js_sys::JsString>().ok()?.as_string())
        .collect::<Vec<_>>()
        .into_iter()
}

fn chosen(page: &str, browser: impl Iterator<Item = String>) -> String {
    let language = Language::meant_by(page).unwrap_or(Language::COMMON);
    let mut fitting = browser.filter(|tag| tag.contains('-'));
    fitting
        .find(|tag| Language::meant_by(tag) == Some(language))
        .unwrap_or_else(|| language.format_tag().to_owned())
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn the_browsers_country_counts_where_it_speaks_the_pages_language() {
        for (page, browser, used) in [
            ("de", "en-US,de-AT,de", "de-AT"),
            ("en", "de-DE,de,en", "en-GB"),
            ("en", "en-US,en", "en-US"),
            ("pt", "pt-BR,pt", "pt-PT"),
            ("pt", "pt-AO", "pt-AO"),
            ("pt-BR", "pt-PT", "pt-BR"),
            ("ro", "", "ro"),
        ] {
            let browser = browser.split(',').map(str::to_owned);
            assert_eq!(chosen(page, browser), used, "{page}");
        }
    }
}
