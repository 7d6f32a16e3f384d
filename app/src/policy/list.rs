//! What holds for calls with buyers of each country (X8).

use super::words;
use crate::{
    api,
    components::{
        bar::Go,
        table::{Fetched, Table},
    },
    load::fetched,
    locale::{country, t},
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::{
    people::roles::{Action, Relation, allowed},
    policy::PolicyScope,
};
use orderline_protocol::policy::PolicyView;

const HEADS: &[&str] = &[
    "policies.country",
    "policy.record",
    "policy.written.column",
    "policy.kept.column",
    "policy.source",
    "policies.version",
];

/// A table of policies.
#[component]
pub fn PoliciesPage() -> impl IntoView {
    let (load, policies, fetch) =
        fetched(|| async { api::policies().await.map(|list| list.policies) });
    let edits = allowed(
        Session::here_now().role(),
        Action::EditPolicies,
        Relation::Own,
    );
    view! {
        <main class="desk">
            <h1>{t("policies.title")}</h1>
            <p class="meta">{t("policies.hint")}</p>
            <Fetched load=load retry=move |()| fetch() lines=11>
                <Table label=t("policies.title") heads=HEADS>{move || policies.get().into_iter().map(row).collect_view()}</Table>
                {edits.then(|| view! { <Another policies=policies/> })}
            </Fetched>
        </main>
    }
}

fn row(policy: PolicyView) -> impl IntoView {
    let written = if policy.rules.written_acceptance {
        "policy.written.needed"
    } else {
        "policy.written.not_needed"
    };
    let version = words::version(&policy);
    view! {
        <tr>
            <th scope="row"><Go to=Route::Policy(policy.scope) class="">{words::scope(policy.scope)}</Go></th>
            <td>{words::record(policy.rules.record)}</td>
            <td>{t(written)}</td>
            <td>{words::kept(policy.rules.kept_days)}</td>
            <td class="wide">{policy.rules.source}</td>
            <td>{version}</td>
        </tr>
    }
}

/// A way to a country that falls under the policy for everywhere else so far.
#[component]
fn Another(policies: RwSignal<Vec<PolicyView>>) -> impl IntoView {
    let session = Session::here_now();
    let left = move || {
        policies.with(|there| {
            country::all()
                .into_iter()
                .filter(|(code, _)| there.iter().all(|it| it.scope.country() != Some(code)))
                .map(|(code, name)| view! { <option value=code>{name}</option> })
                .collect_view()
        })
    };
    let open = move |event| {
        if let Ok(scope) = event_target_value(&event).parse::<PolicyScope>() {
            session.go(Route::Policy(scope));
        }
    };
    view! {
        <div class="field short">
            <label for="another-country">{t("policies.another")}</label>
            <select id="another-country" on:change=open>
                <option value="">{t("offer.choose")}</option>
                {left}
            </select>
        </div>
    }
}
