//! Who is signed in, and the ways in.

pub mod acting;
pub mod avatar;
pub mod capacities;
pub mod invite;
pub mod join;
pub mod phone;
pub mod prove;
pub mod session;
pub mod sign_in;
