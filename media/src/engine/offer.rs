//! Checks a browser's offer before anything deeper reads it.

use crate::{
    MediaError,
    rtp::{Codec, MediaLine, TrackKind},
};
use std::{fmt::Write as _, net::SocketAddr};

/// The lines that every page has.
pub(super) const FIRST: &[MediaLine] = &[MediaLine::Audio, MediaLine::Camera, MediaLine::Screen];

/// An offer with three media lines has about 8 KB; a browser with every codec about 20.
pub const MAX_SDP_BYTES: usize = 64 * 1024;
/// A browser's offer has some three hundred.
const MAX_SDP_LINES: usize = 2_000;
/// Browsers declare a stream and its repair per line; the margin is for several attributes each.
const MAX_SSRC_LINES: usize = 64;

/// Hashes of a certificate that are strong enough, the one that everybody has first.
const STRONG: [&str; 3] = ["sha-256", "sha-384", "sha-512"];
const FINGERPRINT: &str = "a=fingerprint:";
const BUNDLE_ONLY: &str = "a=bundle-only";

/// One media line, as far as we check it.
#[derive(Default)]
struct OfferedLine<'a> {
    head: &'a str,
    mid: Option<&'a str>,
    codecs: Vec<&'a str>,
    inactive: bool,
    /// Says that it sends nothing.
    recvonly: bool,
    /// Has no transport of its own, which its port says by being 0 (RFC 8843, section 6).
    bundle_only: bool,
}

/// Returns the offer without what we do not use: candidates (an ICE-lite side learns the peer's address from
/// its checks), simulcast, and further fingerprints of the certificate. With it, the lines that it has: three, or two more for a second person.
///
/// # Errors
/// [`MediaError::BadOffer`] with a reason that holds nothing of the offer itself.
pub(crate) fn check(sdp: &str) -> Result<(String, &'static [MediaLine]), MediaError> {
    if sdp.len() > MAX_SDP_BYTES {
        return Err(bad("too long"));
    }
    let hash = hash(sdp)?;
    let mut kept = String::with_capacity(sdp.len());
    let mut media: Vec<OfferedLine<'_>> = Vec::new();
    let mut bundle = None;
    let (mut lines, mut ssrcs) = (0, 0);
    for line in sdp.lines() {
        lines += 1;
        if lines > MAX_SDP_LINES {
            return Err(bad("too many lines"));
        }
        if [
            "a=candidate:",
            "a=end-of-candidates",
            "a=rid:",
            "a=simulcast:",
        ]
        .iter()
        .any(|drop| line.starts_with(drop))
        {
            continue;
        }
        if let Some(head) = line.strip_prefix("m=") {
            media.push(OfferedLine {
                head,
                ..OfferedLine::default()
            });
            ssrcs = 0;
        } else if line.starts_with("a=ssrc") {
            ssrcs += 1;
            if ssrcs > MAX_SSRC_LINES {
                return Err(bad("too many streams"));
            }
        } else if let Some(fingerprint) = line.strip_prefix(FINGERPRINT) {
            if let Some((_, value)) = named(fingerprint).filter(|(name, _)| *name == hash) {
                let _ = write!(kept, "{FINGERPRINT}{hash} {value}\r\n");
            }
            continue;
        } else if line == "a=ice-lite" {
            return Err(bad("both sides would be ICE-lite"));
        } else if line == "a=setup:passive" || line == "a=setup:holdconn" {
            return Err(bad("nobody would begin the handshake"));
        } else if let Some(group) = line.strip_prefix("a=group:BUNDLE ") {
            bundle = Some(group);
        }
        if let Some(last) = media.last_mut() {
            note(last, line);
        }
        if line != BUNDLE_ONLY {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    let lines = [FIRST, &MediaLine::ALL]
        .into_iter()
        .find(|lines| lines.len() == media.len())
        .ok_or_else(|| bad("it needs three media lines, or five"))?;
    for (line, offered) in lines.iter().zip(&media) {
        check_line(*line, offered)?;
    }
    let mids = lines.iter().map(|line| line.mid());
    if bundle.is_none_or(|group| group.split(' ').ne(mids)) {
        return Err(bad("the media lines must share one transport"));
    }
    if media.iter().any(|line| line.bundle_only) {
        kept = with_ports(&kept, &media);
    }
    Ok((kept, lines))
}

/// The hash whose fingerprints are kept. A description may name its certificate by several, in any case (RFC 8122,
/// section 5); one strong one is enough, and the library reads one.
fn hash(sdp: &str) -> Result<&'static str, MediaError> {
    let mut fingerprints = sdp
        .lines()
        .filter_map(|line| line.strip_prefix(FINGERPRINT))
        .peekable();
    if fingerprints.peek().is_none() {
        return Ok(STRONG[0]);
    }
    let offered: Vec<&str> = fingerprints
        .filter_map(named)
        .map(|(name, _)| name)
        .collect();
    STRONG
        .into_iter()
        .find(|strong| offered.contains(strong))
        .ok_or_else(|| bad("its fingerprint's hash is not SHA-2"))
}

/// A fingerprint of a strong hash: the hash as we call it, and the value.
fn named(fingerprint: &str) -> Option<(&'static str, &str)> {
    let (hash, value) = fingerprint.split_once(' ')?;
    let name = STRONG
        .into_iter()
        .find(|it| hash.eq_ignore_ascii_case(it))?;
    Some((name, value.trim()))
}

/// The offer with a port on each line that shares the first one's transport: all the lines are accepted or none, and a
/// line whose port is 0 would read as one that is switched off.
fn with_ports(offer: &str, media: &[OfferedLine<'_>]) -> String {
    let mut written = String::with_capacity(offer.len());
    let mut media = media.iter();
    for line in offer.lines() {
        let bundled = line.starts_with("m=") && media.next().is_some_and(|it| it.bundle_only);
        if let Some((medium, rest)) = line.split_once(" 0 ").filter(|_| bundled) {
            let _ = write!(written, "{medium} 9 {rest}\r\n");
        } else {
            written.push_str(line);
            written.push_str("\r\n");
        }
    }
    written
}

/// Preference of passive candidates over TCP: below every candidate over UDP (RFC 6544, section 4.2).
const TCP_PRIORITY: u32 = (90 << 24) + (((4 << 13) + 8_191) << 8) + 255;

/// The answer with a passive TCP candidate for each address, after its other candidates. The library knows nothing of
/// them: datagrams from there are handed to it as if they came over UDP.
pub(crate) fn announce_tcp(answer: &str, addresses: &[SocketAddr], port: u16) -> String {
    let mut announced = String::with_capacity(answer.len() + addresses.len() * 100);
    let mut lines = answer.lines().peekable();
    while let Some(line) = lines.next() {
        announced.push_str(line);
        announced.push_str("\r\n");
        let candidate = |line: &str| line.starts_with("a=candidate:");
        if candidate(line) && !lines.peek().is_some_and(|next| candidate(next)) {
            for (number, address) in addresses.iter().enumerate() {
                let (foundation, ip) = (9_000 + number, address.ip());
                let _ = write!(
                    announced,
                    "a=candidate:{foundation} 1 tcp {TCP_PRIORITY} {ip} {port} typ host tcptype passive\r\n"
                );
            }
        }
    }
    announced
}

fn note<'a>(media: &mut OfferedLine<'a>, line: &'a str) {
    if let Some(mid) = line.strip_prefix("a=mid:") {
        media.mid = Some(mid);
    } else if let Some(map) = line.strip_prefix("a=rtpmap:") {
        media.codecs.extend(map.split(' ').nth(1));
    } else if line == "a=inactive" {
        media.inactive = true;
    } else if line == "a=recvonly" {
        media.recvonly = true;
    } else if line == BUNDLE_ONLY {
        media.bundle_only = true;
    }
}

fn check_line(wanted: MediaLine, line: &OfferedLine<'_>) -> Result<(), MediaError> {
    let medium = match wanted.kind() {
        TrackKind::Audio => "audio",
        TrackKind::Camera | TrackKind::Screen => "video",
    };
    let mut head = line.head.split(' ');
    if head.next() != Some(medium) {
        return Err(bad("the media lines must be audio, camera, screen"));
    }
    let open = head
        .next()
        .is_some_and(|port| port != "0" || (line.bundle_only && wanted != MediaLine::Audio));
    if !open || line.inactive {
        return Err(bad("a media line is switched off"));
    }
    if head.next() != Some("UDP/TLS/RTP/SAVPF") {
        return Err(bad("a media line is not DTLS-SRTP"));
    }
    if line.mid != Some(wanted.mid()) {
        return Err(bad("the media lines must be called 0, 1 and so on"));
    }
    if !FIRST.contains(&wanted) && !line.recvonly {
        return Err(bad("only three media lines may send"));
    }
    let supported = |codec: &Codec| {
        let rtpmap = codec.rtpmap();
        let mut offered = line.codecs.iter();
        offered.any(|offered| offered.eq_ignore_ascii_case(&rtpmap))
    };
    if !Codec::supported(wanted.kind()).iter().any(supported) {
        return Err(bad("Opus and VP8 are needed"));
    }
    Ok(())
}

fn bad(why: &str) -> MediaError {
    MediaError::BadOffer(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn offer() -> String {
        let mut sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n"
            .to_owned();
        for (mid, (medium, map)) in [
            ("audio", "111 opus/48000/2"),
            ("video", "96 VP8/90000"),
            ("video", "96 VP8/90000"),
        ]
        .iter()
        .enumerate()
        {
            let line = format!(
                "m={medium} 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:{mid}\r\na=sendrecv\r\na=rtpmap:{map}\r\n"
            );
            sdp.push_str(&line);
        }
        sdp
    }

    fn reason(sdp: &str) -> String {
        match check(sdp) {
            Err(MediaError::BadOffer(why)) => why,
            other => panic!("accepted, or failed otherwise: {other:?}"),
        }
    }

    #[test]
    fn a_plain_offer_passes_and_loses_its_candidates() {
        let many = "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n".repeat(1_000);
        let (kept, lines) = check(&(offer() + &many)).expect("a plain offer");
        assert_eq!((kept, lines), (offer(), FIRST));
    }

    #[test]
    fn room_for_a_second_person_may_only_receive() {
        let second = |direction: &str| {
            let audio =
                "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=rtpmap:111 opus/48000/2\r\n";
            let video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:4\r\na=rtpmap:96 VP8/90000\r\n";
            let first = offer().replace("BUNDLE 0 1 2", "BUNDLE 0 1 2 3 4");
            format!("{first}{audio}a={direction}\r\n{video}a={direction}\r\n")
        };
        let (_, lines) = check(&second("recvonly")).expect("five lines");
        assert_eq!(lines, MediaLine::ALL);
        assert_eq!(
            reason(&second("sendrecv")),
            "only three media lines may send"
        );
    }

    #[test]
    fn a_line_without_a_port_passes_only_where_it_shares_the_first_ones_transport() {
        let off = offer().replace("m=video 9", "m=video 0");
        assert_eq!(reason(&off), "a media line is switched off");
        let shared = off.replace("a=mid:1\r\n", "a=mid:1\r\na=bundle-only\r\n");
        assert_eq!(reason(&shared), "a media line is switched off", "the third");
        let shared = shared.replace("a=mid:2\r\n", "a=mid:2\r\na=bundle-only\r\n");
        assert_eq!(check(&shared).expect("shared"), (offer(), FIRST));
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(reason(""), "it needs three media lines, or five");
        assert_eq!(reason(&"v".repeat(MAX_SDP_BYTES + 1)), "too long");
        assert_eq!(
            reason(&"a=x\r\n".repeat(MAX_SDP_LINES + 1)),
            "too many lines"
        );
        assert_eq!(
            reason(&(offer() + "a=ssrc:1 cname:x\r\n".repeat(65).as_str())),
            "too many streams"
        );
        assert_eq!(
            reason(&offer().replace("opus", "PCMU")),
            "Opus and VP8 are needed"
        );
        assert_eq!(
            reason(&offer().replace("mid:2", "mid:1")),
            "the media lines must be called 0, 1 and so on"
        );
        assert_eq!(
            reason(&offer().replace("BUNDLE 0 1 2", "BUNDLE 0 1")),
            "the media lines must share one transport"
        );
        assert_eq!(
            reason(&offer().replace("video 9", "video 0")),
            "a media line is switched off"
        );
        assert_eq!(
            reason(&offer().replacen("m=audio", "m=video", 1)),
            "the media lines must be audio, camera, screen"
        );
        assert_eq!(
            reason(&(offer() + "m=video 9 x 1\r\n")),
            "it needs three media lines, or five"
        );
        assert_eq!(
            reason(&offer().replace("SAVPF", "AVP")),
            "a media line is not DTLS-SRTP"
        );
        assert_eq!(
            reason(&(offer() + "a=setup:passive\r\n")),
            "nobody would begin the handshake"
        );
        assert_eq!(
            reason(&(offer() + "a=fingerprint:md5 00\r\n")),
            "its fingerprint's hash is not SHA-2"
        );
    }

    #[test]
    fn a_certificate_may_be_named_by_several_hashes_in_any_case() {
        let with = |fingerprints: &[&str]| {
            let lines: Vec<String> = fingerprints
                .iter()
                .map(|it| format!("a=fingerprint:{it}\r\n"))
                .collect();
            offer() + &lines.concat()
        };
        for offered in [
            &["sha-256 AA:BB"][..],
            &["SHA-256 AA:BB"],
            &["sha-1 CC", "sha-256 AA:BB"],
            &["sha-256 AA:BB", "sha-1 CC"],
            &["SHA-512 DD", "Sha-256  AA:BB ", "md5 00"],
        ] {
            let (kept, _) = check(&with(offered)).expect("RFC 8122 allows it");
            assert_eq!(kept, with(&["sha-256 AA:BB"]), "{offered:?}");
        }
        for offered in [
            &["sha-1 CC"][..],
            &["sha-1 CC", "md5 00"],
            &["sha-2560 AA"],
            &["sha-256"],
        ] {
            assert_eq!(
                reason(&with(offered)),
                "its fingerprint's hash is not SHA-2",
                "{offered:?}"
            );
        }
    }

    #[test]
    fn tcp_is_announced_after_udp() {
        let answer = "v=0\r\nm=audio 9\r\na=candidate:1 1 udp 5 192.0.2.1 3478 typ host\r\na=end-of-candidates\r\n";
        let addresses = ["192.0.2.1:3478".parse().expect("an address")];
        assert_eq!(
            announce_tcp(answer, &addresses, 3_479),
            "v=0\r\nm=audio 9\r\na=candidate:1 1 udp 5 192.0.2.1 3478 typ host\r\n\
             a=candidate:9000 1 tcp 1520435199 192.0.2.1 3479 typ host tcptype passive\r\na=end-of-candidates\r\n"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered_without_panic(text in ".{0,400}") {
            let _ = check(&text);
            let _ = check(&(offer() + &text));
        }
    }
}
