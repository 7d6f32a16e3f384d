use orderline_domain::{
    call::safety::{Fingerprint, Nonce, Revealed, SafetyError, Side, commitment, safety_code},
    digest::Digest,
};
use proptest::prelude::*;
use std::fmt::Write as _;

fn side(fingerprint: [u8; 32], nonce: [u8; 16]) -> Side {
    Side {
        fingerprint: Fingerprint::from_bytes(fingerprint),
        nonce: Nonce::from_bytes(nonce),
    }
}

fn revealed(side: Side) -> Revealed {
    Revealed {
        commitment: commitment(&side.nonce, &side.fingerprint),
        side,
    }
}

fn line(bytes: [u8; 32]) -> String {
    let mut text = String::from("a=fingerprint:sha-256 ");
    for (index, byte) in bytes.iter().enumerate() {
        let colon = if index == 0 { "" } else { ":" };
        write!(text, "{colon}{byte:02X}").unwrap();
    }
    text
}

#[test]
fn the_code_is_a_fixed_function_of_both_sides() {
    // Computed by hand with another implementation of SHA-256.
    let (one, two) = (side([1; 32], [2; 16]), side([3; 32], [4; 16]));
    let code = safety_code(&one, &revealed(two)).unwrap();
    assert_eq!(code.to_string(), "943 947");
    assert_eq!(
        commitment(&one.nonce, &one.fingerprint).to_string(),
        "e4deebc9807c39b3c41bb0020857a7ee336515514dd0f1390f68dfe192fbb352"
    );
}

#[test]
fn a_description_names_exactly_one_certificate() {
    let (one, two) = (&*line([7; 32]), &*line([8; 32]));
    let sdp = |lines: &[&str]| format!("v=0\r\n{}\r\nm=audio 9 x 0\r\n", lines.join("\r\n"));
    let named = Fingerprint::from_bytes([7; 32]);
    assert_eq!(Fingerprint::of_description(&sdp(&[one])), Ok(named));
    assert_eq!(Fingerprint::of_description(&sdp(&[one, one])), Ok(named));
    let upper = one.replace("sha-256", "SHA-256");
    assert_eq!(Fingerprint::of_description(&sdp(&[&upper])), Ok(named));
    let sha1 = "a=fingerprint:sha-1 AA:BB";
    let refused = Err(SafetyError::Fingerprint);
    for lines in [
        &[][..],
        &[one, two],
        &[one, sha1],
        &[sha1],
        &["a=fingerprint:sha-256"],
        &["a=fingerprint:sha-256 AA:BB"],
        &[&format!("{one}:00")],
    ] {
        assert_eq!(Fingerprint::of_description(&sdp(lines)), refused);
    }
}

proptest! {
    /// X9: both sides see the same code, whoever offered.
    #[test]
    fn x9_both_sides_see_the_same_code(a: ([u8; 32], [u8; 16]), b: ([u8; 32], [u8; 16])) {
        prop_assume!(a.0 != b.0 && a.1 != b.1);
        let (a, b) = (side(a.0, a.1), side(b.0, b.1));
        let at_a = safety_code(&a, &revealed(b)).unwrap();
        prop_assert_eq!(at_a, safety_code(&b, &revealed(a)).unwrap());
        let text = at_a.to_string();
        prop_assert_eq!(text.len(), 7);
        prop_assert!(text.bytes().enumerate().all(|(at, it)| (at == 3) == (it == b' ')));
    }

    /// X9: whoever promised one certificate or nonce and shows another is found out.
    #[test]
    fn x9_a_broken_promise_is_found_out(
        own: ([u8; 32], [u8; 16]),
        promised: ([u8; 32], [u8; 16]),
        shown: ([u8; 32], [u8; 16]),
    ) {
        prop_assume!(promised != shown);
        let other = Revealed {
            commitment: revealed(side(promised.0, promised.1)).commitment,
            side: side(shown.0, shown.1),
        };
        prop_assert_eq!(safety_code(&side(own.0, own.1), &other), Err(SafetyError::Mismatch));
    }

    #[test]
    fn a_mirror_is_no_partner(own: ([u8; 32], [u8; 16]), other: [u8; 32]) {
        let own = side(own.0, own.1);
        prop_assert_eq!(safety_code(&own, &revealed(own)), Err(SafetyError::Mirrored));
        let same_nonce = Side { fingerprint: Fingerprint::from_bytes(other), ..own };
        prop_assert_eq!(safety_code(&own, &revealed(same_nonce)), Err(SafetyError::Mirrored));
    }

    #[test]
    fn fingerprints_and_nonces_are_read_back(bytes: [u8; 32], nonce: [u8; 16], noise in ".{0,200}") {
        let read = Fingerprint::of_description(&format!("v=0\n{}\n", line(bytes)));
        prop_assert_eq!(read, Ok(Fingerprint::from_bytes(bytes)));
        let text = Nonce::from_bytes(nonce).to_string();
        prop_assert!(text.parse::<Nonce>().unwrap() == Nonce::from_bytes(nonce));
        // Nothing that comes from outside panics.
        let _ = Fingerprint::of_description(&noise);
        let _ = Fingerprint::of_description(&format!("a=fingerprint:{noise}"));
        let _ = noise.parse::<Nonce>();
        let _ = noise.parse::<Digest>();
    }
}
