//! What was recorded, read back from the object storage with the recording's key, packet by packet.

use super::{generator::Sent, watch::PARTS};
use crate::server::Server;
use anyhow::{Context as _, Result, ensure};
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, RecordingId, VendorId},
};
use orderline_media::{
    TrackKind,
    record::Record,
    render::unseal_segment,
    testkit::media::{picture_number, sound_number},
};
use orderline_server::blob::{KeyOwner, MasterKey, WrappedKey};
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use uuid::Uuid;

/// Packets that were sent and are in no segment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Missing {
    /// Of all that was sent while nothing was lost on the way.
    pub clean: u64,
    /// Of the pictures that were sent afterwards.
    pub at_loss: u64,
}

/// Looks for what was sent. `sent` has the seller's and the buyer's of each call in turn.
pub(super) async fn missing(server: &Server, calls: &[CallId], sent: &[Sent]) -> Result<Missing> {
    let master = MasterKey::open(server.data(), None)?;
    let keys = keys(server)?;
    let files = files(&server.data().join("s3/buckets"))?;
    let mut missing = Missing::default();
    for (call, sent) in calls.iter().zip(sent.chunks_exact(2)) {
        let row = keys
            .get(&call.as_uuid())
            .context("the call has a recording")?;
        let owner = KeyOwner {
            vendor: VendorId::from_uuid(row.vendor),
            recording: RecordingId::from_uuid(row.recording),
        };
        let key = master.unwrap(&WrappedKey::try_from(row.wrapped.as_slice())?, owner)?;
        let name = row.recording.to_string();
        let mut found: HashSet<(Seat, TrackKind, u32, u8)> = HashSet::new();
        let mut segments = 0;
        for file in files
            .iter()
            .filter(|file| file.to_string_lossy().contains(&name))
        {
            // Files made from the segments lie beside them and are sealed in another form.
            let Ok(segment) = unseal_segment(&tokio::fs::read(file).await?, &key) else {
                continue;
            };
            segments += 1;
            note(&segment.records, &mut found);
        }
        ensure!(segments > 0, "no segments of recording {name}");
        for (seat, sent) in [Seat::SELLER, Seat::BUYER].into_iter().zip(sent) {
            let sounds = (0..sent.clean.sounds)
                .filter(|number| !found.contains(&(seat, TrackKind::Audio, *number, 0)));
            missing.clean += sounds.count() as u64;
            for number in 0..sent.pictures {
                let parts = (0..PARTS)
                    .filter(|part| !found.contains(&(seat, TrackKind::Camera, number, *part)))
                    .count() as u64;
                if number < sent.clean.pictures {
                    missing.clean += parts;
                } else {
                    missing.at_loss += parts;
                }
            }
        }
    }
    Ok(missing)
}

fn note(records: &[Record], found: &mut HashSet<(Seat, TrackKind, u32, u8)>) {
    let mut tracks = HashMap::new();
    for record in records {
        match record {
            Record::Track(track) => {
                tracks.insert(track.id, track.key);
            }
            Record::Packet(packet) => {
                let Some(key) = tracks.get(&packet.track) else {
                    continue;
                };
                let number = match key.kind {
                    TrackKind::Audio => sound_number(&packet.payload).map(|number| (number, 0)),
                    TrackKind::Camera | TrackKind::Screen => picture_number(&packet.payload),
                };
                if let Some((number, part)) = number {
                    found.insert((key.seat, key.kind, number, part));
                }
            }
            Record::Report(_) | Record::Lost { .. } => {}
        }
    }
}

/// Whether nothing waits to be stored.
pub(super) fn spool_is_empty(server: &Server) -> Result<bool> {
    Ok(files(&server.data().join("spool"))?.is_empty())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}

struct Row {
    recording: Uuid,
    vendor: Uuid,
    wrapped: Vec<u8>,
}

/// The wrapped keys by call, from the server's private database.
fn keys(server: &Server) -> Result<HashMap<Uuid, Row>> {
    let pid = fs::read_to_string(server.data().join("postgres/data/postmaster.pid"))?;
    let lines: Vec<&str> = pid.lines().collect();
    let (port, socket) = (
        lines.get(3).context("a port")?,
        lines.get(4).context("a socket's folder")?,
    );
    let asked =
        "SELECT call_id, recording_id, vendor_id, encode(wrapped_key, 'hex') FROM recordings";
    let answer = Command::new("psql")
        .args([
            "-h",
            socket,
            "-p",
            port,
            "-U",
            "postgres",
            "-d",
            "orderline",
            "-At",
            "-F",
            " ",
            "-c",
            asked,
        ])
        .output()
        .context("psql is needed to read the keys")?;
    ensure!(
        answer.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&answer.stderr)
    );
    let mut rows = HashMap::new();
    for line in String::from_utf8(answer.stdout)?.lines() {
        let mut columns = line.split(' ');
        let mut next = || columns.next().context("four columns");
        let call: Uuid = next()?.parse()?;
        let row = Row {
            recording: next()?.parse()?,
            vendor: next()?.parse()?,
            wrapped: hex::decode(next()?)?,
        };
        rows.insert(call, row);
    }
    Ok(rows)
}
