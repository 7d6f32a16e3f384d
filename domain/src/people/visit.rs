//! Somebody of the platform's looks for something across vendors, for a reason, and into a vendor where it was found, for a
//! time. The vendor reads who did.

use super::roles::Role;
use crate::{
    field::{FieldError, code},
    ids::{ThreadId, VisitId},
    text::{self, MailAddress, VisitReason},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A visit ends by itself after this long.
pub const VISIT_LASTS: SignedDuration = SignedDuration::from_mins(60);
/// For so long what a search found can be visited by it; later somebody says again why.
pub const SEARCH_HOLDS: SignedDuration = SignedDuration::from_mins(60);
/// What one search answers at the most.
pub const MAX_FOUND: usize = 20;

/// A visit that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenVisit {
    pub visit: VisitId,
    pub until: Timestamp,
}

/// What somebody has at a vendor while they visit it: never more than the vendor's own support or compliance.
pub const fn role_at_vendor(platform: Role) -> Option<Role> {
    match platform {
        Role::PlatformSupport => Some(Role::Support),
        Role::PlatformCompliance => Some(Role::Compliance),
        Role::Seller
        | Role::Rep
        | Role::Buyer
        | Role::Compliance
        | Role::Support
        | Role::Admin
        | Role::PlatformAdmin => None,
    }
}

/// The platform's role behind what somebody has at a vendor by a visit.
pub(super) const fn behind(at_vendor: Role) -> Role {
    match at_vendor {
        Role::Support => Role::PlatformSupport,
        Role::Compliance => Role::PlatformCompliance,
        other => other,
    }
}

/// What is looked for: one exact thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Order(i64),
    Thread(ThreadId),
    /// The threads of the buyer with this address, as it is compared.
    Buyer(String),
}

impl Sought {
    /// Reads what was typed: an order's number, a thread's id or a buyer's mail address.
    fn new(typed: &str) -> Result<Self, FieldError> {
        let typed = text::line(typed, text::MAX_EMAIL_BYTES).map_err(|bad| bad.at("what"))?;
        if typed.contains('@') {
            let address = MailAddress::new(&typed).map_err(|bad| bad.at("what"))?;
            return Ok(Self::Buyer(address.folded()));
        }
        if let Ok(thread) = typed.parse() {
            return Ok(Self::Thread(thread));
        }
        let number = text::plain_signs(&typed);
        let number = number.trim_start_matches('#').trim();
        match number.parse() {
            Ok(number) if number > 0 => Ok(Self::Order(number)),
            _ => Err(FieldError::new("what", code::INVALID)),
        }
    }

    /// As the log keeps it.
    pub fn written(&self) -> String {
        match self {
            Self::Order(number) => number.to_string(),
            Self::Thread(thread) => thread.to_string(),
            Self::Buyer(address) => address.clone(),
        }
    }
}

/// A search with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub sought: Sought,
    pub reason: VisitReason,
}

impl Search {
    /// Reads what was typed; every field that is wrong is named.
    ///
    /// # Errors
    /// What is wrong with which field.
    pub fn new(what: &str, reason: &str) -> Result<Self, Vec<FieldError>> {
        let reason = VisitReason::new(reason).map_err(|bad| bad.at("reason"));
        match (Sought::new(what), reason) {
            (Ok(sought), Ok(reason)) => Ok(Self { sought, reason }),
            (sought, reason) => Err([sought.err(), reason.err()].into_iter().flatten().collect()),
        }
    }
}

/// Whether what was found at `searched_at` can be visited by that search now.
pub fn still_holds(searched_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(searched_at) < SEARCH_HOLDS
}

/// When a visit ends that begins now, or is extended now.
pub fn ends_at(now: Timestamp) -> Timestamp {
    now.saturating_add(VISIT_LASTS).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_gives_no_more_than_support_or_compliance() {
        for role in Role::ALL {
            match role_at_vendor(role) {
                Some(Role::Support) => assert_eq!(role, Role::PlatformSupport),
                Some(Role::Compliance) => assert_eq!(role, Role::PlatformCompliance),
                Some(other) => panic!("{other:?}"),
                None => continue,
            }
            assert_eq!(role_at_vendor(role).map(behind), Some(role));
        }
    }

    #[test]
    fn one_exact_thing_is_looked_for() {
        let thread = "0193a6a0-0000-7000-8000-000000000001";
        let sought = |typed: &str| Sought::new(typed).ok();
        assert_eq!(sought(" #10491 "), Some(Sought::Order(10_491)));
        assert_eq!(sought(thread), thread.parse().ok().map(Sought::Thread));
        let jana = Sought::Buyer("jana@lind.example".to_owned());
        assert_eq!(sought("Jana@Lind.example"), Some(jana));
        for none in ["", "0", "-4", "jana", "%", "jana@", "1049%", "10 491"] {
            assert_eq!(sought(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_is_looked_for_without_a_reason() {
        let wrong = Search::new("", " ").unwrap_err();
        let fields: Vec<_> = wrong.iter().map(|it| it.field).collect();
        assert_eq!(fields, ["what", "reason"]);
        let wrong = Search::new("10491", "ok").unwrap_err();
        assert_eq!(wrong[0].code, code::TOO_SHORT);
    }

    #[test]
    fn a_search_holds_and_a_visit_lasts_an_hour() {
        let at: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let minutes = |n: i64| at + SignedDuration::from_mins(n);
        assert!(still_holds(at, minutes(59)) && !still_holds(at, minutes(60)));
        assert_eq!(ends_at(at), minutes(60));
    }
}
