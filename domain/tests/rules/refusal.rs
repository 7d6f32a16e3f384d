use orderline_domain::{
    field::code,
    follow_up::{
        call_request::RequestAnswer,
        refusal::{ReadyReason, Refusal},
    },
    text::MAX_REASON_CHARS,
};
use serde_json::json;

const FIELD: &str = "reply.reason";

#[test]
fn cu3_a_refusal_has_a_ready_made_reason_or_words_or_both() {
    for because in ReadyReason::ALL {
        let alone = Refusal::new(FIELD, Some(because), Some(" ")).unwrap();
        assert_eq!((alone.because, alone.reason), (Some(because), None));
        assert_eq!(ReadyReason::from_name(because.name()), Some(because));
        assert_eq!(
            serde_json::to_value(because).unwrap(),
            json!(because.name())
        );
    }
    let both = Refusal::new(FIELD, Some(ReadyReason::NoTime), Some("This week")).unwrap();
    assert_eq!(both.reason.unwrap().as_str(), "This week");
    for words in [None, Some(" \t")] {
        let wrong = Refusal::new(FIELD, None, words).unwrap_err();
        assert_eq!((wrong.field, wrong.code), (FIELD, code::REQUIRED));
    }
    let long = "x".repeat(MAX_REASON_CHARS + 1);
    let wrong = Refusal::new(FIELD, Some(ReadyReason::NoTime), Some(&long)).unwrap_err();
    assert_eq!(wrong.code, code::TOO_LONG);
}

/// What was refused before there were ready-made reasons is read as it was written.
#[test]
fn a_refusal_in_words_alone_is_read() {
    let written = json!({ "answer": "refused", "reason": "later" });
    let RequestAnswer::Refused(refusal) = serde_json::from_value(written).unwrap() else {
        panic!("another answer")
    };
    let words = Refusal::new(FIELD, None, Some("later")).unwrap();
    assert_eq!(refusal, words);
}
