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
    said(&format!("checkup.verdict.{}", verdict.name()))
}

pub(super) fn part(part: Part) -> String {
    said(&format!("checkup.part.{}", part.name()))
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
