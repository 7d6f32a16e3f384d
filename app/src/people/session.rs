//! Who is signed in, and on which entry of the app.

use crate::{acting, route::Route};
use leptos::prelude::*;
use orderline_domain::{
    ids::{UserId, VendorId},
    people::{
        capacity::{ActAs, Capacity},
        proof::Proof,
        roles::{Action, Entry, Role},
    },
};
use orderline_protocol::{http::Me, person::Person};

/// The signed-in person and the page that is open. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Session {
    me: StoredValue<Me>,
    entry: Entry,
    route: RwSignal<Route>,
    proof: RwSignal<Proof>,
}

impl Session {
    /// A session of `me`, at the page's present address.
    pub fn new(me: Me, entry: Entry) -> Self {
        Self {
            proof: RwSignal::new(me.proof),
            me: StoredValue::new(me),
            entry,
            route: RwSignal::new(Self::here(entry)),
        }
    }

    /// The session that the page runs in.
    pub fn here_now() -> Self {
        expect_context::<Self>()
    }

    pub fn user(self) -> UserId {
        self.me.with_value(|me| me.person.user)
    }

    pub fn person(self) -> Person {
        self.me.with_value(|me| me.person.clone())
    }

    pub fn role(self) -> Role {
        self.me.with_value(|me| me.person.role)
    }

    /// Whether the person has shown enough of who they are to do this.
    pub fn is_proven_for(self, action: Action) -> bool {
        self.proof.get().is_enough(action)
    }

    /// The server says how the person has shown who they are.
    pub fn shown(self, proof: Proof) {
        self.proof.set(proof);
    }

    /// Whether the page acts for a vendor; else for the platform, which has no threads to follow.
    pub fn is_at_vendor(self) -> bool {
        self.me.with_value(|me| me.vendor.is_some())
    }

    /// The vendor that the page acts for.
    pub fn vendor(self) -> Option<VendorId> {
        self.me.with_value(|me| me.vendor)
    }

    pub fn vendor_name(self) -> String {
        self.me.with_value(|me| me.vendor_name.clone())
    }

    /// The demo shows a person's mails to them; a session of one thread has none.
    pub fn has_mailbox(self) -> bool {
        self.me
            .with_value(|me| me.demo && me.only_thread.is_none() && me.vendor.is_some())
    }

    /// A link opened the session, and it sees one thread alone.
    pub fn is_limited(self) -> bool {
        self.me.with_value(|me| me.only_thread.is_some())
    }

    pub fn is_demo(self) -> bool {
        self.me.with_value(|me| me.demo)
    }

    /// The page that is open.
    pub fn route(self) -> RwSignal<Route> {
        self.route
    }

    /// The address of a page of this entry.
    pub fn href(self, route: &Route) -> String {
        acting::address(&route.href(self.entry.root()))
    }

    /// All that the person could act as, and which of it they do now.
    pub fn capacities(self) -> (Vec<Capacity>, ActAs) {
        self.me.with_value(|me| {
            let now = ActAs {
                vendor: me.vendor,
                role: me.person.role,
            };
            (me.capacities.clone(), now)
        })
    }

    /// Opens a page without loading anything anew.
    pub fn go(self, route: Route) {
        let href = self.href(&route);
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&href));
        }
        self.route.set(route);
    }

    /// Changes the address without a new entry in the history, such as while a filter is typed.
    pub fn rename(self, route: Route) {
        let href = self.href(&route);
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&href));
        }
        self.route.set(route);
    }

    /// Follows the browser's own back and forward.
    pub fn follow_history(self) {
        // For the page's whole life.
        let _ = window_event_listener(leptos::ev::popstate, move |_| {
            self.route.set(Self::here(self.entry));
        });
    }

    fn here(entry: Entry) -> Route {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let query = location.search().unwrap_or_default();
        let query = acting::without(query.trim_start_matches('?'));
        Route::parse(entry.root(), &path, &query)
    }
}
