//! An S3 server inside the binary, over a folder of the data directory: the default of a single machine.
//! It answers a write only when the object and every folder on the way to it are on the disk, and it is on the
//! *same* disk as everything else, which the pages that speak of storage must say.
//!
//! It listens on a loopback port of its own with keys of its own, made at the first start.

mod asked;
mod buckets;
mod checksums;
mod conditions;
mod draft;
mod layout;
mod listing;
mod multipart;
mod object;
mod ops;
mod put;
mod read;
mod store;
mod sums;

use crate::{durable, listen::no_delay, supervisor::Supervisor};
use axum::{Router, error_handling::HandleError, http::StatusCode};
use rand::{TryRng as _, rngs::SysRng};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    fs::File,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::Url;
use zeroize::Zeroizing;

/// How long a stop waits for requests under way.
const STOP_GRACE: Duration = Duration::from_secs(10);

/// The running server; dropping it stops it without waiting.
pub struct EmbeddedS3 {
    /// Where it listens: loopback, plain HTTP, path style.
    pub endpoint: Url,
    pub access_key: String,
    pub secret_key: Zeroizing<String>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    /// Held as long as the server runs: one server per folder.
    _lock: File,
}

impl fmt::Debug for EmbeddedS3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedS3")
            .field("endpoint", &self.endpoint.as_str())
            .finish_non_exhaustive()
    }
}

/// Why the embedded store cannot start.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedS3Error {
    #[error("another process uses the object store in this data directory")]
    InUse,
    #[error("the object store's key file is damaged")]
    Keys,
    #[error("the object store cannot use its folder or port: {0}")]
    Io(#[from] io::Error),
}

#[derive(Serialize, Deserialize)]
struct Keys {
    access_key: String,
    secret_key: String,
}

impl EmbeddedS3 {
    /// Starts the server over `<data_dir>/s3` on a free loopback port. `data_dir` must exist.
    pub async fn start(data_dir: &Path, supervisor: &Supervisor) -> Result<Self, EmbeddedS3Error> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_on(data_dir, anywhere, supervisor).await
    }

    /// Starts the server on a given address, which should be a loopback one: it speaks plain HTTP.
    pub async fn start_on(
        data_dir: &Path,
        listen: SocketAddr,
        supervisor: &Supervisor,
    ) -> Result<Self, EmbeddedS3Error> {
        let data_dir = data_dir.to_path_buf();
        let prepared = tokio::task::spawn_blocking(move || prepare(&data_dir));
        let (store, lock, keys) = prepared.await.map_err(io::Error::other)??;
        let listener = TcpListener::bind(listen).await?;
        let endpoint =
            Url::parse(&format!("http://{}", listener.local_addr()?)).map_err(io::Error::other)?;

        let mut service = S3ServiceBuilder::new(store);
        service.set_auth(SimpleAuth::from_single(
            keys.access_key.clone(),
            keys.secret_key.clone(),
        ));
        let service = HandleError::new(service.build(), |error: s3s::HttpError| async move {
            tracing::warn!(error = ?error, "the embedded object store dropped a request");
            StatusCode::BAD_REQUEST
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let server = supervisor.vital("storage", async move {
            let serve = axum::serve(no_delay(listener), Router::new().fallback_service(service));
            // A dropped handle ends the wait too.
            let serve = serve.with_graceful_shutdown(async move { drop(stopped.await) });
            if let Err(error) = serve.await {
                tracing::error!(error = %error, "the embedded object store stopped");
            }
        });
        tracing::info!(endpoint = %endpoint, "the embedded object store listens");
        Ok(Self {
            endpoint,
            access_key: keys.access_key,
            secret_key: Zeroizing::new(keys.secret_key),
            stop: Some(stop),
            server,
            _lock: lock,
        })
    }

    /// Stops taking requests, lets those under way end, and gives the folder free.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have ended already.
            let _told = stop.send(());
        }
        if tokio::time::timeout(STOP_GRACE, &mut self.server)
            .await
            .is_err()
        {
            tracing::warn!("the embedded object store was stopped with requests under way");
            self.server.abort();
        }
    }
}

impl Drop for EmbeddedS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Makes the folders, takes the lock, removes what a former process left half done, and reads the keys.
fn prepare(data_dir: &Path) -> Result<(store::Store, File, Keys), EmbeddedS3Error> {
    let root = data_dir.join("s3");
    durable::private_dir(&root)?;
    let lock = File::create(root.join("lock"))?;
    lock.try_lock().map_err(|error| match error {
        std::fs::TryLockError::WouldBlock => EmbeddedS3Error::InUse,
        std::fs::TryLockError::Error(error) => EmbeddedS3Error::Io(error),
    })?;
    let store = store::Store::new(&root);
    for unfinished in [store.layout.drafts(), store.layout.uploads()] {
        match std::fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => std::fs::create_dir(&unfinished)?,
        }
    }
    durable::create_dirs_synced(&root, &store.layout.buckets())?;

    durable::private_dir(&data_dir.join("keys"))?;
    let (keys, made) = durable::secret_or_new(&data_dir.join("keys/s3-access.json"), || {
        let mut random = Zeroizing::new([0_u8; 40]);
        SysRng
            .try_fill_bytes(&mut *random)
            .map_err(io::Error::other)?;
        let (access, secret) = random.split_at(8);
        let keys = Keys {
            access_key: format!("orderline{}", hex::encode(access)),
            secret_key: hex::encode(secret),
        };
        Ok(serde_json::to_vec(&keys)?)
    })?;
    if made {
        tracing::info!("made the keys of the embedded object store");
    }
    let keys = serde_json::from_slice(&keys).map_err(|_| EmbeddedS3Error::Keys)?;
    Ok((store, lock, keys))
}
