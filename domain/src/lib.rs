//! The rules of Orderline: ids, money, plans and schedules, offers, orders, calls, recordings and the
//! evidence chain. Pure: no async, no I/O, no clock, no randomness. The same code runs in the server and,
//! as WebAssembly, in the browser.

pub mod ask;
pub mod backoff;
pub mod call;
pub mod catalogue;
pub mod checkup;
pub mod clock;
pub mod country;
pub mod customer;
pub mod digest;
pub mod field;
pub mod follow_up;
pub mod ids;
pub mod job;
pub mod language;
pub mod money;
pub mod network;
pub mod offer;
pub mod order;
pub mod outward;
pub mod people;
pub mod percent;
pub mod phone;
pub mod platform;
pub mod policy;
pub mod recording;
pub mod text;
pub mod text_message;
pub mod thread;
pub mod vendor;
