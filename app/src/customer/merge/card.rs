//! The way from two records to one: another one is found, both are shown, and which stays.

use super::{choose::Choose, compare::Compare};
use crate::{
    api, browser,
    components::sending::Form,
    locale::{field_text, t, t_with},
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::{
    customer::merge::{Stays, stays},
    field::FieldError,
    ids::CustomerMergeId,
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::{
    customer::{CustomerView, MergeCustomers},
    problem::FieldProblem,
};

/// The button that opens it, where the focus goes back to.
const OPEN_ID: &str = "merge-open";

/// For who may change customers. `done` hears that this record has another one as a part.
#[component]
pub fn MergeCard(
    held: RwSignal<Option<CustomerView>>,
    #[prop(into)] done: Callback<()>,
) -> impl IntoView {
    let edits = allowed(
        Session::here_now().role(),
        Action::EditCustomers,
        Relation::Own,
    );
    let open = RwSignal::new(false);
    let other = RwSignal::new(None::<CustomerView>);
    let close = move || {
        other.set(None);
        open.set(false);
        browser::focus(OPEN_ID);
    };
    let both = move || held.get().zip(other.get());
    edits.then(|| {
        view! {
            <section class="card panel merge" aria-labelledby="merge-title">
                <div class="row wrap spread">
                    <h2 id="merge-title">{t("merge.title")}</h2>
                    <button
                        id=OPEN_ID
                        class="btn"
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| if open.get() { close() } else { open.set(true) }
                    >
                        {t("merge.open")}
                    </button>
                </div>
                <p class="meta">{t("merge.what")}</p>
                <Show when=move || open.get()>
                    <Choose held=held other=other/>
                    {move || both().map(|(one, two)| view! { <Decide one=one two=two held=held done=done/> })}
                </Show>
            </section>
        }
    })
}

/// Both records, which of them stays, and the button.
#[component]
fn Decide(
    one: CustomerView,
    two: CustomerView,
    held: RwSignal<Option<CustomerView>>,
    done: Callback<()>,
) -> impl IntoView {
    let session = Session::here_now();
    let form = Form::of("merge-");
    let here = one.customer;
    let wish = MergeCustomers {
        // The same however often it is sent.
        merge: CustomerMergeId::from_uuid(browser::random_uuid()),
        with: two.customer,
        version: one.version,
        with_version: two.version,
    };
    let names = |stays: &CustomerView, goes: &CustomerView| {
        t_with(
            "merge.stays",
            &[("stays", &stays.data.name), ("goes", &goes.data.name)],
        )
    };
    let decided = match stays(&one.data, &two.data) {
        Ok(Stays::First) => Ok(names(&one, &two)),
        Ok(Stays::Second) => Ok(names(&two, &one)),
        Err(why) => Err(field_text(&FieldProblem::from(&FieldError::new(
            "with", why,
        )))),
    };
    let merge = move |_| {
        let wish = wish.clone();
        form.send(
            async move { api::customer::merge(here, &wish).await },
            move |came| {
                if came.customer == here {
                    held.try_set(Some(came));
                    done.run(());
                } else {
                    session.go(Route::Customer(came.customer));
                }
            },
        );
    };
    let at_with = form.at("with");
    view! {
        <Compare one=one.data two=two.data/>
        {match decided {
            Ok(words) => view! {
                <p class="note" role="status">{words}</p>
                <div class="row">
                    <button class="btn primary" disabled=form.busy() on:click=merge>{t("merge.action")}</button>
                </div>
            }
            .into_any(),
            Err(why) => view! { <p class="error" role="alert">{why}</p> }.into_any(),
        }}
        <p class="error" role="alert">{move || at_with.get().or_else(|| form.above())}</p>
    }
}
