//! Who is signed in, and the ways in.

pub mod avatar;
pub mod capacities;
pub mod invite;
pub mod invited;
pub mod join;
pub mod members;
pub mod phone;
pub mod prove;
pub mod session;
pub mod sign_in;
mod visiting;
