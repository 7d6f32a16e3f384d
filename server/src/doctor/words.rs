//! What was found, in English.

use crate::english;
use orderline_domain::checkup::{Finding, Part, Verdict};

/// What was found, and what to do about it.
pub(super) fn of(finding: &Finding) -> String {
    let key = format!("checkup.{}", finding.symptom.name());
    let values = finding.params.iter();
    english::text(
        &key,
        values.map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

pub(super) fn verdict(verdict: Verdict) -> String {
    said(match verdict {
        Verdict::Ok => "checkup.verdict.ok",
        Verdict::NotSetUp => "checkup.verdict.not_set_up",
        Verdict::Warning => "checkup.verdict.warning",
        Verdict::Broken => "checkup.verdict.broken",
    })
}

pub(super) fn part(part: Part) -> String {
    said(match part {
        Part::Database => "checkup.part.database",
        Part::Storage => "checkup.part.storage",
        Part::Clock => "checkup.part.clock",
        Part::Mail => "checkup.part.mail",
        Part::Sms => "checkup.part.sms",
        Part::Turn => "checkup.part.turn",
        Part::Media => "checkup.part.media",
        Part::PublicUrl => "checkup.part.public_url",
        Part::Disk => "checkup.part.disk",
        Part::Keys => "checkup.part.keys",
    })
}

fn said(key: &str) -> String {
    english::text(key, [])
}

/// The subject and the words of the mail that is sent to see one arrive.
pub(super) fn parcel() -> (String, String) {
    let name = "Orderline".to_owned();
    let words = "This mail shows that Orderline can send mail. Nothing is to be done.".to_owned();
    (name, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_domain::checkup::Symptom;

    #[test]
    fn whatever_can_be_found_has_words() {
        for symptom in Symptom::ALL {
            let words = of(&Finding::new(Part::Database, *symptom));
            assert!(!words.starts_with("checkup."), "{words}");
        }
        for it in Part::ALL {
            assert!(!part(it).starts_with("checkup."), "{it:?}");
        }
        assert_eq!(verdict(Verdict::Broken), "broken");
    }
}
