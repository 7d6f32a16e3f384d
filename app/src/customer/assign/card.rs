//! One customer's rep: chosen, and who chose before.

use super::{
    log::Moves,
    reps::{chosen, to_choose},
};
use crate::{
    api, browser,
    components::{choice::Chooser, sending::Form},
    load::fetched,
    locale::t,
};
use leptos::prelude::*;
use orderline_domain::{customer::assigned::AssignedTo, ids::CustomerMoveId};
use orderline_protocol::customer::{CustomerView, MoveCustomers, Which};

/// For who may assign customers.
#[component]
pub fn RepCard(held: RwSignal<Option<CustomerView>>) -> impl IntoView {
    let form = Form::of("assign-");
    let (_, reps, _) = fetched(move || async move { Ok(api::customer::reps().await?.reps) });
    let now = move || {
        let held = held.read();
        let rep = held.as_ref().and_then(|it| it.rep.as_ref());
        rep.map_or(AssignedTo::Nobody, |rep| AssignedTo::Rep(rep.user))
            .to_string()
    };
    let picked = RwSignal::new(None::<String>);
    let value = Signal::derive(move || picked.get().unwrap_or_else(now));
    let edits = RwSignal::new(0_u32);
    // The same however often the same is sent.
    let move_id = Memo::new(move |_| {
        picked.track();
        edits.track();
        CustomerMoveId::from_uuid(browser::random_uuid())
    });
    let send = move |_| {
        let Some(customer) = held.read_untracked().as_ref().map(|it| it.customer) else {
            return;
        };
        let wish = MoveCustomers {
            move_id: move_id.get_untracked(),
            which: Which::These(vec![customer]),
            rep: chosen(&value.read_untracked()),
        };
        form.send(
            async move {
                api::customer::assign(&wish).await?;
                api::customer::read(customer).await
            },
            move |read| {
                held.try_set(Some(read));
                picked.try_set(None);
                edits.try_update(|it| *it += 1);
            },
        );
    };
    view! {
        <section class="card panel rep-card" aria-labelledby="rep-card">
            <h2 id="rep-card">{t("rep.title")}</h2>
            <div class="row wrap rep-choice">
                <Chooser
                    id=form.id("rep")
                    label=t("rep.to")
                    options=Signal::derive(move || to_choose(&reps.read()))
                    value=value
                    change=move |value| picked.set(Some(value))
                />
                <button class="btn" disabled=move || form.busy().get() || value.get() == now() on:click=send>{t("rep.assign")}</button>
            </div>
            <p class="error" role="alert">{move || form.at("rep").get().or_else(|| form.above())}</p>
            {move || {
                let customer = Memo::new(move |_| held.read().as_ref().map(|it| it.customer));
                customer.get().map(|customer| view! { <Moves customer=customer edits=edits/> })
            }}
        </section>
    }
}
