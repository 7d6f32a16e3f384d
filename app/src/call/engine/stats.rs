//! What the browser counts of a connection, read from its statistics.

use super::quality::{Counters, Plan};
use js_sys::{Array, Function, Map, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RtcPeerConnection, RtcRtpReceiver, RtcRtpSender};

/// Counts a connection now; `None` once it is closed.
pub fn count(
    connection: &RtcPeerConnection,
    now: u64,
) -> impl Future<Output = Option<Counters>> + use<> {
    let asked = connection.get_stats();
    async move {
        let report = JsFuture::from(asked).await.ok()?;
        let mut counters = Counters {
            at_ms: now,
            ..Counters::default()
        };
        report
            .unchecked_ref::<Map>()
            .for_each(&mut |entry, _| take(&mut counters, &entry));
        Some(counters)
    }
}

fn take(counters: &mut Counters, entry: &JsValue) {
    let kind = text(entry, "type");
    match kind.as_str() {
        "inbound-rtp" => {
            counters.packets_in += counted(entry, "packetsReceived");
            counters.packets_lost += counted(entry, "packetsLost");
            counters.bytes_in += counted(entry, "bytesReceived");
            if text(entry, "kind") == "audio" {
                counters.sound_samples += counted(entry, "totalSamplesReceived");
                // Silence that stands for a pause of the sender is not made up.
                counters.sound_made_up += counted(entry, "concealedSamples")
                    .saturating_sub(counted(entry, "silentConcealedSamples"));
                counters.jitter = number(entry, "jitter").unwrap_or(0.0);
            } else {
                counters.frozen += number(entry, "totalFreezesDuration").unwrap_or(0.0);
            }
        }
        "outbound-rtp" => counters.bytes_out += counted(entry, "bytesSent"),
        "remote-inbound-rtp" => {
            let missed = number(entry, "fractionLost").unwrap_or(0.0);
            counters.missed_there = Some(counters.missed_there.unwrap_or(0.0).max(missed));
            counters.round_trip = counters.round_trip.or(number(entry, "roundTripTime"));
        }
        "transport" => counters.datagrams_in += counted(entry, "packetsReceived"),
        "candidate-pair" => {
            let [answers, questions] =
                ["responsesReceived", "requestsReceived"].map(|name| number(entry, name));
            if answers.is_some() && questions.is_some() {
                let checks =
                    counted(entry, "responsesReceived") + counted(entry, "requestsReceived");
                counters.checks_in = Some(counters.checks_in.unwrap_or(0) + checks);
            }
            // Firefox marks the pair that is used by `selected` alone, Chromium and Safari by `nominated`.
            let used = truth(entry, "nominated") || truth(entry, "selected");
            if text(entry, "state") != "succeeded" || !used {
                return;
            }
            counters.round_trip = number(entry, "currentRoundTripTime").or(counters.round_trip);
            counters.available_out =
                number(entry, "availableOutgoingBitrate").or(counters.available_out);
        }
        _ => {}
    }
}

fn get(entry: &JsValue, name: &str) -> JsValue {
    // Fails only on what is no object.
    Reflect::get(entry, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn text(entry: &JsValue, name: &str) -> String {
    get(entry, name).as_string().unwrap_or_default()
}

fn number(entry: &JsValue, name: &str) -> Option<f64> {
    get(entry, name).as_f64().filter(|it| it.is_finite())
}

fn truth(entry: &JsValue, name: &str) -> bool {
    get(entry, name).is_truthy()
}

fn counted(entry: &JsValue, name: &str) -> u64 {
    // Lost packets can be counted below zero when some came twice.
    let counted = number(entry, name).unwrap_or(0.0).max(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not below zero, and nothing is counted to 2^53"
    )]
    let counted = counted as u64;
    counted
}

/// What a sender sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    Sound,
    Camera,
    Screen,
}

/// Makes a sender follow the plan. Browsers that do not know a wish leave it out.
pub fn apply(sender: &RtcRtpSender, sends: Sends, plan: &Plan) {
    let parameters = ask(sender, "getParameters", None);
    let Some(parameters) = parameters else { return };
    let encodings = Array::from(&get(&parameters, "encodings"));
    let Ok(encoding) = encodings.get(0).dyn_into::<Object>() else {
        // Firefox gives none before the first negotiation; the next second has them.
        return;
    };
    match sends {
        Sends::Sound => {
            set(&encoding, "priority", &"high".into());
            set(&encoding, "networkPriority", &"high".into());
        }
        Sends::Camera => {
            set(&encoding, "active", &plan.camera.is_some().into());
            if let Some(step) = plan.camera {
                set(&encoding, "maxBitrate", &step.bits.into());
                set(&encoding, "maxFramerate", &step.frames.into());
                set(&encoding, "scaleResolutionDownBy", &step.smaller.into());
            }
            set(&parameters, "degradationPreference", &"balanced".into());
        }
        Sends::Screen => {
            set(&encoding, "maxFramerate", &plan.screen_frames.into());
            set(
                &parameters,
                "degradationPreference",
                &"maintain-resolution".into(),
            );
        }
    }
    set(&parameters, "encodings", &encodings);
    if let Some(asked) = ask(sender, "setParameters", Some(&parameters))
        && let Ok(asked) = asked.dyn_into::<Promise>()
    {
        wasm_bindgen_futures::spawn_local(async move {
            // Refused when a negotiation came between; the next change of the plan says it again.
            let _ = JsFuture::from(asked).await;
        });
    }
}

/// Sets the least delay of a receiver's jitter buffer, in milliseconds; 0 leaves it to the browser. A browser without
/// `jitterBufferTarget` ignores it.
pub fn set_jitter_buffer_target(receiver: &RtcRtpReceiver, ms: u32) {
    let target = if ms == 0 { JsValue::NULL } else { ms.into() };
    set(receiver, "jitterBufferTarget", &target);
}

fn ask(sender: &RtcRtpSender, what: &str, with: Option<&JsValue>) -> Option<JsValue> {
    let call = get(sender, what).dyn_into::<Function>().ok()?;
    match with {
        Some(with) => call.call1(sender, with),
        None => call.call0(sender),
    }
    .ok()
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(target, &name.into(), value);
}
