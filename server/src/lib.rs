//! The Orderline server. Rooms and arrows: `http, ws, jobs → usecase → store, blob, outside`.
//!
//! - [`http`], [`ws`]: extract, convert, one use case, map the result.
//! - [`usecase`]: one function per wish; the only place where a transaction begins.
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
pub mod listen;
pub mod live;
pub mod outside;
pub mod seed;
pub mod server;
pub mod store;
pub mod supervisor;
pub mod usecase;
pub mod ws;
