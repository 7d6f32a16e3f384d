//! The rules of Orderline: ids, money, plans and schedules, offers, orders, calls, recordings and the
//! evidence chain. Pure: no async, no I/O, no clock, no randomness. The same code runs in the server and,
//! as WebAssembly, in the browser.

pub mod acceptance;
pub mod appointment;
pub mod backoff;
pub mod buyer;
pub mod call;
pub mod call_back;
pub mod call_mode;
pub mod call_request;
pub mod calling_rules;
pub mod chain;
pub mod clock;
pub mod consent;
pub mod contact;
pub mod country;
pub mod digest;
pub mod draft;
pub mod editing;
pub mod field;
pub mod hand_over;
pub mod ids;
pub mod job;
pub mod join_link;
pub mod money;
pub mod offer;
pub mod order;
pub mod outcome;
pub mod percent;
pub mod policy;
pub mod product;
pub mod revision;
pub mod roles;
pub mod safety;
pub mod schedule;
pub mod terms;
pub mod text;
pub mod thread;
