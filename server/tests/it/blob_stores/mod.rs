//! The client of the object store against real stores over real sockets: the embedded one, one that is killed,
//! and one that others wrote.

mod embedded;
mod kill;
mod objects;
mod other;
mod parts;
mod sdk;
mod support;
