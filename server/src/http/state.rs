//! What handlers take of the running server: each extracts the part that it needs.

use crate::{
    live::Env,
    usecase::{Runner, checkup::Checkup, recording::playback::Archive, thread::join_links::Phones},
};
use axum::extract::FromRef;

/// The state of the web surface. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    pub archive: Archive,
    pub phones: Phones,
    pub checkup: Checkup,
}

impl FromRef<Web> for Runner {
    fn from_ref(web: &Web) -> Self {
        web.archive.run.clone()
    }
}

impl FromRef<Web> for Env {
    fn from_ref(web: &Web) -> Self {
        web.archive.run.env.clone()
    }
}

impl FromRef<Web> for Archive {
    fn from_ref(web: &Web) -> Self {
        web.archive.clone()
    }
}

impl FromRef<Web> for Phones {
    fn from_ref(web: &Web) -> Self {
        web.phones.clone()
    }
}

impl FromRef<Web> for Checkup {
    fn from_ref(web: &Web) -> Self {
        web.checkup.clone()
    }
}
