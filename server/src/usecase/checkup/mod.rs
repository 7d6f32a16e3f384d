//! Looks at everything that an installation stands on, one part after the other, and says what was found. Each look has
//! a time of its own; what becomes of one tells the others nothing. Nothing is changed but an object that is written to
//! try the storage, and removed.

mod database;
mod disk;
mod kept;
mod keys;
mod mail;
mod media;
pub(crate) mod probe;
mod public_url;
mod sms;
mod storage;
mod turn;

pub use kept::{Checkup, check_now, read};
pub use mail::Parcel;

use crate::{
    blob::Blob,
    config::Config,
    outside::{mail::Mailer, sms::Sms},
    store::{Store, checkup::Look},
};
use futures::{FutureExt as _, future::join_all};
use jiff::Timestamp;
use orderline_domain::{
    checkup::{
        Finding, Part, Symptom,
        bounds::{DiskBounds, LOOK},
    },
    ids::NodeId,
};
use orderline_protocol::call::IceServer;
use std::{panic::AssertUnwindSafe, sync::Arc};
use tokio::time::timeout;
use uuid::Uuid;

/// What is looked at.
pub struct Subject {
    pub config: Arc<Config>,
    pub now: Timestamp,
    /// Names the object that the storage is tried with.
    pub trial: Uuid,
    pub database: Database,
    /// `None`: our own store, which lives in the server's process.
    pub blob: Option<Blob>,
    pub mail: Mail,
    /// `None`: no provider is set up.
    pub sms: Option<Arc<dyn Sms>>,
    pub turn: Turn,
    /// A server of ours runs on this data folder.
    pub running: Option<NodeId>,
    /// Where it listens; `None`: at a port that is not known here.
    pub port: Option<u16>,
    /// How browsers reach it.
    pub url: String,
    pub disk: DiskBounds,
}

impl Subject {
    /// Whether another program must stand between the public URL and us: we speak no TLS.
    fn is_proxied(&self) -> bool {
        self.config.http.public_url.as_ref().is_some_and(|url| {
            let port = url.port_or_known_default();
            url.scheme() == "https" || self.port.is_some_and(|own| port != Some(own))
        })
    }
}

/// The database.
pub enum Database {
    /// The private one, which does not run.
    Waits,
    At {
        store: Store,
        /// The login that sets it up; `None`: it was set up when this process began.
        login: Option<String>,
    },
}

/// The mail server.
pub enum Mail {
    /// Mail stays in its table.
    None,
    /// The settings cannot be used.
    Unusable(String),
    At {
        host: String,
        mailer: Arc<dyn Mailer>,
        /// To be sent, to see one arrive.
        parcel: Option<Parcel>,
    },
}

/// The TURN servers.
pub enum Turn {
    None,
    /// coturn is installed, and lives beside the server.
    Own,
    /// Our own does not answer.
    Silent,
    At(IceServer),
}

/// Looks at every part.
pub async fn check(subject: &Subject) -> Vec<Finding> {
    // What the database knows of the installation is needed for some of the others.
    let look = match &subject.database {
        Database::Waits => None,
        Database::At { store, login } => {
            Some(bounded(database::read(store, login.as_deref())).await)
        }
    };
    let seen = match &look {
        Some(Ok(Ok(look))) => Some(look),
        _ => None,
    };
    let database = match &look {
        None => Finding::new(Part::Database, Symptom::DatabaseWaits),
        Some(Ok(Ok(look))) => look.facts.judge(),
        Some(Ok(Err(found))) => found.clone(),
        Some(Err(Late)) => Finding::new(Part::Database, Symptom::NotInTime),
    };
    let known = &Known { database, seen };
    let all = Part::ALL.into_iter().map(|part| async move {
        let found = Box::pin(bounded(look_at(part, subject, known))).await;
        found.unwrap_or_else(|Late| Finding::new(part, Symptom::NotInTime))
    });
    join_all(all).await
}

/// What the database was found to be, and what was read of it.
struct Known<'a> {
    database: Finding,
    seen: Option<&'a Look>,
}

async fn look_at(part: Part, subject: &Subject, known: &Known<'_>) -> Finding {
    let Known { database, seen } = known;
    match part {
        Part::Database => database.clone(),
        Part::Storage => storage::look(subject).await,
        Part::Clock => storage::clock(subject).await,
        Part::Mail => mail::look(&subject.mail).await,
        Part::Sms => sms::look(subject.sms.as_deref()).await,
        Part::Turn => turn::look(&subject.turn).await,
        Part::Media => media::look(subject),
        Part::PublicUrl => public_url::look(subject, *seen).await,
        Part::Disk => disk::look(subject).await,
        Part::Keys => keys::look(subject, *seen).await,
    }
}

/// A look that took too long, or failed on our side.
struct Late;

async fn bounded<T>(look: impl Future<Output = T>) -> Result<T, Late> {
    match timeout(LOOK, AssertUnwindSafe(look).catch_unwind()).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(_)) | Err(_) => Err(Late),
    }
}
