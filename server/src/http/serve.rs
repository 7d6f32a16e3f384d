//! The web server's connections: a time for the headers of each, so many at once, and of each network its share.

use crate::{config::ConnectionBounds, listen::set_no_delay, supervisor::detached};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use orderline_domain::network::network;
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tower::Service as _;

/// The pause after a connection could not be taken, for want of descriptors.
const PAUSE: Duration = Duration::from_millis(200);

/// Takes connections until `stop`, then lets open requests finish.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Router,
    bounds: ConnectionBounds,
    stop: impl Future<Output = ()>,
) {
    let mut routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(bounds.headers);
    let places = Places::new(bounds);
    // Told to the connections, which hold its receiver until they have ended.
    let stopping = watch::Sender::new(false);
    let mut stop = pin!(stop);
    loop {
        let (mut stream, from) = tokio::select! {
            () = &mut stop => break,
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::debug!(%error, "a connection cannot be taken");
                    metrics::counter!("orderline_connections_refused_total").increment(1);
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let Some(place) = places.take(from.ip()) else {
            metrics::counter!("orderline_connections_refused_total").increment(1);
            continue;
        };
        set_no_delay(&mut stream);
        let Ok(service) = routes.call(from).await;
        let held = TokioIo::new(Placed {
            stream,
            _place: place,
        });
        let connection = http
            .serve_connection(held, TowerToHyperService::new(service))
            .with_upgrades();
        let mut told = stopping.subscribe();
        detached("connection", async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stops(&mut told) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // Whoever goes away in the middle of a request is nobody's fault.
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
    drop(listener);
    stopping.send_replace(true);
    stopping.closed().await;
}

/// Waits until the server stops; also when it has gone.
async fn stops(told: &mut watch::Receiver<bool>) {
    told.wait_for(|stopping| *stopping).await.ok();
}

/// The places of those who are connected.
#[derive(Clone)]
struct Places {
    bounds: ConnectionBounds,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    total: usize,
    of_network: HashMap<IpAddr, usize>,
}

/// A connection's place, with what was upgraded out of it; given up when dropped.
struct Place {
    places: Places,
    network: IpAddr,
}

impl Places {
    fn new(bounds: ConnectionBounds) -> Self {
        Self {
            bounds,
            held: Arc::default(),
        }
    }

    fn take(&self, peer: IpAddr) -> Option<Place> {
        let network = network(peer);
        let mut held = self.held();
        let own = held.of_network.get(&network).copied().unwrap_or(0);
        if held.total >= self.bounds.total || own >= self.bounds.share_of(peer) {
            return None;
        }
        held.of_network.insert(network, own + 1);
        held.total += 1;
        Some(Place {
            places: self.clone(),
            network,
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // A panic inside one of these short sections leaves the counts as they were.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.held();
        held.total = held.total.saturating_sub(1);
        if let Some(own) = held.of_network.get_mut(&self.network) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                held.of_network.remove(&self.network);
            }
        }
    }
}

/// A stream and its place.
struct Placed {
    stream: TcpStream,
    _place: Place,
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
