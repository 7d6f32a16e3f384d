//! What the server puts together. Nothing else names it.

use crate::{
    blob::Blob,
    http::Web,
    live::Env,
    outside::{Outside, mail::Mailer},
    store::Store,
    usecase::{Runner, checkup::Checkup, recording::playback::Archive, thread::join_links::Phones},
};
use std::{ops::Deref, sync::Arc};

/// The running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub env: Env,
    pub run: Runner,
    pub store: Store,
    pub blob: Blob,
    /// Whoever takes mail from us.
    pub mailer: Arc<dyn Mailer>,
    pub outside: Outside,
}

impl App {
    /// What the web surface takes of it.
    pub fn web(&self) -> Web {
        Web {
            archive: Archive {
                run: self.run.clone(),
                blob: self.blob.clone(),
            },
            phones: Phones(self.outside.local.clone()),
            checkup: Checkup {
                run: self.run.clone(),
                store: self.store.clone(),
                blob: self.blob.clone(),
                mailer: Arc::clone(&self.mailer),
                sms: self.outside.sms.clone(),
            },
        }
    }
}

impl Deref for App {
    type Target = Env;

    fn deref(&self) -> &Env {
        &self.env
    }
}
