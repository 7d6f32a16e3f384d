//! What was refused for want of rights, counted by the hour.

use crate::{
    api,
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        t,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::people::refusal::Refused;
use orderline_protocol::security::RefusalLine;

const HEADS: &[&str] = &[
    "security.refusals.hour",
    "security.who",
    "people.log.what",
    "security.from",
    "security.refusals.count",
];

/// The list.
#[component]
pub fn Refusals() -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::vendor::refusals);
    fetch.run(());
    view! {
        <div>
            <h2>{t("security.refusals")}</h2>
            <p class="meta">{t("security.refusals.hint")}</p>
            <Fetched
                load=load
                retry=move |()| fetch.run(())
                lines=3
                is_empty=Signal::derive(move || items.read().is_empty())
                empty=("security.refusals.none", "security.refusals.none.hint")
            >
                <Table label=t("security.refusals") heads=HEADS>{move || items.get().into_iter().map(row).collect_view()}</Table>
                <ShowMore rest=rest/>
            </Fetched>
        </div>
    }
}

fn row(it: RefusalLine) -> impl IntoView {
    let (name, email) = match it.who {
        Some(who) => (who.name, who.email),
        None => (t("security.refusals.nobody"), None),
    };
    view! {
        <tr>
            <td>{format::moment(it.hour, Moment::DayTime)}</td>
            <th scope="row">{name} {email.map(|email| view! { <br/> <span class="meta">{email}</span> })}</th>
            <td class="wide">{words(it.refused)}</td>
            <td>{it.from.to_string()}</td>
            <td>{it.count.to_string()}</td>
        </tr>
    }
}

fn words(refused: Refused) -> String {
    t(match refused {
        Refused::NotAllowed => "security.refused.not_allowed",
        Refused::Hidden => "security.refused.hidden",
        Refused::SecondFactorNeeded => "security.refused.second_factor_needed",
        Refused::FreshProofNeeded => "security.refused.fresh_proof_needed",
        Refused::BadTicket => "security.refused.bad_ticket",
    })
}
