//! Many customers are assigned at once.

use super::{
    reps::{chosen, to_choose},
    ticks::Ticks,
};
use crate::{
    api, browser,
    components::{choice::Chooser, sending::Form},
    customer::query::found,
    locale::{t, t_count},
    paged::Rest,
};
use leptos::prelude::*;
use orderline_domain::{customer::assigned::AssignedTo, ids::CustomerMoveId};
use orderline_protocol::customer::{CustomerRow, CustomersMoved, MoveCustomers, RepView, Which};

/// The list that is worked on.
#[derive(Clone, Copy)]
pub struct Shown {
    pub rows: RwSignal<Vec<CustomerRow>>,
    pub rest: Rest,
    pub query: Memo<String>,
}

/// What is ticked, to whom it goes, and what came of it.
#[component]
pub fn MoveBar(
    shown: Shown,
    ticks: Ticks,
    reps: RwSignal<Vec<RepView>>,
    #[prop(into)] done: Callback<()>,
) -> impl IntoView {
    let form = Form::of("move-");
    let to = RwSignal::new(AssignedTo::Nobody.to_string());
    let came = RwSignal::new(None::<CustomersMoved>);
    let all = Memo::new(move |_| ticks.are_all(&shown.rows.read()));
    let beyond = Memo::new(move |_| ticks.beyond.get() && all.get() && shown.rest.is_there());
    let count = move || ticks.one_by_one.read().len();
    // The same however often the same is sent.
    let move_id = Memo::new(move |_| {
        ticks.one_by_one.track();
        beyond.track();
        shown.query.track();
        to.track();
        came.track();
        CustomerMoveId::from_uuid(browser::random_uuid())
    });
    let send = move |_| {
        let which = if beyond.get_untracked() {
            Which::Found(found(&shown.query.read_untracked()))
        } else {
            Which::These(ticks.one_by_one.read_untracked().iter().copied().collect())
        };
        let wish = MoveCustomers {
            move_id: move_id.get_untracked(),
            which,
            rep: chosen(&to.read_untracked()),
        };
        form.send(
            async move { api::customer::assign(&wish).await },
            move |moved| {
                came.try_set(Some(moved));
                ticks.clear();
                done.run(());
            },
        );
    };
    let words = move || {
        came.get().filter(|_| count() == 0).map(|it| {
            let moved = t_count("rep.moved", it.moved, &[]);
            if it.is_more {
                format!("{moved} {}", t("rep.moved.more"))
            } else {
                moved
            }
        })
    };
    let (at_rep, at_which) = (form.at("rep"), form.at("which"));
    let wrong = move || {
        at_rep
            .get()
            .or_else(|| at_which.get())
            .or_else(|| form.above())
    };
    let ticked = move || {
        t_count(
            "rep.ticked",
            i64::try_from(count()).unwrap_or(i64::MAX),
            &[],
        )
    };
    view! {
        <section class="card panel move-bar" aria-label=t("rep.bar")>
            <div class="move-ticks">
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=all
                        on:change=move |event| ticks.all(&shown.rows.read_untracked(), event_target_checked(&event))
                    />
                    <span>{t("rep.tick.shown")}</span>
                </label>
                <Show when=move || all.get() && shown.rest.is_there()>
                    <label class="choice">
                        <input
                            type="checkbox"
                            prop:checked=beyond
                            on:change=move |event| ticks.beyond.set(event_target_checked(&event))
                        />
                        <span>{t("rep.tick.beyond")}</span>
                    </label>
                </Show>
                <p class="meta" role="status">{move || words().unwrap_or_else(ticked)}</p>
            </div>
            <Chooser
                id=form.id("rep")
                label=t("rep.to")
                options=Signal::derive(move || to_choose(&reps.read()))
                value=to
                change=move |value| to.set(value)
            />
            <button class="btn primary" disabled=move || form.busy().get() || count() == 0 on:click=send>{t("rep.assign")}</button>
            <p class="error" role="alert">{wrong}</p>
        </section>
    }
}
