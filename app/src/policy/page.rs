//! One policy: what holds, its next version while an admin writes it, and every version before.

use super::{
    fields::{Editing, PolicyFields},
    wordings::WordingFields,
    words,
};
use crate::{
    api,
    components::{
        bar::Go,
        states::{Failed, Skeleton},
    },
    load::Load,
    locale::{format, t, t_with},
    people::session::Session,
    realtime::use_command,
    route::Route,
    thread::state::workspace::Workspace,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    people::roles::{Action, Relation, allowed},
    policy::PolicyScope,
};
use orderline_protocol::{
    policy::PolicyView,
    socket::{Command, CommandResult},
};

/// The policy of one country, or of everywhere else.
#[component]
pub fn PolicyPage(scope: PolicyScope) -> impl IntoView {
    let load = RwSignal::new(Load::Loading);
    let versions = RwSignal::new(Vec::<PolicyView>::new());
    let saved = RwSignal::new(None::<u32>);
    let fetch = move || {
        spawn_local(async move {
            match api::policy(scope).await {
                Ok(history) => {
                    versions.try_set(history.versions);
                    load.try_set(Load::Ready);
                }
                Err(failure) => {
                    load.try_set(Load::Failed(failure));
                }
            }
        });
    };
    fetch();
    let edits = allowed(
        Session::here_now().role(),
        Action::EditPolicies,
        Relation::Own,
    );
    let now = Memo::new(move |_| versions.with(|all| all.first().cloned()));
    view! {
        <main class="desk">
            <p class="crumbs"><Go to=Route::Policies class="">{t("policies.title")}</Go></p>
            <h1>{words::scope(scope)}</h1>
            <p class="policy-saved" role="status">
                {move || saved.get().map(|version| t_with("policy.saved", &[("version", &version.to_string())]))}
            </p>
            {move || match (load.get(), now.get()) {
                (Load::Failed(failure), _) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
                (Load::Ready, Some(policy)) => {
                    let done = move |policy: PolicyView| {
                        saved.set(Some(policy.version));
                        fetch();
                    };
                    view! {
                        <Now policy=policy.clone()/>
                        {edits.then(|| view! { <Edit policy=policy done=done/> })}
                        <History versions=versions/>
                    }
                        .into_any()
                }
                _ => view! { <Skeleton shape="table" lines=8/> }.into_any(),
            }}
        </main>
    }
}

/// What holds, in words.
#[component]
fn Now(policy: PolicyView) -> impl IntoView {
    let sentences = words::sentences(&policy.rules);
    let source = t_with("policy.card.source", &[("source", &policy.rules.source)]);
    view! {
        <section class="card panel policy-now" aria-labelledby="policy-now">
            <h2 id="policy-now">{t("policy.now")}</h2>
            <ul>{sentences.into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}</ul>
            <p class="meta">{source} " · " {words::version(&policy)}</p>
        </section>
    }
}

#[component]
fn Edit(policy: PolicyView, #[prop(into)] done: Callback<PolicyView>) -> impl IntoView {
    let workspace = Workspace::here();
    let editing = Editing::of(&policy);
    let sending = use_command(workspace.client);
    let (busy, problem) = (sending.busy(), sending.problem());
    let scope = policy.scope;
    let from = policy.version;
    let save = move || {
        editing.complaints.set(Vec::new());
        let command = Command::EditPolicy {
            scope,
            from,
            policy: untrack(|| editing.proposed()),
        };
        sending.send(command, move |came| match came {
            Some(CommandResult::Policy { policy }) => done.run(*policy),
            Some(_) => {}
            None => {
                let complaints = problem.try_get_untracked().flatten();
                editing
                    .complaints
                    .try_set(complaints.map(|why| why.fields).unwrap_or_default());
            }
        });
    };
    let unchanged = {
        let before = editing.proposed();
        move || editing.proposed() == before
    };
    let next = t_with("policy.save", &[("version", &(from + 1).to_string())]);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! {
        <section class="card panel" aria-labelledby="policy-edit">
            <form class="form policy-form" novalidate on:submit=submit>
                <h2 id="policy-edit">{t("policy.edit")}</h2>
                <p class="meta">{t("policy.edit.hint")}</p>
                <PolicyFields editing=editing/>
                <WordingFields editing=editing/>
                <p class="error" role="alert">
                    {sending.words()}
                </p>
                <div class="row wrap">
                    <button class="btn primary" disabled=move || busy.get() || unchanged()>{next}</button>
                    <span class="meta">{t("policy.save.hint")}</span>
                </div>
            </form>
        </section>
    }
}

/// Every version with its wordings, newest first.
#[component]
fn History(versions: RwSignal<Vec<PolicyView>>) -> impl IntoView {
    let one = |policy: PolicyView| {
        let sentences = words::sentences(&policy.rules);
        let wordings = policy.wordings.clone().into_iter().map(|it| {
            let language = it.wording.language.clone();
            view! {
                <details>
                    <summary>{format::language_name(&language)}</summary>
                    <p class="wording" lang=language>{it.wording.text}</p>
                    <p class="meta hash">{t_with("policy.wording.hash", &[("hash", &it.hash)])}</p>
                </details>
            }
        });
        let wordings = wordings.collect_view();
        view! {
            <li>
                <details>
                    <summary>{words::version(&policy)}</summary>
                    <ul>{sentences.into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}</ul>
                    <p class="meta">{t_with("policy.card.source", &[("source", &policy.rules.source)])}</p>
                    {wordings}
                </details>
            </li>
        }
    };
    view! {
        <section class="card panel policy-history" aria-labelledby="policy-history">
            <h2 id="policy-history">{t("policy.history")}</h2>
            <p class="meta">{t("policy.history.hint")}</p>
            <ol>{move || versions.get().into_iter().map(one).collect_view()}</ol>
        </section>
    }
}
