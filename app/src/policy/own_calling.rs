//! My calls: the rule of a single seller, beside the whole vendor's (CU3).

use super::rule::{self, Rules, Typed};
use crate::{
    api,
    components::{sending::Form, table::Fetched},
    load::fetched,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::prelude::*;
use orderline_protocol::calling::{OwnCalling, SetOwnCalling};

/// The section for whoever sells.
#[component]
pub fn OwnCallingSection() -> impl IntoView {
    let (load, held, fetch) = fetched(move || async move { api::own_calling().await.map(Some) });
    view! {
        <section class="card panel own-calling" aria-labelledby="own-calling">
            <h2 id="own-calling">{t("calling.mine")}</h2>
            <Fetched load=load retry=move |()| fetch() lines=4>
                {move || held.get().map(|read| view! { <OwnForm read=read held=held/> })}
            </Fetched>
        </section>
    }
}

#[component]
fn OwnForm(read: OwnCalling, held: RwSignal<Option<OwnCalling>>) -> impl IntoView {
    let form = Form::of("own-");
    let typed = Typed::of(read.rule);
    let version = read.version;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wish = SetOwnCalling {
            rule: typed.proposed(),
            version,
        };
        form.send(
            async move { api::set_own_calling(&wish).await },
            move |saved| {
                held.try_set(Some(saved));
            },
        );
    };
    let beside = t_with(
        "calling.mine.beside",
        &[("rule", &rule::words(read.vendor_rule))],
    );
    let changed = read.changed_at.map(|at| {
        t_with(
            "calling.mine.changed",
            &[("time", &format::moment(at, Moment::DayTime))],
        )
    });
    view! {
        <form class="calling" novalidate on:submit=save>
            <p class="meta">{beside}</p>
            <Rules form=form typed=typed on_plan=read.on_plan currency=read.currency/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary big" type="submit" disabled=form.busy()>{t("calling.save")}</button>
                <p class="meta" role="status">{changed}</p>
            </div>
        </form>
    }
}
