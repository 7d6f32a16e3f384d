//! Work beside the requests, as far as it is written down: what ran, what waits, what failed.
//!
//! - `runs`: when each job ran, and the lease of what one node does
//! - `queue`: the rows of jobs that some transaction made necessary
//! - `list`, `again`: what admins see of it, and what they may ask for
//! - `housekeeping`: the end of what nobody needs any more

pub mod again;
pub mod housekeeping;
pub mod list;
pub mod queue;
pub mod runs;
