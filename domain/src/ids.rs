//! The registry of typed ids: one newtype per entity, so that a call's id can never stand where a thread's
//! belongs. All are UUIDs (version 7 when the server makes them; clients make their own command ids).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name this kind of thing.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID, for storage and for wire formats.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    )+};
}

ids! {
    /// A shop on the platform: the tenant that every row belongs to.
    VendorId,
    /// A person who can sign in: seller, buyer, compliance, support or admin.
    UserId,
    /// A vendor's own record of somebody who buys.
    CustomerId,
    /// Customers that are given to a rep in one go.
    CustomerMoveId,
    /// Another address for an account.
    EmailChangeId,
    /// A second factor that is taken away.
    FactorResetId,
    /// An address in a customer's record.
    AddressId,
    /// Customers that came in from one file.
    CustomerImportId,
    /// Two records of customers that became one.
    CustomerMergeId,
    /// A signed-in browser.
    SessionId,
    /// The chat of one question or one order.
    ThreadId,
    /// A client-made id that makes a command safe to send twice; unique per user.
    CommandId,
    ProductId,
    /// A legal entity that a vendor's buyers contract with.
    PartnerId,
    /// One of a product's payment plans.
    PlanId,
    /// A plan that the platform sells to vendors.
    VendorPlanId,
    /// A phone offer: its draft and its revisions.
    OfferId,
    OrderId,
    CallId,
    /// A buyer's wish to be called.
    CallRequestId,
    /// One person in one call.
    ParticipantId,
    /// One connection of one participant to the relay.
    LegId,
    /// A stretch of a call that is private or recorded as a whole.
    SpanId,
    RecordingId,
    /// A running server process that owns calls.
    NodeId,
    /// A call that two people have planned.
    AppointmentId,
    /// A call that a seller has still to make.
    CallBackId,
    /// An invitation into a thread, sent by mail or SMS.
    JoinLinkId,
    /// An invitation to work for a vendor, sent by mail.
    InvitationId,
    /// What somebody of the platform's looked for across vendors.
    SearchId,
    /// Somebody of the platform's looks into a vendor for a time.
    VisitId,
    /// A link to an account.
    AccountLinkId,
    /// A key in somebody's device.
    PasskeyId,
    /// A challenge that a device is to answer.
    CeremonyId,
    /// Who contracts are with.
    LegalEntityId,
}
