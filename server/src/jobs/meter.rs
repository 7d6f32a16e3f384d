//! What the media side counts, for whoever watches the server.

use crate::live::Env;
use orderline_media::node::{MediaNode, NodeStats};
use std::time::Duration;

/// How old the numbers may be.
const INTERVAL: Duration = Duration::from_millis(500);

/// Notes the numbers until the media side stops.
pub(super) async fn run(env: Env, media: MediaNode) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        match media.stats().await {
            Ok(stats) => {
                env.health.relay_answered(env.clock.now());
                note(&stats);
            }
            Err(_) => return,
        }
    }
}

fn note(stats: &NodeStats) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "gauges are floats; these are few"
    )]
    for (name, value) in [
        ("orderline_media_calls", stats.calls as f64),
        ("orderline_media_legs", stats.legs as f64),
    ] {
        metrics::gauge!(name).set(value);
    }
    for (name, total) in [
        ("orderline_media_bytes_in_total", stats.bytes_in),
        ("orderline_media_bytes_out_total", stats.bytes_out),
        ("orderline_media_datagrams_in_total", stats.datagrams_in),
        ("orderline_media_forwarded_total", stats.forwarded),
        ("orderline_media_unknown_total", stats.dropped_unknown),
        ("orderline_media_bad_size_total", stats.dropped_size),
        ("orderline_media_unsent_total", stats.send_failed),
        ("orderline_media_events_lost_total", stats.events_lost),
    ] {
        metrics::counter!(name).absolute(total);
    }
}
