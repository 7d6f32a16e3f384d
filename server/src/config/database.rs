//! The database.

use super::{Secret, ServeArgs};
use crate::store::StoreConfig;
use orderline_domain::ids::NodeId;

/// Where the database is; `url` is `None` for the private one in the data folder.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    pub url: Option<Secret>,
    pub app_url: Option<Secret>,
    pub jobs_url: Option<Secret>,
    pub platform_url: Option<Secret>,
    pub connections: u32,
    /// Other nodes use the same database.
    pub shared: bool,
}

impl DatabaseConfig {
    pub(super) fn read(args: &ServeArgs) -> Self {
        Self {
            url: args.database_url.clone(),
            app_url: args.database_app_url.clone(),
            jobs_url: args.database_jobs_url.clone(),
            platform_url: args.database_platform_url.clone(),
            connections: args.database_connections.clamp(2, 200),
            shared: args.several_nodes,
        }
    }

    /// The store's settings for a database at `url`.
    pub fn store(&self, url: &str, node: NodeId) -> StoreConfig {
        let own = |secret: &Option<Secret>| secret.as_ref().map(|it| it.reveal().to_owned());
        StoreConfig {
            url: url.to_owned(),
            app_url: own(&self.app_url),
            jobs_url: own(&self.jobs_url),
            platform_url: own(&self.platform_url),
            connections: self.connections,
            shared_as: self.shared.then_some(node),
        }
    }
}
