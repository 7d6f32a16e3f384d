//! What two descriptions agree on, as far as media need it: numbers of streams, payload types and header extensions.

use crate::rtp::{Codec, MediaLine};
use rtc::{
    interceptor::{RTCPFeedback, RTPHeaderExtension, StreamInfo},
    sdp::{MediaDescription, SessionDescription},
    shared::error::{Error, Result},
};
use std::io::Cursor;

/// One media line of an answer.
pub(super) struct Agreed {
    pub codec: Codec,
    pub payload_type: u8,
    /// Of what is sent again (RFC 4588).
    repair_type: Option<u8>,
    feedback: Vec<RTCPFeedback>,
    extensions: Vec<RTPHeaderExtension>,
}

/// A stream that the other side declared, with the stream that repairs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub ssrc: u32,
    pub repair: Option<u32>,
}

/// A description, taken apart.
pub(super) struct Description {
    session: SessionDescription,
}

impl Description {
    /// # Errors
    /// When it is none.
    pub(crate) fn read(sdp: &str) -> Result<Self> {
        let session = SessionDescription::unmarshal(&mut Cursor::new(sdp))?;
        Ok(Self { session })
    }

    /// The lines of an answer, in their order.
    ///
    /// # Errors
    /// When one has no codec that its kind may be sent in.
    pub(crate) fn agreed(&self) -> Result<Vec<Agreed>> {
        let media = MediaLine::ALL
            .into_iter()
            .zip(&self.session.media_descriptions);
        media
            .map(|(line, media)| Agreed::read(line, media))
            .collect()
    }

    /// What each line sends; the first stream that is declared counts.
    pub(crate) fn declared(&self) -> Vec<Option<Declared>> {
        self.session
            .media_descriptions
            .iter()
            .map(declared)
            .collect()
    }

    /// SHA-256 of the certificates that may stand behind it, as hexadecimal bytes with colons (RFC 8122).
    pub(crate) fn fingerprints(&self) -> Vec<String> {
        let media = self.session.media_descriptions.iter();
        let all = media.flat_map(|media| &media.attributes);
        self.session
            .attributes
            .iter()
            .chain(all)
            .filter(|attribute| attribute.key == "fingerprint")
            .filter_map(|attribute| attribute.value.as_deref()?.split_once(' '))
            .filter(|(hash, _)| hash.eq_ignore_ascii_case("sha-256"))
            .map(|(_, value)| value.trim().to_ascii_lowercase())
            .collect()
    }
}

impl Agreed {
    fn read(line: MediaLine, media: &MediaDescription) -> Result<Self> {
        // An answer lists what it prefers first.
        let (payload_type, codec) = values(media, "rtpmap")
            .filter_map(|map| map.split_once(' '))
            .find_map(|(number, map)| {
                let (name, _) = map.split_once('/')?;
                let supported = Codec::supported(line.kind()).iter();
                let mut named =
                    supported.filter(|it| it.encoding_name().eq_ignore_ascii_case(name));
                Some((number.parse::<u8>().ok()?, *named.next()?))
            })
            .ok_or(Error::ErrRTPTransceiverCodecUnsupported)?;
        let apt = format!("apt={payload_type}");
        let repair_type = values(media, "fmtp")
            .filter_map(|format| format.split_once(' '))
            .find(|(_, parameters)| *parameters == apt)
            .and_then(|(number, _)| number.parse().ok());
        let own = payload_type.to_string();
        let feedback = values(media, "rtcp-fb")
            .filter_map(|feedback| feedback.split_once(' '))
            .filter(|(number, _)| *number == own || *number == "*")
            .map(|(_, words)| {
                let (typ, parameter) = words.split_once(' ').unwrap_or((words, ""));
                RTCPFeedback {
                    typ: typ.to_owned(),
                    parameter: parameter.to_owned(),
                }
            })
            .collect();
        let extensions = values(media, "extmap")
            .filter_map(|extension| extension.split_once(' '))
            .filter_map(|(number, uri)| {
                // A direction may follow the number (RFC 8285, section 5).
                let id = number.split('/').next()?.parse().ok()?;
                let uri = uri.split(' ').next()?.to_owned();
                Some(RTPHeaderExtension { uri, id })
            })
            .collect();
        Ok(Self {
            codec,
            payload_type,
            repair_type,
            feedback,
            extensions,
        })
    }

    /// A stream on this line, as the parts that watch streams want to know it.
    pub(crate) fn stream(&self, ssrc: u32, repair: Option<u32>) -> StreamInfo {
        let repair = repair.zip(self.repair_type);
        StreamInfo {
            ssrc,
            ssrc_rtx: repair.map(|(ssrc, _)| ssrc),
            payload_type: self.payload_type,
            payload_type_rtx: repair.map(|(_, payload_type)| payload_type),
            clock_rate: self.codec.clock_rate(),
            rtcp_feedback: self.feedback.clone(),
            rtp_header_extensions: self.extensions.clone(),
            ..StreamInfo::default()
        }
    }
}

fn values<'a>(media: &'a MediaDescription, key: &'static str) -> impl Iterator<Item = &'a str> {
    media
        .attributes
        .iter()
        .filter(move |attribute| attribute.key == key)
        .filter_map(|attribute| attribute.value.as_deref())
}

fn declared(media: &MediaDescription) -> Option<Declared> {
    let number = |word: Option<&str>| word?.parse().ok();
    let ssrc = values(media, "ssrc").find_map(|stream| number(stream.split(' ').next()))?;
    let pairs = values(media, "ssrc-group").filter_map(|group| {
        // The stream, then its repair (RFC 5576, section 4.2).
        let mut words = group.strip_prefix("FID ")?.split(' ');
        number(words.next()).zip(number(words.next()))
    });
    let pairs: Vec<(u32, u32)> = pairs.collect();
    Some(match pairs.first() {
        // A repair may be declared before its stream.
        Some(&(first, repair)) if first == ssrc || repair == ssrc => Declared {
            ssrc: first,
            repair: Some(repair),
        },
        _ => Declared { ssrc, repair: None },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANSWER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
        a=fingerprint:sha-256 AA:BB\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=rtpmap:109 opus/48000/2\r\na=rtcp-fb:109 transport-cc\r\n\
        a=extmap:3/sendonly urn:x\r\na=ssrc:7 cname:a\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\na=rtpmap:120 VP8/90000\r\na=rtpmap:124 rtx/90000\r\n\
        a=fmtp:124 apt=120\r\na=rtcp-fb:120 nack\r\na=rtcp-fb:120 nack pli\r\na=rtcp-fb:124 nack\r\n\
        a=fingerprint:sha-512 CC\r\na=ssrc-group:FID 8 9\r\na=ssrc:8 cname:a\r\na=ssrc:9 cname:a\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 120\r\na=rtpmap:120 VP8/90000\r\na=recvonly\r\n";

    #[test]
    fn an_answer_says_what_each_line_carries() {
        let description = Description::read(ANSWER).expect("a description");
        let agreed = description.agreed().expect("the codecs are there");
        let [audio, camera, screen] = agreed.as_slice() else {
            panic!("three lines");
        };
        let sound = audio.stream(7, Some(70));
        assert_eq!((sound.payload_type, sound.ssrc_rtx), (109, None));
        assert_eq!((audio.codec, sound.clock_rate), (Codec::Opus, 48_000));
        assert_eq!((camera.codec, screen.codec), (Codec::Vp8, Codec::Vp8));
        assert_eq!(
            (sound.rtp_header_extensions[0].id, sound.rtcp_feedback.len()),
            (3, 1)
        );
        let picture = camera.stream(8, Some(9));
        assert_eq!(
            (picture.ssrc_rtx, picture.payload_type_rtx),
            (Some(9), Some(124))
        );
        assert_eq!(picture.rtcp_feedback.len(), 2);
        assert_eq!(screen.stream(10, Some(11)).ssrc_rtx, None);
        assert_eq!(
            description.declared(),
            [
                Some(Declared {
                    ssrc: 7,
                    repair: None
                }),
                Some(Declared {
                    ssrc: 8,
                    repair: Some(9)
                }),
                None
            ]
        );
        assert_eq!(description.fingerprints(), ["aa:bb"]);
    }

    #[test]
    fn a_line_without_its_codec_is_refused() {
        let other = ANSWER.replace("opus", "PCMU");
        let description = Description::read(&other).expect("a description");
        assert!(description.agreed().is_err());
    }

    proptest! {
        #[test]
        fn any_attributes_are_read_without_panic(
            text in proptest::collection::vec("a=(ssrc|ssrc-group|rtpmap|fmtp|extmap|rtcp-fb|fingerprint):[ -~]{0,30}\r\n", 0..20)
        ) {
            if let Ok(description) = Description::read(&(ANSWER.to_owned() + &text.concat())) {
                let _ = (description.agreed().map(|it| it.len()), description.declared(), description.fingerprints());
            }
        }
    }
}
