//! How somebody showed who they are. It stands in their session, decides what the session may do, and is part of the
//! evidence of whatever they agree to: one party never vouches for the other.

use crate::{people::roles::Action, thread::join_link::Channel};
use serde::{Deserialize, Serialize};

/// How whoever holds a session showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    /// They entered the account's password.
    Password,
    /// A key in their device answered, after the device had seen that it is they.
    Passkey,
    /// One of the demo's doors let them in; there are none elsewhere.
    DemoDoor,
    /// A link and a code that both went to the account's own contact.
    LinkToOwnContact { channel: Channel },
    /// A link and a code that went where the seller's side said. Whose contact that is, nobody has shown.
    LinkToGivenContact { channel: Channel },
    /// They came by a link to a given contact, and then entered a code that went to the account's own.
    CodeToOwnContact { channel: Channel },
    /// They came by a link to a given contact, and then entered a code that went to a contact that they typed
    /// themselves. The account has another; whoever reads that one is told.
    CodeToTypedContact { channel: Channel },
    /// They asked a vendor a question, under the name that they typed. They have shown nothing.
    AskedThemselves,
}

impl Proof {
    /// What opening a link shows that was sent by this channel.
    pub const fn by_link(channel: Channel, to_own_contact: bool) -> Self {
        if to_own_contact {
            Self::LinkToOwnContact { channel }
        } else {
            Self::LinkToGivenContact { channel }
        }
    }

    /// Whether it shows that this is the account's person, whatever the other side says.
    pub const fn shows_person(self) -> bool {
        match self {
            Self::Password
            | Self::Passkey
            | Self::DemoDoor
            | Self::LinkToOwnContact { .. }
            | Self::CodeToOwnContact { .. }
            | Self::CodeToTypedContact { .. } => true,
            Self::LinkToGivenContact { .. } | Self::AskedThemselves => false,
        }
    }

    /// Whether it shows two things by itself: a device has the key, and answers only once it has seen that it is they.
    pub const fn has_two_factors(self) -> bool {
        match self {
            Self::Passkey | Self::DemoDoor => true,
            Self::Password
            | Self::AskedThemselves
            | Self::LinkToOwnContact { .. }
            | Self::LinkToGivenContact { .. }
            | Self::CodeToOwnContact { .. }
            | Self::CodeToTypedContact { .. } => false,
        }
    }

    /// Whether it is enough to do this. Chatting, seeing and being called bind nobody; what binds needs the person.
    pub const fn is_enough(self, action: Action) -> bool {
        self.shows_person() || !action.binds()
    }
}
