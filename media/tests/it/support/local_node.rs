//! A whole node on real ports of this machine.

use super::{call_id, leg_id};
use orderline_domain::{
    call::{hand_over::Lane, seat::Seat},
    ids::CallId,
};
use orderline_media::{JoinSpec, MediaEvent, NodeConfig, node::MediaNode, record::Recorder};
use std::{net::Ipv4Addr, path::Path, sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Between two packets of sound.
pub(crate) const FRAME: Duration = Duration::from_millis(20);

/// The call that everybody joins.
pub(crate) fn call() -> CallId {
    call_id(1)
}

/// A node that has no calls yet.
pub(crate) fn start(spool: &Path, events: mpsc::Sender<MediaEvent>) -> MediaNode {
    let config = NodeConfig {
        udp: (Ipv4Addr::LOCALHOST, 0).into(),
        tcp: Some((Ipv4Addr::LOCALHOST, 0).into()),
        announce: vec![Ipv4Addr::LOCALHOST.into()],
        only_from: None,
        spool: spool.to_owned(),
    };
    let recorder = Recorder::start(spool.to_owned(), events.clone()).expect("a recorder");
    MediaNode::start(&config, Arc::new(recorder), events).expect("a node")
}

/// Somebody joins the call with this offer; returns the answer.
pub(crate) async fn join(node: &MediaNode, seat: Seat, offer_sdp: String) -> String {
    let spec = JoinSpec {
        call: call(),
        leg: leg_id(10 + u128::from(seat.0)),
        seat,
        lane: Lane::First,
        offer_sdp,
    };
    node.join(spec).await.expect("an answer")
}
