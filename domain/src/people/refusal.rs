//! Requests that were refused for want of rights, as those who watch over the platform read them: counted, so that a page that
//! asks in vain all day is one line an hour.

use crate::ids::UserId;
use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Lines that one network gets in an hour; what goes beyond is not written.
pub const MAX_LINES: i64 = 200;
/// Lines that wait on a node to be written; what goes beyond is lost, rather than slowing anything.
pub const MAX_WAITING: usize = 500;

/// How a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// They may see it, but not do this.
    NotAllowed,
    /// For them it is not there.
    Hidden,
    SecondFactorNeeded,
    FreshProofNeeded,
    /// A token or ticket that opens nothing.
    BadTicket,
}

impl Refused {
    pub const ALL: [Self; 5] = [
        Self::NotAllowed,
        Self::Hidden,
        Self::SecondFactorNeeded,
        Self::FreshProofNeeded,
        Self::BadTicket,
    ];

    /// The name in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::Hidden => "hidden",
            Self::SecondFactorNeeded => "second_factor_needed",
            Self::FreshProofNeeded => "fresh_proof_needed",
            Self::BadTicket => "bad_ticket",
        }
    }

    /// The one of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// The hour's beginning.
    pub hour: Timestamp,
    /// None: nobody was signed in.
    pub user: Option<UserId>,
    pub from: IpAddr,
    pub refused: Refused,
}

/// The hour's beginning.
pub fn hour_of(at: Timestamp) -> Timestamp {
    at.round(
        jiff::TimestampRound::new()
            .smallest(Unit::Hour)
            .mode(jiff::RoundMode::Trunc),
    )
    .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_name_in_json_and_storage() {
        for refused in Refused::ALL {
            assert_eq!(Refused::from_name(refused.name()), Some(refused));
            assert_eq!(serde_json::to_value(refused).unwrap(), refused.name());
        }
    }

    #[test]
    fn an_hour_begins_when_it_does() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        assert_eq!(
            hour_of(at("2026-11-30T10:59:59.9Z")),
            at("2026-11-30T10:00:00Z")
        );
        assert_eq!(
            hour_of(at("2026-11-30T11:00:00Z")),
            at("2026-11-30T11:00:00Z")
        );
    }
}
