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
mod auth;
pub mod blob;
pub mod config;
pub mod console;
pub mod doctor;
mod durable;
pub mod embedded;
mod english;
mod failure;
mod health;
mod http;
pub mod init;
pub mod jobs;
mod keys;
mod listen;
pub mod live;
pub mod outside;
mod page;
pub mod seed;
pub mod server;
mod spans;
pub mod store;
pub mod supervisor;
mod texts;
pub mod usecase;
mod wakes;
mod ws;
