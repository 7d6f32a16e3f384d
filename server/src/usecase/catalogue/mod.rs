//! The catalogue: read, products added, changed, switched on and off.

pub mod add;
pub mod change;
mod checked;
pub mod read;
pub mod switch;
