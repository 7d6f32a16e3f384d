//! What every connection negotiates: Opus and VP8 with retransmission, and how lost packets are repaired.
//! The synthetic browser in [`crate::testkit`] uses the same codecs.

use crate::rtp::{Codec, MediaLine};
use rtc::{
    media_stream::MediaStreamTrack,
    peer_connection::configuration::media_engine::{
        MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8, MediaEngine,
    },
    rtp_transceiver::rtp_sender::{
        RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters,
        RTCRtpEncodingParameters, RTCRtpHeaderExtensionCapability, RTCRtpRtxParameters,
        RtpCodecKind,
    },
    shared::error::Result,
};
/// The payload types we propose when we offer; an answer takes those of the offer.
const OPUS_PT: u8 = 111;
const VP8_PT: u8 = 96;
const VP8_RTX_PT: u8 = 97;
/// The header extension that numbers all packets of a connection (draft-holmer-rmcat-transport-wide-cc-extensions-01).
const TRANSPORT_CC_URI: &str =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/// The header extension with the time at which a packet left.
pub(super) const ABS_SEND_TIME_URI: &str =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

/// Codecs of both sides.
pub(super) fn media_engine() -> Result<MediaEngine> {
    let mut media = MediaEngine::default();
    media.register_codec(
        RTCRtpCodecParameters {
            rtp_codec: opus(),
            payload_type: OPUS_PT,
        },
        RtpCodecKind::Audio,
    )?;
    media.register_codec(
        RTCRtpCodecParameters {
            rtp_codec: vp8(),
            payload_type: VP8_PT,
        },
        RtpCodecKind::Video,
    )?;
    let extensions = [
        (TRANSPORT_CC_URI, RtpCodecKind::Audio),
        (TRANSPORT_CC_URI, RtpCodecKind::Video),
        (ABS_SEND_TIME_URI, RtpCodecKind::Video),
    ];
    for (uri, kind) in extensions {
        let extension = RTCRtpHeaderExtensionCapability {
            uri: uri.to_owned(),
        };
        media.register_header_extension(extension, kind, None)?;
    }
    let rtx = RTCRtpCodec {
        mime_type: MIME_TYPE_RTX.to_owned(),
        clock_rate: Codec::Vp8.clock_rate(),
        channels: Codec::Vp8.channels(),
        sdp_fmtp_line: format!("apt={VP8_PT}"),
        rtcp_feedback: vec![],
    };
    media.register_codec(
        RTCRtpCodecParameters {
            rtp_codec: rtx,
            payload_type: VP8_RTX_PT,
        },
        RtpCodecKind::Video,
    )?;
    Ok(media)
}

fn feedback(typ: &str, parameter: &str) -> RTCPFeedback {
    RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    }
}

fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: Codec::Opus.clock_rate(),
        channels: Codec::Opus.channels(),
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: vec![feedback("transport-cc", "")],
    }
}

fn vp8() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_VP8.to_owned(),
        clock_rate: Codec::Vp8.clock_rate(),
        channels: Codec::Vp8.channels(),
        sdp_fmtp_line: String::new(),
        rtcp_feedback: vec![
            feedback("nack", ""),
            feedback("nack", "pli"),
            feedback("ccm", "fir"),
            feedback("goog-remb", ""),
            feedback("transport-cc", ""),
        ],
    }
}

/// A sending track with SSRCs of our choice, each in a stream of its own, as a page's are in private calls. Sound and
/// camera in one stream would wait for each other: on a bad line everybody would hear as late as the pictures come.
pub(super) fn outgoing_track(line: MediaLine, ssrc: u32, rtx: Option<u32>) -> MediaStreamTrack {
    let name = match line {
        MediaLine::Audio => "audio",
        MediaLine::Camera => "camera",
        MediaLine::Screen => "screen",
        MediaLine::SecondAudio => "second-audio",
        MediaLine::SecondCamera => "second-camera",
    };
    let (codec, media) = match Codec::preferred(line.kind()) {
        Codec::Opus => (opus(), RtpCodecKind::Audio),
        Codec::Vp8 => (vp8(), RtpCodecKind::Video),
    };
    let rtx = rtx.map(|ssrc| RTCRtpRtxParameters { ssrc });
    MediaStreamTrack::new(
        name.to_owned(),
        name.to_owned(),
        name.to_owned(),
        media,
        vec![RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters {
                ssrc: Some(ssrc),
                rtx,
                ..Default::default()
            },
            active: true,
            codec,
            ..Default::default()
        }],
    )
}
