//! The Orderline server, from the ground: [`actor`], [`config`] → [`store`], [`blob`], [`outside`] → [`failure`] → [`live`] →
//! [`auth`], [`usecase`] → [`http`], [`ws`], [`jobs`] → [`app`], [`server`], [`seed`].
//!
//! - [`http`], [`ws`]: extract, convert, one use case, map the result.
//! - [`usecase`]: one function per wish; its runners are the only place where a transaction begins.
//! - [`live`]: what lives in this node's memory.
//! - [`store`]: the only place that names sqlx. [`blob`]: the only one that names the S3 client.
//! - [`embedded`]: what one machine runs by itself.

pub mod actor;
pub mod app;
pub mod auth;
pub mod blob;
pub mod config;
pub mod durable;
pub mod embedded;
pub mod failure;
pub mod health;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod listen;
pub mod live;
pub mod outside;
pub mod page;
pub mod seed;
pub mod server;
pub mod spans;
pub mod store;
pub mod supervisor;
pub mod texts;
pub mod usecase;
pub mod wakes;
pub mod ws;
