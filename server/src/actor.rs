//! Who acts, and what of the database that lets them see.

use jiff::Timestamp;
use orderline_domain::{
    ids::{SessionId, ThreadId, UserId, VendorId},
    people::{assurance::Assurance, person::Person, proof::Proof, roles::Role},
    thread::Author,
};

/// Who acts, known from the session.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: UserId,
    pub vendor: VendorId,
    pub role: Role,
    pub name: String,
    pub session: SessionId,
    /// A session that a link opened reaches this thread alone.
    pub only_thread: Option<ThreadId>,
    /// They visit the vendor, until then.
    pub until: Option<Timestamp>,
    /// How sure we are of who they are.
    pub assurance: Assurance,
}

impl Actor {
    /// How they showed who they are.
    pub const fn proof(&self) -> Proof {
        self.assurance.proof
    }

    /// What the actor's transactions may see.
    pub const fn scope(&self) -> Scope {
        Scope {
            vendor: self.vendor,
            person: Some(self.user),
            only_thread: self.only_thread,
        }
    }

    /// The actor as others know them.
    pub fn person(&self) -> Person {
        Person {
            user: self.user,
            name: self.name.clone(),
            role: self.role,
        }
    }

    /// The actor as an event's author.
    pub const fn author(&self) -> Author {
        Author::User {
            user: self.user,
            role: self.role,
        }
    }
}

/// One of the platform's own people, known from the session. What they do for a vendor they do as an [`Actor`] in that
/// vendor's scope.
#[derive(Clone, Debug)]
pub struct Steward {
    pub user: UserId,
    pub role: Role,
    pub name: String,
    pub session: SessionId,
    /// How sure we are of who they are.
    pub assurance: Assurance,
}

impl Steward {
    /// The same person at work in one vendor.
    pub fn at(&self, vendor: VendorId) -> Actor {
        Actor {
            user: self.user,
            vendor,
            role: self.role,
            name: self.name.clone(),
            session: self.session,
            only_thread: None,
            until: None,
            assurance: self.assurance,
        }
    }
}

/// What a transaction of the application's role may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub vendor: VendorId,
    /// Whose own sessions and contacts.
    pub person: Option<UserId>,
    /// Of what belongs to threads, this one's alone.
    pub only_thread: Option<ThreadId>,
}

impl From<VendorId> for Scope {
    fn from(vendor: VendorId) -> Self {
        Self {
            vendor,
            person: None,
            only_thread: None,
        }
    }
}
