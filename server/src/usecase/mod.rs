//! One function per wish. Authorise, load, apply the rule, save, append the event; the runners in [`run`] begin and
//! commit, publish and start what comes after.

pub mod ask;
pub mod call;
pub mod catalogue;
pub mod checkup;
pub mod command;
pub mod contact_gate;
pub mod customer;
pub mod follow_up;
pub mod jobs;
pub mod mail;
mod news;
pub mod number_plan;
pub mod offer;
pub mod order;
pub mod outward;
pub mod people;
pub mod platform;
pub mod policy;
pub mod readiness;
pub mod recording;
pub mod replay;
pub mod run;
pub mod text_messages;
pub mod thread;
pub mod undelivered;
pub mod vendor;

pub use news::{AfterCommit, News, Told};
pub use run::{Cx, JobCx, PlatformCx, Query, Reach, Runner, again};
