//! Passing TCP connections on: a page on `localhost` inside a host reaches a server in another.

use anyhow::Result;
use std::net::SocketAddr;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

/// Passes every connection to `listen` on to `to`, until the process is ended.
///
/// # Errors
/// When it cannot listen.
pub async fn forward(listen: SocketAddr, to: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (mut near, _) = listener.accept().await?;
        tokio::spawn(async move {
            // Either end may go at any time; then the other is told by the closing.
            if let Ok(mut far) = TcpStream::connect(to).await {
                let _ = near.set_nodelay(true);
                let _ = far.set_nodelay(true);
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}
