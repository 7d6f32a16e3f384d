//! A door in front of the object storage that a test can shut.

use orderline_server::embedded::s3::EmbeddedS3;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, lookup_host},
    sync::watch,
};

/// The door.
pub(crate) struct StoreProxy {
    pub addr: SocketAddr,
    open: Arc<AtomicBool>,
    shut: watch::Sender<u64>,
}

impl StoreProxy {
    /// An open door to a store of ours.
    pub(crate) async fn before(store: &EmbeddedS3) -> Self {
        let host = store.endpoint.host_str().expect("a host");
        let port = store.endpoint.port().expect("a port");
        let mut found = lookup_host((host, port)).await.expect("an address");
        Self::start(found.next().expect("an address")).await
    }

    /// The options of a server that uses the store through this door.
    pub(crate) fn options(&self, store: &EmbeddedS3) -> [String; 3] {
        [
            format!("--s3-endpoint=http://{}", self.addr),
            format!("--s3-access-key={}", store.access_key),
            format!("--s3-secret-key={}", store.secret_key.as_str()),
        ]
    }

    /// An open door to `target`.
    pub(crate) async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let open = Arc::new(AtomicBool::new(true));
        let (shut, shutting) = watch::channel(0);
        let is_open = Arc::clone(&open);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                if !is_open.load(Ordering::Relaxed) {
                    continue;
                }
                let mut shutting = shutting.clone();
                shutting.mark_unchanged();
                tokio::spawn(async move {
                    let Ok(mut server) = TcpStream::connect(target).await else {
                        return;
                    };
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = shutting.changed() => {}
                    }
                });
            }
        });
        Self { addr, open, shut }
    }

    /// Cuts every connection and lets nobody in.
    pub(crate) fn shut(&self) {
        self.open.store(false, Ordering::Relaxed);
        self.shut.send_modify(|times| *times += 1);
    }

    /// Lets everybody in again.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::Relaxed);
    }
}
