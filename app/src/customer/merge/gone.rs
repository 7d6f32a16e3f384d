//! The records that have become a part of this one, as they were.

use super::compare::{Line, lines};
use crate::{
    api,
    load::fetched,
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
};
use leptos::prelude::*;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::MergedCustomer;

/// Each of them, and who merged it; nothing where there are none.
#[component]
pub fn Gone(customer: CustomerId) -> impl IntoView {
    let (_, all, _) =
        fetched(move || async move { Ok(api::customer::merged(customer).await?.merged) });
    view! {
        <Show when=move || !all.read().is_empty()>
            <section class="card panel merged" aria-labelledby="merged-title">
                <h2 id="merged-title">{t("merge.gone")}</h2>
                {move || all.get().into_iter().map(one).collect_view()}
            </section>
        </Show>
    }
}

fn one(it: MergedCustomer) -> impl IntoView {
    let who = [
        ("name", it.by.name.as_str()),
        ("role", &role_name(it.by.role)),
    ];
    let who = t_with("bar.who", &who);
    let at = format::moment(it.at, Moment::DayTime);
    let when = t_with("merge.gone.by", &[("at", &at), ("who", &who)]);
    let line = |(label, text): Line| text.map(|text| view! { <dt>{label}</dt><dd>{text}</dd> });
    view! {
        <p class="meta">{when}</p>
        <dl class="customer-data">{lines(it.data).into_iter().map(line).collect_view()}</dl>
    }
}
