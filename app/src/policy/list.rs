//! What holds for calls with buyers of each country (X8).

use super::words;
use crate::{
    api,
    components::{
        bar::Go,
        states::{Failed, Skeleton},
    },
    load::{Load, fetched},
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
            {move || match load.get() {
                Load::Loading => view! { <Skeleton shape="table" lines=11/> }.into_any(),
                Load::Failed(failure) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
                Load::Ready => {
                    view! {
                        <Table policies=policies.get()/>
                        {edits.then(|| view! { <Another policies=policies/> })}
                    }
                        .into_any()
                }
            }}
        </main>
    }
}

#[component]
fn Table(policies: Vec<PolicyView>) -> impl IntoView {
    let row = |policy: PolicyView| {
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
    };
    view! {
        <div class="card scroll" tabindex="0" role="region" aria-label=t("policies.title")>
            <table class="list">
                <thead>
                    <tr>
                        <th scope="col">{t("policies.country")}</th>
                        <th scope="col">{t("policy.record")}</th>
                        <th scope="col">{t("policy.written.column")}</th>
                        <th scope="col">{t("policy.kept.column")}</th>
                        <th scope="col">{t("policy.source")}</th>
                        <th scope="col">{t("policies.version")}</th>
                    </tr>
                </thead>
                <tbody>{policies.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
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
