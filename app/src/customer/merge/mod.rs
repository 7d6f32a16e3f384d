//! Two records of one customer become one.

pub mod card;
mod choose;
mod compare;
pub mod gone;
