//! The web server.

use super::{ConfigError, ConnectionBounds, Proxies, Secret, ServeArgs};
use std::net::SocketAddr;
use url::Url;

/// Where the web server listens and how browsers reach it.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    pub listen: SocketAddr,
    /// Without a path; `None`: `http://localhost` at the port that was bound.
    pub public_url: Option<Url>,
    pub metrics_token: Option<Secret>,
    /// Where numbers alone are given out.
    pub metrics_listen: Option<SocketAddr>,
    pub proxies: Proxies,
    pub connections: ConnectionBounds,
}

impl HttpConfig {
    pub(super) fn read(args: &ServeArgs) -> Result<Self, ConfigError> {
        if let Some(url) = &args.public_url
            && (!matches!(url.scheme(), "http" | "https") || url.path() != "/")
        {
            return Err(ConfigError::Bad {
                name: "public-url",
                what: "must be http(s)://HOST[:PORT] without a path".to_owned(),
            });
        }
        let proxies = Proxies::read(args)?;
        Ok(Self {
            connections: ConnectionBounds::read(args, &proxies)?,
            listen: args.listen,
            public_url: args.public_url.clone(),
            metrics_token: args.metrics_token.clone(),
            metrics_listen: args.metrics_listen,
            proxies,
        })
    }

    /// Whether others than people at this machine are to reach it.
    pub fn is_public(&self) -> bool {
        let host = self.public_url.as_ref().and_then(Url::host_str);
        host.is_some_and(|host| !super::is_this_machine(host))
    }

    /// How browsers reach a server bound to this port; ends without a slash.
    pub fn origin(&self, port: u16) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://localhost:{port}"),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        )
    }
}
