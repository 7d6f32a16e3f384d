//! From the tap to the spool: unwrap, segment, seal, flush. The relay hands packets over without ever
//! waiting; one thread per node writes them, another makes them durable.
//!
//! - `codec`, `segment`, `seal`: the file format, inside out
//! - `order`, `keyframes`: one stream's gaps and key frames
//! - `writer`, `call`: one segment, one call
//! - `packet`, `tap`, `run`, `sync`: the threads and what passes between them
//! - `recover`: what a start finds in the spool

mod call;
#[cfg(test)]
mod call_tests;
pub(crate) mod codec;
mod job;
mod keyframes;
pub mod limits;
mod order;
mod packet;
mod recover;
mod run;
pub(crate) mod seal;
pub(crate) mod segment;
mod space;
mod sync;
mod tap;
mod writer;

pub use codec::{CodecError, PacketRecord, Record, ReportRecord, TrackDecl};
pub use packet::{Tap, TapPacket};
pub use recover::{Recovered, discard, recover};
pub use run::Recorder;
pub use segment::Header;
pub use space::{bytes_waiting, shortage};
pub use tap::TapHandle;
