//! Orderline's browser client. A topic's folder (`thread`, `call`, `offer`, …) holds its components, its state and its
//! words; `pages` compose, `components` are what topics share, `wording` puts every event in words. `realtime` and
//! `call::engine` own the connections with their logic as plain structs, `api` is the typed client. No rule lives
//! here: rules are `orderline-domain`'s, and what travels is `orderline-protocol`'s.

pub mod api;
mod backoff;
pub mod browser;
pub mod call;
pub mod catalogue;
pub mod components;
pub mod follow_up;
pub mod json;
pub mod load;
pub mod locale;
pub mod mail;
pub mod offer;
pub mod order;
pub mod paged;
pub mod pages;
pub mod people;
pub mod policy;
pub mod realtime;
pub mod recording;
pub mod route;
pub mod start;
pub mod system;
pub mod thread;
mod wire;
pub mod wording;
