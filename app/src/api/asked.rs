//! What the page's loader has asked for beside the app's code: each answer is taken once, by its path.

use crate::acting;
use gloo_net::http::{Request, Response};
use js_sys::{Map, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Where `loader.js` leaves the answers.
const NAME: &str = "orderlineAsked";

/// The answer to `GET path`: the loader's where it has asked, else asked for now.
///
/// # Errors
/// When no answer comes.
pub async fn response(path: &str) -> Result<Response, gloo_net::Error> {
    if let Some(answer) = take(path)
        && let Ok(answer) = JsFuture::from(answer).await
        && let Ok(answer) = answer.dyn_into::<web_sys::Response>()
    {
        return Ok(answer.into());
    }
    Request::get(&acting::address(path))
        .header("accept", "application/json")
        .send()
        .await
}

/// Lets go of whatever the first page did not take: later it would be old.
pub fn forget() {
    if let Some(answers) = answers() {
        answers.clear();
    }
}

fn take(path: &str) -> Option<Promise> {
    let answers = answers()?;
    let key = JsValue::from_str(path);
    let answer = answers.get(&key).dyn_into().ok()?;
    answers.delete(&key);
    Some(answer)
}

fn answers() -> Option<Map> {
    let window = web_sys::window()?;
    Reflect::get(&window, &JsValue::from_str(NAME))
        .ok()?
        .dyn_into()
        .ok()
}
