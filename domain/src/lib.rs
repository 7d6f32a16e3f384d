//! The rules of Orderline: ids, money, plans and schedules, offers, orders, calls, recordings and the
//! evidence chain. Pure: no async, no I/O, no clock, no randomness. The same code runs in the server and,
//! as WebAssembly, in the browser.

pub mod ids;
