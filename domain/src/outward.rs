//! How much may go out to phones and mailboxes: for whoever causes it, for whoever gets it and for the vendor, each so
//! much at once and so much as time passes. And how closely two notices of one thing follow each other.

use jiff::{SignedDuration, Timestamp};

/// The two ways out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    Sms,
    Mail,
}

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Whoever causes it.
    Sender,
    /// Whoever gets it.
    Recipient,
    Vendor,
}

/// So many at once, and one more after each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub burst: u32,
    pub pause: SignedDuration,
}

impl Way {
    pub const ALL: [Self; 2] = [Self::Sms, Self::Mail];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Mail => "mail",
        }
    }
}

impl Whose {
    pub const ALL: [Self; 3] = [Self::Sender, Self::Recipient, Self::Vendor];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Vendor => "vendor",
        }
    }
}

/// What may go out this way, on this account.
pub const fn budget(way: Way, whose: Whose) -> Budget {
    let (burst, minutes) = match (way, whose) {
        (Way::Sms, Whose::Sender) => (20, 3),
        (Way::Sms, Whose::Recipient) => (10, 15),
        (Way::Mail, Whose::Sender) => (40, 2),
        (Way::Mail, Whose::Recipient) => (40, 5),
        (Way::Sms, Whose::Vendor) => return per_second(300, 20),
        (Way::Mail, Whose::Vendor) => return per_second(2_000, 2),
    };
    Budget {
        burst,
        pause: SignedDuration::from_mins(minutes),
    }
}

const fn per_second(burst: u32, seconds: i64) -> Budget {
    Budget {
        burst,
        pause: SignedDuration::from_secs(seconds),
    }
}

/// It goes out at this moment, if nothing more does before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the budget is used up until {at}")]
pub struct UsedUp {
    pub at: Timestamp,
}

impl Budget {
    /// Takes one message out of a budget that was used up to `used_until`, which is all that is kept of it; answers up
    /// to when it is used now.
    pub fn take(self, used_until: Timestamp, now: Timestamp) -> Result<Timestamp, UsedUp> {
        let beyond =
            |at: Timestamp, by: SignedDuration| at.saturating_add(by).unwrap_or(Timestamp::MAX);
        let after = beyond(used_until.max(now), self.pause);
        let room = self
            .pause
            .saturating_mul(i32::try_from(self.burst).unwrap_or(i32::MAX));
        let most = beyond(now, room);
        if after > most {
            return Err(UsedUp {
                at: after.saturating_sub(room).unwrap_or(now),
            });
        }
        Ok(after)
    }
}

/// Notices of one thing that follow each other within this are one.
pub const FOLD: SignedDuration = SignedDuration::from_mins(2);

/// When a notice of a thing goes out whose last one went out at `last`: the first at once, so that what follows closely
/// is told as it stands then.
pub fn goes_out(last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    last.and_then(|last| last.saturating_add(FOLD).ok())
        .map_or(now, |at| at.max(now))
}
