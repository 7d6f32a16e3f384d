//! What a page fetches when it opens, and again when it is asked to.

use crate::api::Failure;
use leptos::{prelude::*, task::spawn_local};

/// How far something that is fetched has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Load {
    #[default]
    Loading,
    Ready,
    Failed(Failure),
}

impl Load {
    /// What is asked for once more: what was there stays until the answer comes.
    pub fn again(&mut self) {
        if *self != Self::Ready {
            *self = Self::Loading;
        }
    }
}

/// Fetches at once; gives how far it has come, what came, and the way to fetch it again.
pub fn fetched<T, F>(
    ask: impl Fn() -> F + Copy + Send + Sync + 'static,
) -> (
    RwSignal<Load>,
    RwSignal<T>,
    impl Fn() + Copy + Send + Sync + 'static,
)
where
    T: Default + Send + Sync + 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let load = RwSignal::new(Load::Loading);
    let value = RwSignal::new(T::default());
    let fetch = move || {
        load.update(Load::again);
        spawn_local(async move {
            // The page may be gone by now.
            match ask().await {
                Ok(came) => {
                    value.try_set(came);
                    load.try_set(Load::Ready);
                }
                Err(failure) => {
                    load.try_set(Load::Failed(failure));
                }
            }
        });
    };
    fetch();
    (load, value, fetch)
}
