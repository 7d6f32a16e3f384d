//! Orderline's browser client. A topic's folder (`thread`, `call`, `offer`, …) holds its components, its state and its
//! words; `pages` compose, `components` are what topics share, `wording` puts every event in words. `realtime` and
//! `call::engine` own the connections with their logic as plain structs, `api` is the typed client. No rule lives
//! here: rules are `orderline-domain`'s, and what travels is `orderline-protocol`'s.

#![expect(
    unreachable_pub,
    reason = "the macro of a component makes its inner function `pub`, whatever the component is"
)]

pub mod account;
mod acting;
mod api;
mod ask;
mod backoff;
mod browser;
mod call;
mod catalogue;
mod components;
mod customer;
mod follow_up;
mod json;
mod load;
pub mod locale;
mod mail;
mod offer;
mod order;
mod paged;
pub mod pages;
pub mod people;
mod platform;
mod policy;
mod realtime;
mod recording;
mod route;
pub mod start;
mod steps;
mod system;
mod thread;
mod vendor;
mod wire;
mod wording;
