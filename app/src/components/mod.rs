//! What pages are made of.

pub mod acceptance;
pub mod around;
pub mod avatar;
pub mod bar;
pub mod call;
pub mod check;
pub mod connection;
pub mod field;
pub mod frame;
pub mod offer;
pub mod player;
pub mod policy;
pub mod states;
pub mod thread;
pub mod thread_list;
pub mod when;
