//! Orderline's browser client. Pages compose, components render, `state` holds stores, `realtime` and `call` own
//! the connections with their logic as plain structs, `api` is the typed client. No rule lives here: rules are
//! `orderline-domain`'s, and what travels is `orderline-protocol`'s.

pub mod api;
mod backoff;
pub mod browser;
pub mod call;
pub mod components;
pub mod locale;
pub mod pages;
pub mod realtime;
pub mod route;
pub mod start;
pub mod state;
mod wire;
