//! The offers of this page's threads: the live draft, what was shown and confirmed, the order.

mod changes;
mod editing;
mod throttle;

pub use changes::{Change, Facts, changes};
pub use throttle::Throttle;

use crate::{
    api, browser, load::Load, locale::format, realtime::News, thread::state::workspace::Workspace,
};
use jiff::{civil::Date, tz::TimeZone};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    catalogue::product::Catalogue,
    field::FieldError,
    ids::{OfferId, ThreadId, UserId},
    offer::{Draft, Preview, RevisionContent},
};
use orderline_protocol::{
    offer::{ConfirmedView, OfferView, RevisionView},
    order::OrderView,
    problem::{Code, Problem},
    socket::ServerSignal,
};
use std::collections::HashMap;

/// An offer as its page shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfferState {
    pub offer: Option<OfferId>,
    /// Of the thread's state, as what was shown and confirmed was told with.
    pub version: i64,
    pub draft: Draft,
    /// Who changed the draft last.
    pub editor: Option<UserId>,
    /// Somebody else edits: what this page changes is not taken until it takes over.
    pub refused_by: Option<UserId>,
    pub shown: Option<RevisionView>,
    pub confirmed: Option<ConfirmedView>,
    /// An order of what is shown binds only once the buyer has accepted it in writing.
    pub in_writing: bool,
    /// Where the buyer is known to live, when what is shown names another country.
    pub own_country: Option<String>,
    pub order: Option<OrderView>,
    /// What the server said to the last wish.
    pub problem: Option<Problem>,
    /// A wish is on its way.
    pub busy: bool,
}

impl OfferState {
    /// Takes the offer as the server holds it, however late it comes. A draft that is being written here is newer than
    /// its echo.
    pub fn take(&mut self, view: &OfferView) {
        self.offer = Some(view.offer);
        if view.version >= self.version {
            self.version = view.version;
            self.shown.clone_from(&view.shown);
            self.confirmed.clone_from(&view.confirmed);
            self.in_writing = view.in_writing;
            self.own_country.clone_from(&view.own_country);
        }
        if view.draft.version >= self.draft.version {
            self.draft = view.draft.clone();
            self.editor = view.editor.as_ref().map(|person| person.user);
        }
    }

    /// Takes an order, unless a newer state of it is held.
    pub fn take_order(&mut self, order: &OrderView) {
        let newer = self
            .order
            .as_ref()
            .is_none_or(|held| order.version >= held.version);
        if newer {
            self.order = Some(order.clone());
        }
    }

    /// Takes offer and order as far as there are any.
    fn take_both(&mut self, offer: Option<&OfferView>, order: Option<&OrderView>) {
        if let Some(offer) = offer {
            self.take(offer);
        }
        if let Some(order) = order {
            self.take_order(order);
        }
    }

    /// Takes the draft as somebody's page signalled it.
    pub fn take_draft(&mut self, offer: OfferId, draft: &Draft, editor: UserId) {
        self.offer = Some(offer);
        if draft.version > self.draft.version {
            self.draft = draft.clone();
        }
        self.editor = Some(editor);
        // Another's change: whoever was in the way before has let the draft go.
        self.refused_by = self.refused_by.filter(|held| *held == editor);
    }

    /// Whether the buyer confirmed exactly the revision that was shown last.
    pub fn is_confirmed(&self) -> bool {
        match (&self.shown, &self.confirmed) {
            (Some(shown), Some(confirmed)) => shown.hash == confirmed.hash,
            _ => false,
        }
    }

    /// Whether the draft, computed, still says what was shown last.
    pub fn says_what_was_shown(&self, computed: Result<&RevisionContent, &[FieldError]>) -> bool {
        match (&self.shown, computed) {
            (Some(shown), Ok(content)) => shown.content == *content,
            _ => false,
        }
    }
}

/// The live schedule of a draft, or what it lacks.
pub type Previewed = Memo<Result<Preview, Vec<FieldError>>>;
/// The whole offer of a draft, or every complaint.
pub type Computed = Memo<Result<RevisionContent, Vec<FieldError>>>;

/// What is kept for a thread: its offer, and what follows from the draft, computed once for all who show it.
#[derive(Clone, Copy)]
struct OfThread {
    state: RwSignal<OfferState>,
    preview: Previewed,
    computed: Computed,
}

/// The shared store. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Offers {
    pub workspace: Workspace,
    threads: StoredValue<HashMap<ThreadId, OfThread>>,
    owner: StoredValue<Owner>,
    catalogue: RwSignal<Catalogue>,
    /// The vendor's time zone (IANA), once it is known.
    zone: RwSignal<Option<String>>,
    catalogue_load: RwSignal<Load>,
    throttles: StoredValue<HashMap<ThreadId, Throttle>>,
}

impl Offers {
    /// The store of this page; hears every offer from now on.
    pub fn new(workspace: &Workspace) -> Self {
        let offers = Self {
            workspace: *workspace,
            threads: StoredValue::new(HashMap::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            catalogue: RwSignal::new(Catalogue::default()),
            zone: RwSignal::new(None),
            catalogue_load: RwSignal::new(Load::Loading),
            throttles: StoredValue::new(HashMap::new()),
        };
        workspace.client.listen(move |news| offers.hear(news));
        offers.fetch_catalogue();
        offers
    }

    /// The store that the page runs in.
    pub fn here() -> Self {
        expect_context::<Self>()
    }

    /// The offer of a thread.
    pub fn of_thread(self, thread: ThreadId) -> RwSignal<OfferState> {
        self.kept(thread).state
    }

    fn kept(self, thread: ThreadId) -> OfThread {
        if let Some(kept) = self
            .threads
            .with_value(|threads| threads.get(&thread).copied())
        {
            return kept;
        }
        // Made here, it lives as long as the page, whichever component asks first.
        let kept = self
            .owner
            .with_value(|owner| owner.with(|| self.of_new_thread()));
        self.threads.update_value(|threads| {
            threads.insert(thread, kept);
        });
        kept
    }

    fn of_new_thread(self) -> OfThread {
        let state = RwSignal::new(OfferState::default());
        OfThread {
            state,
            preview: Memo::new(move |_| {
                let catalogue = self.catalogue.read();
                state.with(|state| state.draft.preview(&catalogue, self.today()))
            }),
            computed: Memo::new(move |_| {
                let catalogue = self.catalogue.read();
                state.with(|state| state.draft.computed(&catalogue, self.today()))
            }),
        }
    }

    /// Products and plans.
    pub fn catalogue(self) -> RwSignal<Catalogue> {
        self.catalogue
    }

    /// How far products and plans have come.
    pub fn catalogue_load(self) -> RwSignal<Load> {
        self.catalogue_load
    }

    /// Fetches products and plans (again).
    pub fn fetch_catalogue(self) {
        self.catalogue_load.set(Load::Loading);
        spawn_local(async move {
            let load = match api::catalogue().await {
                Ok(fetched) => {
                    let mut catalogue = Catalogue::default();
                    for item in fetched.products {
                        catalogue.products.push(item.product);
                        catalogue.plans.extend(item.plans);
                    }
                    self.zone.set(Some(fetched.time_zone));
                    self.catalogue.set(catalogue);
                    Load::Ready
                }
                Err(failure) => Load::Failed(failure),
            };
            self.catalogue_load.set(load);
        });
    }

    /// The day that drafts are computed on: the server's now, on the vendor's calendar, as the server itself has it.
    pub fn today(self) -> Date {
        let now = self.workspace.client.now();
        self.zone
            .with(|zone| zone.as_deref().and_then(|zone| format::day_in(now, zone)))
            .unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date())
    }

    /// The live schedule of a thread's draft, or what it lacks.
    pub fn preview(self, thread: ThreadId) -> Previewed {
        self.kept(thread).preview
    }

    /// The whole offer of a thread's draft, or every complaint: the same rule as the server's.
    pub fn computed(self, thread: ThreadId) -> Computed {
        self.kept(thread).computed
    }

    fn hear(self, news: &News) {
        match news {
            News::Snapshot(it) => self
                .of_thread(it.thread)
                .update(|state| state.take_both(it.offer.as_ref(), it.order.as_ref())),
            News::State(it) => self
                .of_thread(it.thread)
                .update(|state| state.take_both(it.offer.as_ref(), it.order.as_ref())),
            News::Signal(ServerSignal::Draft {
                thread,
                offer,
                draft,
                editor,
            }) => {
                self.of_thread(*thread)
                    .update(|state| state.take_draft(*offer, draft, *editor));
            }
            News::Signal(ServerSignal::DraftRefused { thread, editor }) => {
                self.of_thread(*thread).update(|state| {
                    state.refused_by = Some(*editor);
                    state.editor = Some(*editor);
                });
            }
            News::Signal(ServerSignal::DraftUnsaved { thread }) => {
                self.of_thread(*thread)
                    .update(|state| state.problem = Some(Code::DraftUnsaved.into()));
            }
            News::Signal(ServerSignal::Offer { thread, offer }) => {
                self.of_thread(*thread).update(|state| state.take(offer));
            }
            News::Signal(ServerSignal::Order { thread, order }) => {
                self.of_thread(*thread)
                    .update(|state| state.take_order(order));
            }
            News::Welcome { .. } => {
                if matches!(self.catalogue_load.get_untracked(), Load::Failed(_)) {
                    self.fetch_catalogue();
                }
                self.send_unsaved();
            }
            News::Signal(_) | News::Event { .. } | News::Refetch { .. } => {}
        }
    }

    fn steady() -> u64 {
        browser::steady_ms()
    }
}

#[cfg(test)]
mod tests;
