//! Which customers of the list are ticked.

use leptos::prelude::*;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::CustomerRow;
use std::collections::BTreeSet;

/// What is ticked. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Ticks {
    pub one_by_one: RwSignal<BTreeSet<CustomerId>>,
    /// Those that match and are not shown, too.
    pub beyond: RwSignal<bool>,
}

impl Ticks {
    /// Nothing is ticked.
    pub fn new() -> Self {
        Self {
            one_by_one: RwSignal::new(BTreeSet::new()),
            beyond: RwSignal::new(false),
        }
    }

    /// Nothing is ticked any more.
    pub fn clear(self) {
        self.one_by_one.update(BTreeSet::clear);
        self.beyond.set(false);
    }

    /// Ticks or unticks everything that is shown.
    pub fn all(self, shown: &[CustomerRow], on: bool) {
        self.clear();
        if on {
            let ids = shown.iter().map(|it| it.customer);
            self.one_by_one.update(|held| held.extend(ids));
        }
    }

    /// Whether everything that is shown is ticked.
    pub fn are_all(self, shown: &[CustomerRow]) -> bool {
        let held = self.one_by_one.read();
        !shown.is_empty() && shown.iter().all(|it| held.contains(&it.customer))
    }
}

/// A customer's box in the list.
#[component]
pub fn TickBox(
    ticks: Ticks,
    customer: CustomerId,
    /// What is heard of it.
    label: String,
) -> impl IntoView {
    let is_on = move || ticks.one_by_one.read().contains(&customer);
    let change = move |event: leptos::ev::Event| {
        let on = event_target_checked(&event);
        ticks.beyond.set(false);
        ticks.one_by_one.update(|held| {
            if on {
                held.insert(customer);
            } else {
                held.remove(&customer);
            }
        });
    };
    view! {
        <input
            type="checkbox"
            class="tick"
            aria-label=label
            prop:checked=is_on
            on:change=change
        />
    }
}
