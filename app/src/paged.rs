//! A list that comes a page at a time.

use crate::{api::Failure, load::Load};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::page::{Page, PageCursor};

/// What has come so far, and the ways to the next page and back to the first.
pub struct Paged<T: Send + Sync + 'static> {
    pub load: RwSignal<Load>,
    pub items: RwSignal<Vec<T>>,
    pub rest: Rest,
    /// Fetches the first page (again).
    pub fetch: Callback<()>,
}

/// What [`crate::components::more::ShowMore`] shows of a list.
#[derive(Clone, Copy)]
pub struct Rest {
    next: RwSignal<Option<PageCursor>>,
    pub busy: RwSignal<bool>,
    /// Why the next page did not come.
    pub failed: RwSignal<Option<Failure>>,
    /// Fetches the next page.
    pub more: Callback<()>,
}

impl Rest {
    /// Whether there is another page.
    pub fn is_there(self) -> bool {
        self.next.read().is_some()
    }
}

/// A list of which nothing was fetched yet; `ask` fetches what comes after a cursor.
pub fn paged<T, F>(ask: impl Fn(Option<PageCursor>) -> F + Copy + Send + Sync + 'static) -> Paged<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<Page<T>, Failure>> + 'static,
{
    let load = RwSignal::new(Load::Loading);
    let items = RwSignal::new(Vec::new());
    let next = RwSignal::new(None::<PageCursor>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Failure>);
    let asked = StoredValue::new(0_u64);
    let get = move |after: Option<PageCursor>| {
        // Answers may overtake each other; only the last question counts.
        let turn = asked.get_value() + 1;
        asked.set_value(turn);
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let first = after.is_none();
            let answer = ask(after).await;
            // The page may be gone by now.
            if asked.try_get_value() != Some(turn) {
                return;
            }
            busy.set(false);
            match answer {
                Ok(page) => {
                    if first {
                        items.set(page.items);
                    } else {
                        items.update(|held| held.extend(page.items));
                    }
                    next.set(page.next);
                    load.set(Load::Ready);
                }
                Err(failure) if first => load.set(Load::Failed(failure)),
                Err(failure) => failed.set(Some(failure)),
            }
        });
    };
    let more = Callback::new(move |()| {
        if let (Some(after), false) = (next.get_untracked(), busy.get_untracked()) {
            get(Some(after));
        }
    });
    Paged {
        load,
        items,
        rest: Rest {
            next,
            busy,
            failed,
            more,
        },
        fetch: Callback::new(move |()| {
            load.update(Load::again);
            get(None);
        }),
    }
}
