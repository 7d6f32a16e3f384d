//! An installation as its settings describe it, whether or not its server runs.

use super::words;
use crate::{
    blob::{Blob, BlobConfig, BlobTimeouts},
    config::{Config, TurnServers},
    embedded::{coturn, postgres::EmbeddedPostgres},
    live::{Clock, Entropy, TurnDesk},
    outside::{Outside, mail},
    store::Store,
    usecase::checkup::{Database, Mail, Parcel, Subject, Turn},
};
use anyhow::Context as _;
use orderline_domain::{
    checkup::bounds::DiskBounds,
    ids::{NodeId, UserId},
};
use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// Below what the trial of an object may take, so that each answer is the storage's own.
const STORAGE: BlobTimeouts = BlobTimeouts {
    connect: Duration::from_secs(2),
    attempt: Duration::from_secs(3),
    operation: Duration::from_secs(5),
};

/// What the settings describe.
pub(super) fn of(
    config: Config,
    send_to: Option<String>,
    disk: DiskBounds,
) -> anyhow::Result<Subject> {
    let data = std::path::absolute(&config.data).context("the data folder's path")?;
    let config = Arc::new(Config { data, ..config });
    let (now, entropy) = (Clock::system().now(), Entropy);
    let trial = entropy.uuid(now);
    let running = running(&config.data);
    let port = Some(config.http.listen.port()).filter(|port| *port != 0);
    let sms = Outside::new(&config).context("the SMS provider")?.sms;
    let parcel = send_to.map(|to| {
        let (subject, text) = words::parcel();
        Parcel {
            id: trial,
            at: now,
            to,
            subject,
            text,
        }
    });
    Ok(Subject {
        now,
        trial,
        database: database(&config, NodeId::from_uuid(trial))?,
        blob: storage(&config),
        mail: mail(&config, parcel),
        sms,
        turn: turn(&config, &TurnCredential { trial, now }),
        running,
        port,
        url: config.http.origin(config.http.listen.port()),
        disk,
        config,
    })
}

/// The server process that holds this data folder.
fn running(data: &Path) -> Option<NodeId> {
    let lock = File::open(data.join("lock")).ok()?;
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => {}
        Ok(()) | Err(TryLockError::Error(_)) => return None,
    }
    let known = std::fs::read_to_string(data.join("nodes")).ok()?;
    known.lines().rev().find_map(|line| line.parse().ok())
}

fn database(config: &Config, node: NodeId) -> anyhow::Result<Database> {
    let (url, login) = match &config.database.url {
        Some(url) => (url.reveal().to_owned(), true),
        None => match EmbeddedPostgres::found(&config.data) {
            Some(url) => (url, false),
            None => return Ok(Database::Waits),
        },
    };
    Ok(Database::At {
        store: Store::connect(&config.database.store(&url, node))?,
        login: login.then_some(url),
    })
}

fn storage(config: &Config) -> Option<Blob> {
    let external = config.storage.external.as_ref()?;
    let bucket = config.storage.bucket.clone();
    Some(Blob::connect(&BlobConfig {
        endpoint: Some(external.endpoint.clone()),
        region: external.region.clone(),
        bucket,
        access_key: external.access_key.clone(),
        secret_key: external.secret_key.reveal().to_owned().into(),
        path_style: true,
        timeouts: STORAGE,
    }))
}

fn mail(config: &Config, parcel: Option<Parcel>) -> Mail {
    let Some(smtp) = &config.mail.smtp else {
        return Mail::None;
    };
    match mail::mailer(&config.mail) {
        Ok(mailer) => Mail::At {
            host: smtp.host(),
            mailer: mailer.into(),
            parcel,
        },
        Err(error) => Mail::Unusable(format!("{error:#}")),
    }
}

/// When a credential is made, and for whom it stands.
struct TurnCredential {
    trial: uuid::Uuid,
    now: jiff::Timestamp,
}

fn turn(config: &Config, credential: &TurnCredential) -> Turn {
    let (urls, secret) = match &config.turn.servers {
        TurnServers::Own(_) if coturn::is_installed() => return Turn::Own,
        TurnServers::None | TurnServers::Own(_) => return Turn::None,
        TurnServers::Elsewhere { urls, secret } => (urls.clone(), secret.clone()),
    };
    let desk = TurnDesk::new(urls, secret, None, false);
    let nobody = UserId::from_uuid(credential.trial);
    let server = desk.servers(nobody, credential.now).into_iter().next();
    server.map_or(Turn::None, Turn::At)
}
