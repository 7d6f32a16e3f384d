//! A planned call as an iCalendar file (RFC 5545), in the form that RFC 5546 gives to entries that are published
//! and called off.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use orderline_domain::follow_up::appointment::{Appointment, AppointmentState, REMIND_BEFORE};
use std::fmt::Write as _;

/// Longest line in octets, without its end; what is longer is folded.
const MAX_LINE: usize = 75;

/// What stands in the entry.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Stays the same through every change.
    pub uid: String,
    pub appointment: &'a Appointment,
    pub changed_at: Timestamp,
    pub summary: &'a str,
    pub description: &'a str,
    /// Said when the reminder goes off.
    pub alarm: &'a str,
    pub url: &'a str,
    /// Who publishes it: a name and any URI that is theirs.
    pub organizer: (&'a str, &'a str),
}

/// What a calendar is to do with an entry.
pub const fn method(state: &AppointmentState) -> &'static str {
    match state {
        AppointmentState::Proposed { .. } | AppointmentState::Confirmed { .. } => "PUBLISH",
        AppointmentState::Cancelled { .. } => "CANCEL",
    }
}

/// The file. A later one with a higher sequence replaces it in a calendar; one that cancels takes it out.
pub fn file(entry: &Entry<'_>) -> String {
    let appointment = entry.appointment;
    let method = method(&appointment.state);
    let status = match appointment.state {
        AppointmentState::Proposed { .. } => "TENTATIVE",
        AppointmentState::Confirmed { .. } => "CONFIRMED",
        AppointmentState::Cancelled { .. } => "CANCELLED",
    };
    let slot = &appointment.slot;
    let (name, uri) = entry.organizer;
    let mut out = String::new();
    let mut line = |text: &str| fold(&mut out, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Orderline//Planned calls//EN");
    line("CALSCALE:GREGORIAN");
    line(&format!("METHOD:{method}"));
    line("BEGIN:VEVENT");
    line(&format!("UID:{}", entry.uid));
    line(&format!("SEQUENCE:{}", appointment.sequence));
    line(&format!("STATUS:{status}"));
    line(&format!("DTSTAMP:{}", utc(entry.changed_at)));
    line(&format!("LAST-MODIFIED:{}", utc(entry.changed_at)));
    line(&format!("DTSTART:{}", utc(slot.starts_at)));
    line(&format!("DTEND:{}", utc(slot.ends_at())));
    line(&format!("SUMMARY:{}", escaped(entry.summary)));
    line(&format!("DESCRIPTION:{}", escaped(entry.description)));
    line(&format!("URL:{}", entry.url));
    line(&format!("ORGANIZER;CN={}:{uri}", quoted(name)));
    if method == "PUBLISH" {
        line("BEGIN:VALARM");
        line("ACTION:DISPLAY");
        line(&format!("TRIGGER:-PT{}M", minutes(REMIND_BEFORE)));
        line(&format!("DESCRIPTION:{}", escaped(entry.alarm)));
        line("END:VALARM");
    }
    line("END:VEVENT");
    line("END:VCALENDAR");
    out
}

const fn minutes(length: SignedDuration) -> i64 {
    length.as_mins()
}

fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// A text value: what would end or part it is written otherwise.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A parameter's value: between quotes, in which no quote may stand.
fn quoted(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| if c == '"' { '\'' } else { c })
        .collect();
    format!("\"{plain}\"")
}

/// Writes a line, folded where it is too long: never within a character.
fn fold(out: &mut String, text: &str) {
    let mut room = MAX_LINE;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            // The space counts too.
            room = MAX_LINE - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    // Writing into a text cannot fail.
    let _ = out.write_str("\r\n");
}

#[cfg(test)]
mod tests {
    use crate::usecase::follow_up::calendar::*;
    use orderline_domain::{
        call::CallSide,
        follow_up::appointment::{Planner, Slot},
        ids::UserId,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn planner(side: CallSide) -> Planner {
        let user = UserId::from_uuid(Uuid::from_u128(7));
        Planner { user, side }
    }

    fn today() -> Timestamp {
        "2026-11-22T14:00:00Z".parse().unwrap()
    }

    fn appointment() -> Appointment {
        let slot = Slot {
            starts_at: "2026-12-01T15:00:00Z".parse().unwrap(),
            minutes: 45,
            note: None,
        };
        Appointment::propose(slot, planner(CallSide::Seller), today()).unwrap()
    }

    fn entry<'a>(appointment: &'a Appointment, description: &'a str) -> Entry<'a> {
        Entry {
            uid: "0190@orderline".to_owned(),
            appointment,
            changed_at: "2026-11-22T14:00:00.25Z".parse().unwrap(),
            summary: "Call with Mara König",
            description,
            alarm: "Soon",
            url: "http://localhost:8080/",
            organizer: ("Nordlicht \"Akademie\"; Köln", "urn:uuid:0190"),
        }
    }

    /// The unfolded lines.
    fn lines(file: &str) -> Vec<String> {
        assert!(file.ends_with("\r\n"));
        for line in file.split("\r\n") {
            assert!(line.len() <= MAX_LINE, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        let whole = file.replace("\r\n ", "");
        whole.trim_end().split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn x13_one_entry_stays_the_same_through_proposal_move_and_cancellation() {
        let proposed = appointment();
        let confirmed = proposed
            .clone()
            .confirm(planner(CallSide::Buyer), today())
            .unwrap();
        let slot = Slot {
            starts_at: "2026-12-02T16:30:00Z".parse().unwrap(),
            minutes: 60,
            note: None,
        };
        let moved = confirmed
            .clone()
            .move_to(slot, planner(CallSide::Buyer), today())
            .unwrap();
        let off = moved
            .clone()
            .cancel(None, planner(CallSide::Seller), today())
            .unwrap();
        let table = [
            (
                &proposed,
                "PUBLISH",
                "TENTATIVE",
                0,
                "20261201T150000Z",
                "20261201T154500Z",
            ),
            (
                &confirmed,
                "PUBLISH",
                "CONFIRMED",
                0,
                "20261201T150000Z",
                "20261201T154500Z",
            ),
            (
                &moved,
                "PUBLISH",
                "TENTATIVE",
                1,
                "20261202T163000Z",
                "20261202T173000Z",
            ),
            (
                &off,
                "CANCEL",
                "CANCELLED",
                2,
                "20261202T163000Z",
                "20261202T173000Z",
            ),
        ];
        for (held, method, status, sequence, from, to) in table {
            let file = file(&entry(held, "x"));
            let lines = lines(&file);
            for wanted in [
                format!("METHOD:{method}"),
                format!("STATUS:{status}"),
                format!("SEQUENCE:{sequence}"),
                format!("DTSTART:{from}"),
                format!("DTEND:{to}"),
                "UID:0190@orderline".to_owned(),
                "DTSTAMP:20261122T140000Z".to_owned(),
                "ORGANIZER;CN=\"Nordlicht 'Akademie'; Köln\":urn:uuid:0190".to_owned(),
            ] {
                assert!(lines.contains(&wanted), "{wanted} in {lines:#?}");
            }
            assert_eq!(lines.first().map(String::as_str), Some("BEGIN:VCALENDAR"));
            assert_eq!(lines.last().map(String::as_str), Some("END:VCALENDAR"));
            assert_eq!(
                lines.iter().any(|line| line == "TRIGGER:-PT10M"),
                method == "PUBLISH"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_a_note_says_it_stays_one_value(note in "\\PC{0,300}|(\\n|;|,|\\\\|\r|a|ü|😀){0,120}") {
            let held = appointment();
            let file = file(&entry(&held, &note));
            let lines = lines(&file);
            let value = lines
                .iter()
                .find_map(|line| line.strip_prefix("DESCRIPTION:"))
                .unwrap()
                .to_owned();
            let mut read = String::new();
            let mut chars = value.chars();
            while let Some(c) = chars.next() {
                match c {
                    '\\' => match chars.next() {
                        Some('n') => read.push('\n'),
                        Some(c) => read.push(c),
                        None => return Err(TestCaseError::fail("a lone backslash")),
                    },
                    c => read.push(c),
                }
            }
            let said: String = note.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
            prop_assert_eq!(read, said);
            prop_assert_eq!(lines.iter().filter(|line| line.starts_with("BEGIN:")).count(), 3);
        }
    }
}
