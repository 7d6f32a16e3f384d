//! Around calls: who asks for one, what is planned, what came of it, what is still to be done.

pub mod notices;
pub mod outcome;
mod outcome_form;
pub mod planned;
mod refuse;
pub mod request;
pub mod soon;
pub mod state;
pub mod to_come;
pub mod words;
