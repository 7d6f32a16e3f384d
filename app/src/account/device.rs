//! The browser's passkeys (`WebAuthn`, level 3): options and answers go through it as JSON, which it reads and writes itself.

use crate::browser;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What the browser is asked to do.
#[derive(Clone, Copy)]
pub enum Ask {
    /// Make a key.
    Create,
    /// Answer with a key that is there.
    Get,
}

impl Ask {
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("parseCreationOptionsFromJSON", "create"),
            Self::Get => ("parseRequestOptionsFromJSON", "get"),
        }
    }
}

/// Why a device did not answer: it was called off, it has none, or the browser cannot.
#[derive(Clone, Copy, Debug)]
pub struct NoAnswer;

/// Whether this browser can do it here at all. An address without a name has no passkeys.
pub fn is_there() -> bool {
    let parse = kind().and_then(|kind| function(&kind, Ask::Get.names().0));
    let host = browser::host();
    parse.is_ok() && !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err()
}

/// The device's answer to these options, both as JSON.
pub async fn answer(ask: Ask, options: &str) -> Result<String, NoAnswer> {
    asked(ask, options).await.map_err(|_| NoAnswer)
}

async fn asked(ask: Ask, options: &str) -> Result<String, JsValue> {
    let (parse, act) = ask.names();
    let kind = kind()?;
    let public_key = function(&kind, parse)?.call1(&kind, &JSON::parse(options)?)?;
    let wish = Object::new();
    Reflect::set(&wish, &"publicKey".into(), &public_key)?;
    let credentials = Reflect::get(
        &Reflect::get(&window(), &"navigator".into())?,
        &"credentials".into(),
    )?;
    let promise: Promise = function(&credentials, act)?
        .call1(&credentials, &wish)?
        .dyn_into()?;
    let credential = JsFuture::from(promise).await?;
    let answer = function(&credential, "toJSON")?.call0(&credential)?;
    JSON::stringify(&answer)?.as_string().ok_or(JsValue::NULL)
}

fn window() -> JsValue {
    leptos::prelude::window().into()
}

fn kind() -> Result<JsValue, JsValue> {
    Reflect::get(&window(), &"PublicKeyCredential".into())
}

fn function(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into()
}
