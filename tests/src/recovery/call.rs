//! One recorded call, a kill in the middle, and what became of it.

use super::{People, sound, verdict::AfterKill};
use crate::{
    client::{InCall, Person, Socket, join},
    server::Server,
    wait::until,
};
use anyhow::{Context as _, Result, bail};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{ids::CallId, thread::EventBody};
use orderline_protocol::{
    call::CallPhase,
    http::{EventPage, OpenRecording, RecordingList},
    recording::{PlayView, RecordingPhase, RecordingRow},
    socket::{Answer, Command},
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Tones of the two voices, in hertz.
const TONES: [f32; 2] = [440.0, 1_000.0];
/// Packets that count as having heard somebody.
const HEARD: u64 = 10;
/// Times in the thread may be off by this much.
const RIGHT: SignedDuration = SignedDuration::from_millis(1_500);

/// One call of a run.
pub(super) struct Driven<'a> {
    pub people: &'a People,
    pub seed: u64,
    /// From both being heard to the kill.
    pub wait: Duration,
    /// Whether nobody comes back after the kill.
    pub left_alone: bool,
}

/// Calls, kills, starts again, looks.
pub(super) async fn drive(server: &mut Server, driven: &Driven<'_>) -> Result<AfterKill> {
    let people = driven.people;
    let (call, legs) = running(people, driven.seed).await?;
    let started = Timestamp::now();
    sleep(driven.wait).await;
    let (killed, killed_at) = (Instant::now(), Timestamp::now());
    server.crash().await?;
    let first = legs
        .iter()
        .filter_map(|leg| leg.peer.spoken().first)
        .min()
        .context("somebody spoke")?;
    for leg in legs {
        leg.peer.vanish()?;
    }
    server.run().await?;
    let mut wrong = Vec::new();
    let expected_end = if driven.left_alone {
        killed_at
    } else {
        come_back(people, call, driven.seed).await?
    };
    let (began, ended) = ending(people, call).await?;
    let mut check = |what: &str, said: Option<Timestamp>, right: Timestamp| {
        let off = said.map(|said| said.duration_since(right));
        if off.is_none_or(|off| off.abs() > RIGHT) {
            wrong.push(format!("{what} is {said:?}, not {right}"));
        }
    };
    check("the call's start", began, started);
    check("the call's end", Some(ended), expected_end);
    let kill_s = killed.duration_since(first).as_secs_f64();
    let audio_lost_s = match play(people, call, kill_s).await {
        Ok(heard_s) => Some((kill_s - heard_s).max(0.0)),
        Err(error) => {
            wrong.push(format!("{error:#}"));
            None
        }
    };
    let how = if driven.left_alone {
        "closed by itself"
    } else {
        "back and hung up"
    };
    Ok(AfterKill {
        audio_lost_s,
        wrong,
        how: how.to_owned(),
    })
}

/// A call up to the moment when both hear each other.
async fn running(people: &People, seed: u64) -> Result<(CallId, [InCall; 2])> {
    let mut seller = Socket::open(&people.seller, &[]).await?;
    let mut buyer = Socket::open(&people.buyer, &[]).await?;
    let call = seller
        .call(Command::StartCall {
            thread: people.thread,
        })
        .await?;
    let rung = buyer.phase(CallPhase::Ringing).await?;
    let answer = Answer::Accept {
        wording_hash: Some(rung.notice.wording_hash),
        language: Some(rung.notice.language),
    };
    buyer
        .call(Command::AnswerCall {
            call: call.call,
            answer,
        })
        .await?;
    let legs = legs(people, call.call, seed).await?;
    seller.phase(CallPhase::Active).await?;
    Ok((call.call, legs))
}

/// Both sides with a synthetic browser each, hearing each other.
async fn legs(people: &People, call: CallId, seed: u64) -> Result<[InCall; 2]> {
    let legs = [
        join(&people.seller, call, seed, TONES[0]).await?,
        join(&people.buyer, call, seed.wrapping_add(1), TONES[1]).await?,
    ];
    until("both hear each other", async || {
        Ok(legs
            .iter()
            .all(|leg| leg.peer.heard() >= HEARD)
            .then_some(()))
    })
    .await?;
    Ok(legs)
}

/// Both come back into the call after the restart, then the seller hangs up; answers when that was.
async fn come_back(people: &People, call: CallId, seed: u64) -> Result<Timestamp> {
    let mut seller = until("the seller's page is back", async || {
        Ok(Socket::open(&people.seller, &[]).await.ok())
    })
    .await?;
    let live = seller.calls.iter().find(|live| live.call == call);
    live.context("the call is not live after the restart")?;
    let legs = legs(people, call, seed.wrapping_add(2)).await?;
    seller.call(Command::HangUp { call }).await?;
    let at = Timestamp::now();
    for leg in legs {
        leg.peer.vanish()?;
    }
    Ok(at)
}

/// Start and end of a call as the thread has them.
async fn ending(people: &People, wanted: CallId) -> Result<(Option<Timestamp>, Timestamp)> {
    until("the call's end stands in the thread", async || {
        let path = format!(
            "/api/threads/{}/events?before={}&limit=200",
            people.thread,
            i64::MAX
        );
        let Ok(page) = people.seller.get::<EventPage>(&path).await else {
            return Ok(None);
        };
        Ok(page
            .events
            .iter()
            .rev()
            .find_map(|event| match &event.body {
                EventBody::CallEnded {
                    call,
                    started_at,
                    ended_at,
                    ..
                } if *call == wanted => Some((*started_at, *ended_at)),
                _ => None,
            }))
    })
    .await
}

/// Opens the recording as compliance does, and listens: where both voices were last heard before the kill.
async fn play(people: &People, call: CallId, kill_s: f64) -> Result<f64> {
    let row = until("the recording is complete", async || {
        let row = row(&people.compliance, call).await?;
        if row.phase == RecordingPhase::Failed || row.phase == RecordingPhase::Empty {
            bail!("the recording is {:?}", row.phase);
        }
        Ok((row.phase == RecordingPhase::Ready).then_some(row))
    })
    .await?;
    let wish = OpenRecording {
        reason: "after a kill".to_owned(),
    };
    let play: PlayView = people
        .compliance
        .post(&format!("/api/recordings/{}/plays", row.recording), &wish)
        .await?;
    let audio = play
        .tracks
        .iter()
        .find(|track| track.kind == "audio")
        .context("the recording has sound")?;
    let file = tempfile::NamedTempFile::new()?;
    tokio::fs::write(file.path(), people.compliance.bytes(&audio.url).await?).await?;
    let left = sound::last_heard(file.path(), 0, kill_s).await?;
    let right = sound::last_heard(file.path(), 1, kill_s).await?;
    Ok(left.min(right))
}

async fn row(compliance: &Person, call: CallId) -> Result<RecordingRow> {
    let list: RecordingList = compliance.get("/api/recordings").await?;
    list.items
        .into_iter()
        .find(|row| row.call == call)
        .context("the recording is in the list")
}
