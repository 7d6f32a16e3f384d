//! What holds for the buyer of a thread, for both of its people, in plain words (X8).

use super::words;
use crate::{
    api,
    locale::{t, t_with},
    people::session::Session,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{ids::ThreadId, people::side::Side};
use orderline_protocol::policy::PolicyView;

/// Closed until somebody wants to know; nothing while it is not there.
#[component]
pub fn PolicyCard(thread: ThreadId) -> impl IntoView {
    let policy = RwSignal::new(None::<PolicyView>);
    spawn_local(async move {
        // Without it nothing else is worse off; it is asked for again with the thread.
        if let Ok(found) = api::thread_policy(thread).await {
            policy.try_set(Some(found));
        }
    });
    let buys = Side::of(Session::here_now().role()) == Side::Buyer;
    move || policy.get().map(|policy| card(&policy, buys))
}

fn card(policy: &PolicyView, buys: bool) -> impl IntoView + use<> {
    let title = if buys {
        t("policy.card.yours")
    } else {
        t_with(
            "policy.card.theirs",
            &[("country", &words::scope(policy.scope))],
        )
    };
    let source = t_with("policy.card.source", &[("source", &policy.rules.source)]);
    let sentences = words::sentences(&policy.rules);
    view! {
        <details class="card policy-card">
            <summary>{title}</summary>
            <ul>{sentences.into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}</ul>
            <p class="meta">{source} " · " {words::version(policy)}</p>
        </details>
    }
}
