//! A body for each route that takes one.

use super::{Things, listed::Route};
use serde_json::{Value, json};

/// What stands behind `?` where a route needs something there to be read at all.
pub(super) fn query(route: &Route) -> &'static str {
    match route.path.as_str() {
        "/api/recordings/{recording}/media/{name}" => "?play=00000000-0000-0000-0000-000000000000",
        _ => "",
    }
}

/// A body that can be read, and does as little as can be where it is let through.
#[expect(clippy::too_many_lines, reason = "one list, read from top to bottom")]
pub(super) fn body(route: &Route, things: &Things) -> Option<Value> {
    let token = json!({ "token": "0" });
    let nil = uuid::Uuid::nil();
    Some(match (route.method, route.path.as_str()) {
        ("GET" | "DELETE", _)
        | (
            "POST",
            "/api/account/passkeys/begin"
            | "/api/session/passkey/begin"
            | "/api/account/authenticator/begin"
            | "/api/account/recovery-codes"
            | "/api/platform/checkup"
            | "/api/calls/{call}/ticket",
        ) => return None,
        ("POST", "/api/session/proof/code" | "/api/customers/export") => json!({}),
        ("POST", "/api/session") => json!({ "email": "nobody@x.example", "password": "wrong" }),
        ("POST", "/api/session/proof") => json!({ "code": "000000" }),
        ("PUT", "/api/session/language") => json!({ "language": "en", "chosen": false }),
        ("PUT", "/api/session/time-zone") => json!({ "time_zone": "Europe/Berlin" }),
        ("PUT", "/api/calling-rules") => {
            json!({ "rule": { "calls": "stages", "order": false, "question": true }, "contact": "warn", "version": 99 })
        }
        ("PUT", "/api/own-calling-rule") => json!({ "rule": { "calls": "on" }, "version": 99 }),
        ("POST", "/api/account/passkeys") => json!({ "ceremony": nil, "name": "", "answer": "" }),
        ("POST", "/api/session/passkey") => json!({ "ceremony": nil, "answer": "" }),
        ("POST", "/api/account/authenticator" | "/api/session/again") => json!({ "code": "" }),
        ("POST", "/api/account/close" | "/api/platform/second-factor/find") => {
            json!({ "email": "" })
        }
        ("PUT", "/api/account/email") => json!({ "change": nil, "email": "" }),
        ("PUT", "/api/account/password") => json!({ "old": "", "new": "" }),
        ("POST", "/api/account-link") => json!({ "email": "", "purpose": "sign_in" }),
        (
            "POST",
            "/api/account-link/look"
            | "/api/account-link/take"
            | "/api/email-change/look"
            | "/api/email-change/confirm"
            | "/api/join/look"
            | "/api/join/code"
            | "/api/invitation/look",
        ) => token,
        ("POST", "/api/join/enter") => json!({ "token": "0", "code": "000000" }),
        ("POST", "/api/invitation/take") => json!({ "token": "0", "password": "x" }),
        ("POST", "/api/pages/{page}/questions") => {
            json!({ "secret": "0".repeat(64), "question": { "name": "", "text": "" } })
        }
        ("PUT", "/api/vendor/page") => json!({ "slug": "a", "version": 99 }),
        ("POST", "/api/line-check") => json!({ "sdp": "" }),
        ("POST", "/api/phone") => json!({ "phone": "1" }),
        ("POST", "/api/recordings/{recording}/plays") => json!({ "reason": "A dispute" }),
        ("POST", "/api/threads") => {
            json!({ "thread": nil, "customer": things.named("customer"), "title": "" })
        }
        ("POST", "/api/customers") => json!({ "customer": nil, "data": nameless() }),
        ("POST", "/api/customers/moves") => {
            json!({ "move_id": nil, "which": { "these": [] }, "rep": nil })
        }
        ("POST", "/api/customers/imports/look") => json!({ "csv": "" }),
        ("POST", "/api/customers/imports") => json!({ "import": nil, "csv": "" }),
        ("POST", "/api/customers/{customer}/merges") => {
            json!({ "merge": nil, "with": nil, "version": 99, "with_version": 99 })
        }
        ("PUT", "/api/customers/{customer}/addresses/{address}") => {
            json!({ "data": { "billing": "no", "delivery": "no", "address": {} }, "version": 99 })
        }
        ("PUT", "/api/customers/{customer}") => json!({ "data": nameless(), "version": 99 }),
        ("POST", "/api/people/{user}/roles/{role}") => json!({ "step": "restore" }),
        ("POST", "/api/people/invitations" | "/api/platform/vendors/{vendor}/invitations") => {
            json!({ "invitation": nil, "email": "", "name": "", "role": "seller" })
        }
        ("POST", "/api/people/invitations/{invitation}") => {
            json!({ "step": "revoke", "version": 1 })
        }
        ("POST", "/api/products") => json!({ "product": nil, "proposed": priceless() }),
        ("PUT", "/api/products/{product}") => json!({ "version": 99, "proposed": priceless() }),
        ("PUT", "/api/products/{product}/active") => json!({ "version": 99, "active": false }),
        ("POST", "/api/platform/vendors") => json!({ "vendor": nil, "data":
            { "name": "", "currency": "", "country": "", "time_zone": "" } }),
        ("POST", "/api/platform/vendors/{vendor}/steps") => {
            json!({ "step": "restore", "reason": "", "version": 1 })
        }
        ("PUT", "/api/vendor" | "/api/platform/vendors/{vendor}") => json!({ "version": 99,
            "data": { "name": "", "currency": "", "country": "", "time_zone": "" },
            "profile": { "languages": [] } }),
        ("POST", "/api/vendor/functions" | "/api/platform/vendors/{vendor}/functions") => {
            json!({ "function": "calls", "on": true, "version": 99 })
        }
        ("PUT", "/api/platform/vendors/{vendor}/plan") => json!({ "plan": nil, "version": 99 }),
        ("POST", "/api/platform/plans") => json!({ "plan": nil, "data": nothing_allowed() }),
        ("PUT", "/api/platform/plans/{plan}") => {
            json!({ "version": 99, "data": nothing_allowed() })
        }
        ("POST", "/api/platform/searches") => json!({ "search": nil, "what": "", "reason": "" }),
        ("POST", "/api/platform/visits") => {
            json!({ "visit": nil, "search": nil, "vendor": things.named("vendor") })
        }
        ("POST", "/api/platform/people") => json!({ "email": "", "role": "seller" }),
        ("POST", "/api/platform/second-factor/reset") => {
            json!({ "reset": nil, "user": nil, "reason": "" })
        }
        ("POST", "/api/setup") => setup(),
        (method, path) => panic!("{method} {path} is new: decide on a body for it"),
    })
}

fn nameless() -> Value {
    json!({ "kind": "person", "name": "", "company": null, "email": null, "phone": null,
        "language": "en", "country": null, "notes": null, "may_be_called": false })
}

fn priceless() -> Value {
    json!({ "name": "", "price": "", "label": "", "vat_rate": "", "partner": { "known": uuid::Uuid::nil() } })
}

fn nothing_allowed() -> Value {
    json!({ "name": "", "price": "", "currency": "", "allows": [] })
}

fn setup() -> Value {
    json!({ "token": "0", "platform": {
        "name": "", "entity": { "name": "", "address": "", "country": "", "terms": "" },
        "admin": { "name": "", "email": "", "password": "" } } })
}
