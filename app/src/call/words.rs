//! The call in words.

use super::engine::machine::{Microphone, Shown};
use crate::locale::{
    format::{self, Moment},
    t, t_with,
};
use jiff::Timestamp;
use orderline_domain::{
    call::{CallEndReason, mode::RecordWhen},
    ids::UserId,
};
use orderline_protocol::{
    call::{CallPhase, CallView, MediaState},
    person::Person,
};

/// The person on the other side of the call.
pub fn other(call: &CallView, me: UserId) -> Person {
    if call.buyer().user == me {
        call.seller().clone()
    } else {
        call.buyer().clone()
    }
}

/// For how long a recording is kept: in years where that comes out even.
pub fn kept(days: u32) -> String {
    crate::policy::words::kept(days)
}

/// Since when the call is recorded; nothing before its first packet.
pub fn recorded_since(call: &CallView) -> Option<String> {
    let since = format::moment(call.recording_since?, Moment::Time);
    Some(t_with("call.mode.recorded", &[("since", &since)]))
}

/// That, since when, why and for how long the call is recorded.
pub fn recorded(call: &CallView) -> String {
    let why = t(match call.notice.when {
        RecordWhen::FirstSecond => "call.because.first_second",
        RecordWhen::ContractTalk | RecordWhen::Never => "call.because.contract_talk",
    });
    let kept = kept(call.notice.kept_days);
    let said = [("why", why.as_str()), ("kept", kept.as_str())];
    match call.recording_since {
        Some(since) => {
            let since = format::moment(since, Moment::Time);
            let [why, kept] = said;
            t_with("call.recording.since", &[("since", &since), why, kept])
        }
        None => t_with("call.recording.soon", &said),
    }
}

/// The clock of a running call, by the server's time.
pub fn clock(call: &CallView, now: Timestamp) -> Option<String> {
    let started = call.started_at?;
    let passed = now.duration_since(started).as_millis();
    Some(format::duration(i64::try_from(passed).unwrap_or(0)))
}

/// What the other side does not send, in words; nothing when all is as usual.
pub fn other_side(media: MediaState, connected: bool) -> Vec<String> {
    if !connected {
        return vec![t("call.peer.reconnecting")];
    }
    let mut words = Vec::new();
    if !media.has_microphone {
        words.push(t("call.peer.no_microphone"));
    } else if !media.microphone {
        words.push(t("call.peer.muted"));
    }
    if !media.camera {
        words.push(t("call.peer.camera_off"));
    }
    if media.screen {
        words.push(t("call.peer.sharing"));
    }
    words
}

/// Why the other side cannot hear this one, and what helps; nothing when it can.
pub fn microphone(shown: &Shown, me: UserId) -> Option<String> {
    let name = other(&shown.call, me).name;
    let key = match shown.microphone {
        Microphone::Given => return None,
        Microphone::Asking => "call.microphone.asking",
        Microphone::Denied => "call.microphone.denied",
        Microphone::Missing => "call.microphone.missing",
        Microphone::Broken => "call.microphone.broken",
        Microphone::Unsupported => "call.microphone.unsupported",
    };
    Some(t_with(key, &[("name", &name)]))
}

/// What became of a call, for the line after it.
pub fn ended(call: &CallView, me: UserId) -> String {
    let name = other(call, me).name;
    let by = [("name", name.as_str())];
    let called = call.caller.user == me;
    match call.phase {
        CallPhase::Declined if called => t_with("call.ended.declined", &by),
        CallPhase::Declined => t("call.ended.you_declined"),
        CallPhase::Busy => t_with("call.ended.busy", &by),
        CallPhase::NoAnswer if called => t_with("call.ended.no_answer", &by),
        CallPhase::NoAnswer | CallPhase::Cancelled if !called => t_with("call.ended.missed", &by),
        CallPhase::NoAnswer | CallPhase::Cancelled => t("call.ended.cancelled"),
        CallPhase::Ringing
        | CallPhase::Connecting
        | CallPhase::Active
        | CallPhase::Reconnecting
        | CallPhase::Ended => {
            let why = call.end_reason.map(end_reason);
            match (call.duration_ms, why) {
                (Some(ms), Some(why)) if call.started_at.is_some() => t_with(
                    "call.ended.after_because",
                    &[("duration", &format::duration(ms)), ("why", &why)],
                ),
                (_, Some(why)) => t_with("call.ended.because", &[("why", &why)]),
                (_, None) => t("call.ended.plain"),
            }
        }
    }
}

/// Why a call ended.
pub fn end_reason(reason: CallEndReason) -> String {
    t(match reason {
        CallEndReason::HungUpBySeller => "call.end.hung_up_by_seller",
        CallEndReason::HungUpByBuyer => "call.end.hung_up_by_buyer",
        CallEndReason::ConnectionLost => "call.end.connection_lost",
        CallEndReason::ServerStopped => "call.end.server_stopped",
        CallEndReason::NeverConnected => "call.end.never_connected",
        CallEndReason::VendorShut => "call.end.vendor_shut",
    })
}
