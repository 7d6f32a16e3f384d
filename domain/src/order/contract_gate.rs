//! What the recorder heard of a contract talk, from what is stored of it: when both sides' media had moved to the
//! recorded way, whose voice is in it since when, how far it reaches, and the longest stretch that is missing. Whether
//! the contract can stand on it, [`crate::order::gate_problems`] says.

use crate::{
    call::seat::Seat,
    ids::{ParticipantId, RecordingId},
    order::{RecorderReport, VoiceReport},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Between both sides' connections to the relay and the first packet that is recorded at most this time passes.
pub const MOVING_TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// A thread's latest recorded call, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub recording: RecordingId,
    pub opened_at: Timestamp,
    /// The first packet of all.
    pub started_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// Both sides are connected just now.
    pub call_active: bool,
    /// A recorder that was told to close still writes what it has.
    pub still_writing: bool,
    /// When spans of the recorded way began.
    pub spans: Vec<Timestamp>,
    /// First packets of microphones, by seat.
    pub voices: Vec<Voice>,
    pub parts: Vec<Part>,
    /// Connections to the relay, those of earlier private spans too.
    pub legs: Vec<Leg>,
}

/// A microphone's first packet in the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    pub seat: Seat,
    pub since: Timestamp,
}

/// What one process recorded: from its first packet to its last, in the order of the processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// One connection of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub participant: ParticipantId,
    pub opened_at: Timestamp,
    pub connected_at: Option<Timestamp>,
    pub last_packet_at: Option<Timestamp>,
}

/// The recorder's account for the contract gate, at the moment of the buyer's confirmation.
///
/// The contract talk runs from the moment when both sides' media had moved to the recorded way, as long as the
/// recording does. While it runs, everything up to now is on its way into the store; once it has ended, the account
/// reaches to its last segment.
pub fn report(recorded: Option<&Recorded>, confirmed_at: Timestamp) -> RecorderReport {
    let found = recorded.and_then(|it| Some((it, it.spans.iter().min().copied()?)));
    let Some((recorded, moved_at)) = found else {
        let nothing = VoiceReport {
            present: false,
            longest_gap_ms: 0,
        };
        return RecorderReport {
            recording: None,
            talk_started_at: confirmed_at,
            confirmed_at,
            recorded_from: None,
            stored_up_to: None,
            seller: nothing,
            buyer: nothing,
        };
    };
    // The first packet that is recorded belongs to the moving itself.
    let talk_started_at = recorded.started_at.map_or(moved_at, |from| {
        let tolerated = moved_at.saturating_add(MOVING_TOLERANCE);
        from.min(tolerated.unwrap_or(Timestamp::MAX)).max(moved_at)
    });
    let longest_gap_ms = recorded.longest_gap_ms();
    let voice = |buyer: bool| VoiceReport {
        present: recorded
            .voices
            .iter()
            .any(|it| it.seat.is_buyer() == buyer && it.since <= confirmed_at),
        longest_gap_ms,
    };
    RecorderReport {
        recording: Some(recorded.recording),
        talk_started_at,
        confirmed_at,
        recorded_from: recorded.started_at,
        stored_up_to: recorded.stored_up_to(confirmed_at),
        seller: voice(false),
        buyer: voice(true),
    }
}

impl Recorded {
    /// Everything up to here is in a segment, or about to be.
    fn stored_up_to(&self, confirmed_at: Timestamp) -> Option<Timestamp> {
        if self.call_active && self.closed_at.is_none() {
            return Some(confirmed_at);
        }
        let last = self.parts.iter().map(|part| part.last_at).max();
        let Some(closed_at) = self.closed_at else {
            return last;
        };
        if self.still_writing {
            return Some(closed_at);
        }
        // Packets that were on their way when it was stopped are in it too, and carry nothing that was said after.
        last.map(|last| last.min(closed_at))
    }

    /// The longest stretch without a side's connection, or between two processes' parts.
    fn longest_gap_ms(&self) -> u32 {
        let parts = self
            .parts
            .windows(2)
            .map(|pair| pair[0].last_at.duration_until(pair[1].first_at));
        let longest = parts.chain(self.leg_gaps()).max().unwrap_or_default();
        u32::try_from(longest.as_millis().max(0)).unwrap_or(u32::MAX)
    }

    /// Between each person's last packet on one connection and their next connection. What ended before the recording
    /// was opened is of the private talk before.
    fn leg_gaps(&self) -> Vec<SignedDuration> {
        let mut by_person: BTreeMap<ParticipantId, Vec<&Leg>> = BTreeMap::new();
        for leg in &self.legs {
            if leg.last_packet_at.is_none_or(|last| last >= self.opened_at) {
                by_person.entry(leg.participant).or_default().push(leg);
            }
        }
        let mut gaps = Vec::new();
        for legs in by_person.values_mut() {
            legs.sort_by_key(|leg| leg.opened_at);
            gaps.extend(legs.windows(2).filter_map(|pair| {
                Some(
                    pair[0]
                        .last_packet_at?
                        .duration_until(pair[1].connected_at?),
                )
            }));
        }
        gaps
    }
}
