//! The master key: whether it is there, its owner's alone, and the one that the recordings need.

use super::Subject;
use crate::{
    blob::{KeyError, MasterKey},
    keys,
    store::checkup::Look,
};
use orderline_domain::checkup::{Finding, Part, Symptom};
use std::io;

/// What the key's file is like.
pub(super) async fn look(subject: &Subject, seen: Option<&Look>) -> Finding {
    let config = &subject.config;
    let (data, file) = (config.data.clone(), config.storage.master_key_file.clone());
    let path = MasterKey::path(&data, file.as_deref());
    let found = |symptom| Finding::new(Part::Keys, symptom).with("path", &path.display());
    let read = tokio::task::spawn_blocking(move || MasterKey::find(&data, file.as_deref()));
    let key = match read.await {
        Ok(Ok(key)) => key,
        Ok(Err(KeyError::Io(error))) if is_open(&error) => return found(Symptom::KeysOpen),
        Ok(Err(error)) => return found(Symptom::KeysUnreadable).with("detail", &error),
        Err(error) => return found(Symptom::KeysUnreadable).with("detail", &error),
    };
    let known = seen.and_then(|it| it.key.as_ref());
    let needed = match known.map(|it| keys::needed(it, config.database.shared)) {
        Some(Ok(needed)) => needed,
        None => None,
        Some(Err(error)) => return found(Symptom::KeysUnreadable).with("detail", &error),
    };
    match (key, needed) {
        (None, None) if config.storage.master_key_file.is_none() => found(Symptom::KeysNotYet),
        (None, needed) => found(Symptom::KeysMissing).with("needed", &needed.unwrap_or_default()),
        (Some(key), Some(needed)) if key.id() != needed => found(Symptom::KeysOther)
            .with("id", &key.id())
            .with("needed", &needed),
        (Some(key), _) => found(Symptom::KeysGood).with("id", &key.id()),
    }
}

/// The file could be read, and is not taken because others could too.
fn is_open(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}
