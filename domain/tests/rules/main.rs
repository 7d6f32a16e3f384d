//! The domain's rules, proven by example and by property.

mod acceptance;
mod around;
mod backoff;
mod buyer;
mod call;
mod call_mode;
mod call_request;
mod calling_rules;
mod chain;
mod contact;
mod contract_gate;
mod draft;
mod hand_over;
mod job;
mod join_link;
mod money;
mod offer;
mod order;
mod policy;
mod proof;
mod roles;
mod safety;
mod schedule;
mod support;
mod text;
mod thread;
