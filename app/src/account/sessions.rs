//! Where one is signed in.

use crate::{
    api::{self, Failure},
    locale::{
        format::{self, Moment},
        problem_text, t, t_with,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{ids::SessionId, people::proof::Proof};
use orderline_protocol::account::SessionView;

/// Each browser that is signed in, with a way to end it.
#[component]
pub fn Sessions(sessions: Vec<SessionView>, #[prop(into)] fetch: Callback<()>) -> impl IntoView {
    let failed = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let several = sessions.len() > 1;
    let end = move |session: Option<SessionId>| {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let done = match session {
                Some(session) => api::account::end_session(session).await,
                None => api::account::end_others().await,
            };
            busy.try_set(false);
            match done {
                Ok(()) => fetch.run(()),
                Err(why) => {
                    failed.try_set(Some(why));
                }
            }
        });
    };
    let lines = sessions
        .into_iter()
        .map(|it| {
            let session = it.session;
            let since = format::moment(it.began_at, Moment::DayTime);
            let seen = format::moment(it.seen_at, Moment::DayTime);
            let what = t_with("account.session.line", &[("since", &since), ("seen", &seen)]);
            view! {
                <li class="row wrap" data-here=it.here.to_string()>
                    <span class="grow">
                        {how(it.proof)}
                        {it.limited.then(|| view! { " " <span class="pill">{t("account.session.limited")}</span> })}
                        <br/>
                        <span class="meta">{what}</span>
                    </span>
                    {if it.here {
                        view! { <span class="pill private">{t("account.session.here")}</span> }.into_any()
                    } else {
                        view! {
                            <button class="btn" disabled=move || busy.get() on:click=move |_| end(Some(session))>
                                {t("account.session.end")}
                            </button>
                        }
                            .into_any()
                    }}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card panel" aria-labelledby="account-sessions">
            <h2 id="account-sessions">{t("account.sessions")}</h2>
            <p class="error" role="alert">{move || failed.with(|it| it.as_ref().map(problem_text))}</p>
            <ul class="sessions">{lines}</ul>
            {several
                .then(|| {
                    view! {
                        <div class="row">
                            <button class="btn" disabled=move || busy.get() on:click=move |_| end(None)>
                                {t("account.session.end_others")}
                            </button>
                        </div>
                    }
                })}
        </section>
    }
}

/// How they got in there.
fn how(proof: Proof) -> String {
    t(match proof {
        Proof::Password => "account.session.password",
        Proof::Passkey => "account.session.passkey",
        Proof::DemoDoor => "account.session.demo",
        Proof::LinkToOwnContact { .. } => "account.session.own_link",
        Proof::LinkToGivenContact { .. } => "account.session.given_link",
        Proof::AskedThemselves => "account.session.asked",
        Proof::CodeToOwnContact { .. } | Proof::CodeToTypedContact { .. } => "account.session.code",
    })
}
