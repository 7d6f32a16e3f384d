//! Countries by their names in the page's language.

use super::habits::locales;
use js_sys::{Function, Intl::DisplayNames, Object, Reflect};
use wasm_bindgen::JsCast;

/// Every country as code and name, by name.
pub fn all() -> Vec<(&'static str, String)> {
    let namer = Namer::new();
    let mut countries: Vec<(&'static str, String)> = orderline_domain::country::codes()
        .map(|code| (code, namer.name(code)))
        .collect();
    countries.sort_by(|a, b| locale_order(&a.1, &b.1));
    countries
}

/// The name of one country; the code itself when it is none.
pub fn name(code: &str) -> String {
    Namer::new().name(code)
}

struct Namer {
    names: DisplayNames,
    of: Option<Function>,
}

impl Namer {
    fn new() -> Self {
        let options = Object::new();
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&options, &"type".into(), &"region".into());
        let names = DisplayNames::new(&locales(), &options);
        // Called through its property, because it throws at a code that is none.
        let of = Reflect::get(&names, &"of".into())
            .ok()
            .and_then(|of| of.dyn_into::<Function>().ok());
        Self { names, of }
    }

    fn name(&self, code: &str) -> String {
        let named = self
            .of
            .as_ref()
            .and_then(|of| of.call1(&self.names, &code.into()).ok());
        named
            .and_then(|name| name.as_string())
            .unwrap_or_else(|| code.to_owned())
    }
}

fn locale_order(a: &str, b: &str) -> std::cmp::Ordering {
    js_sys::JsString::from(a)
        .locale_compare(b, &locales(), &Object::new())
        .cmp(&0)
}
