//! A door in front of the object storage that a test can shut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// The door.
pub struct StoreProxy {
    pub addr: SocketAddr,
    open: Arc<AtomicBool>,
    shut: watch::Sender<u64>,
}

impl StoreProxy {
    /// An open door to `target`.
    pub async fn start(target: SocketAddr) -> Self {
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
    pub fn shut(&self) {
        self.open.store(false, Ordering::Relaxed);
        self.shut.send_modify(|times| *times += 1);
    }

    /// Lets everybody in again.
    pub fn open(&self) {
        self.open.store(true, Ordering::Relaxed);
    }
}
