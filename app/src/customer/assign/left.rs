//! Customers of people who no longer sell for the vendor.

use crate::{
    api,
    components::bar::Go,
    load::fetched,
    locale::{t, t_count, t_with},
    route::Route,
};
use leptos::prelude::*;
use orderline_protocol::customer::RepView;

/// How many each still has, and the way to move them; nothing where nobody has any.
#[component]
pub fn LeftBehind(
    /// Counts what was changed about people.
    edits: RwSignal<u32>,
) -> impl IntoView {
    let (_, reps, fetch) = fetched(move || async move { Ok(api::customer::reps().await?.reps) });
    Effect::new(move |before: Option<u32>| {
        let now = edits.get();
        if before.is_some() {
            fetch();
        }
        now
    });
    let left = Memo::new(move |_| {
        let reps = reps.read();
        let left = reps.iter().filter(|it| !it.is_active && it.customers > 0);
        left.cloned().collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !left.read().is_empty()>
            <section class="card panel" aria-labelledby="left-behind">
                <h2 id="left-behind">{t("rep.left")}</h2>
                <ul class="left-behind">{move || left.get().into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}

fn line(it: RepView) -> impl IntoView {
    let RepView { rep, customers, .. } = it;
    let name = [("name", rep.name.as_str())];
    let to = Route::Customers {
        query: format!("rep={}", rep.user),
    };
    let has = t_count("rep.left.line", customers, &name);
    let go = t_with("rep.left.move", &name);
    view! {
        <li class="row wrap spread">
            <span>{has}</span>
            <Go to=to class="btn">{go}</Go>
        </li>
    }
}
