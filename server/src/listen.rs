//! Listening sockets for HTTP.

use axum::serve::{ListenerExt as _, TapIo};
use tokio::net::{TcpListener, TcpStream};

/// A listener whose connections send small answers at once.
pub(crate) type NoDelayListener = TapIo<TcpListener, fn(&mut TcpStream)>;

/// Sets `TCP_NODELAY` on every accepted connection: with Nagle's algorithm a short answer waits for the peer's delayed
/// ACK, about 40 ms.
pub(crate) fn no_delay(listener: TcpListener) -> NoDelayListener {
    listener.tap_io(set_no_delay)
}

/// Sends small answers at once.
pub(crate) fn set_no_delay(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection without TCP_NODELAY");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::serve::Listener as _;

    #[tokio::test]
    async fn accepted_connections_have_no_delay() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let mut listener = no_delay(listener);
        let client = TcpStream::connect(addr).await.expect("it listens");
        let (accepted, _) = listener.accept().await;
        assert!(!client.nodelay().expect("the kernel's default"));
        assert!(accepted.nodelay().expect("set"));
    }
}
