//! Offers as browsers really write them.

use crate::support::{Net, World, leg_id};
use orderline_domain::call::seat::Seat;

/// Firefox gives no port to a media line that shares the first one's transport (RFC 8843, section 6).
#[test]
fn every_line_of_firefox_is_accepted() {
    let offer = include_str!("offers/firefox.sdp");
    let mut world = World::new(1, Net::CLEAN);
    let answer = world
        .accept(leg_id(1), Seat::BUYER, offer)
        .expect("an answer");
    let lines: Vec<&str> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("m="))
        .collect();
    let heads: Vec<(&str, bool, &str)> = lines
        .iter()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (medium, port) = (words.next()?, words.next()?);
            Some((medium, port != "0", words.nth(1)?))
        })
        .collect();
    let (audio, video) = (("audio", true, "109"), ("video", true, "120"));
    assert_eq!(heads, [audio, video, video, audio, video]);
    // TWCC upwards, abs-send-time downwards.
    for (section, media) in answer
        .split("m=")
        .skip(1)
        .zip(["audio", "video", "video", "audio", "video"])
    {
        assert!(
            section.contains("a=extmap:7 http://www.ietf.org/id/draft-holmer"),
            "{media}"
        );
        assert!(section.contains("transport-cc\r\n"), "{media}");
        let stamped = section
            .contains("a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time");
        assert_eq!(stamped, media == "video");
    }
}
