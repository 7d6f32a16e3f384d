//! Opens the installation's own keys. With another master key than its recordings need, or without one, it does not
//! start: what is recorded then could not be read with the first, and nobody would notice before they try.

use crate::{
    blob::{KeyError, KeyOrigin, MasterKey, WrappedKey},
    config::Config,
    live::Keys,
    store::{
        Store,
        master_key::{self, Known},
    },
};
use anyhow::{Context as _, bail};
use jiff::Timestamp;

/// Opens them, and keeps the master key's id in the database.
pub(crate) async fn open(store: &Store, config: &Config, now: Timestamp) -> anyhow::Result<Keys> {
    let (data, file) = (&config.data, config.storage.master_key_file.as_deref());
    let mut tx = store.begin_jobs().await?;
    let known = master_key::lock(&mut tx).await?;
    let needed = needed(&known, config.database.shared)?;
    let master = match &needed {
        None => MasterKey::open(data, file).context("the master key")?,
        Some(needed) => {
            let path = MasterKey::path(data, file);
            let found = MasterKey::find(data, file).context("the master key")?;
            match found {
                None => bail!(
                    "there is no master key at {}, but this installation's recordings need the one with the id \
                     {needed}: put it back from its backup, or name its file with --master-key-file; all nodes use \
                     the same one",
                    path.display()
                ),
                Some(other) if other.id() != *needed => bail!(
                    "the master key at {} has the id {}, but this installation's recordings need the one with the \
                     id {needed}: put that one back from its backup, or name its file with --master-key-file; all \
                     nodes use the same one",
                    path.display(),
                    other.id()
                ),
                Some(master) => master,
            }
        }
    };
    master_key::keep(&mut tx, &master.id(), now).await?;
    tx.commit().await?;
    if master.origin() == KeyOrigin::Made {
        tracing::warn!(key.id = master.id(), path = %MasterKey::path(data, file).display(),
            "a new master key was made: keep a backup of it, apart from the database");
    }
    Ok(Keys { master })
}

/// The id of the key that this installation's recordings need, if any.
pub(crate) fn needed(known: &Known, shared: bool) -> Result<Option<String>, KeyError> {
    Ok(match &known.newest_wrapped {
        Some(wrapped) => Some(WrappedKey::try_from(wrapped.as_slice())?.master_id()),
        // Another node may begin a recording at any moment.
        None if shared => known.kept.clone(),
        None => None,
    })
}
