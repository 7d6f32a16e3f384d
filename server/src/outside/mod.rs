//! External parties: a small trait each, with a local adapter and a real one.

pub mod mail;
