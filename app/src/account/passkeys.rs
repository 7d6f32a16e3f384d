//! The passkeys of one's account.

use super::device::{self, Ask, NoAnswer};
use crate::{
    api::{self, Failure},
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{
        format::{self, Moment},
        problem_text, t, t_with,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::ids::PasskeyId;
use orderline_protocol::account::{AddPasskey, PasskeyView};

/// What may go wrong before anything is sent.
enum Trouble {
    Device,
    Server(Failure),
}

/// Each passkey, with a way to remove it, and a way to add one.
#[component]
pub fn Passkeys(passkeys: Vec<PasskeyView>, #[prop(into)] fetch: Callback<()>) -> impl IntoView {
    let failed = RwSignal::new(None::<Failure>);
    let remove = move |passkey: PasskeyId| {
        failed.set(None);
        spawn_local(async move {
            match api::account::remove_passkey(passkey).await {
                Ok(()) => fetch.run(()),
                Err(why) => {
                    failed.try_set(Some(why));
                }
            }
        });
    };
    let lines = passkeys
        .into_iter()
        .map(|it| {
            let passkey = it.passkey;
            let added = format::moment(it.added_at, Moment::DayTime);
            let what = match it.used_at {
                Some(used) => {
                    let used = format::moment(used, Moment::DayTime);
                    t_with("account.passkey.used", &[("added", &added), ("used", &used)])
                }
                None => t_with("account.passkey.added", &[("added", &added)]),
            };
            let label = t_with("account.passkey.remove_this", &[("name", &it.name)]);
            view! {
                <li class="row wrap">
                    <span class="grow">{it.name} <br/> <span class="meta">{what}</span></span>
                    <button class="btn" aria-label=label on:click=move |_| remove(passkey)>{t("account.passkey.remove")}</button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card panel" aria-labelledby="account-passkeys">
            <h2 id="account-passkeys">{t("account.passkeys")}</h2>
            <p class="meta">{t("account.passkeys.what")}</p>
            <p class="error" role="alert">{move || failed.with(|it| it.as_ref().map(problem_text))}</p>
            <ul class="sessions">{lines}</ul>
            {if device::is_there() {
                view! { <Add fetch=fetch/> }.into_any()
            } else {
                view! { <p>{t("account.passkey.impossible")}</p> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Add(fetch: Callback<()>) -> impl IntoView {
    let name = RwSignal::new(t("account.passkey.this_device"));
    let form = Form::of("passkey-");
    let silent = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        silent.set(false);
        let name = name.get_untracked();
        let adding = async move {
            match add(name).await {
                Ok(added) => Ok(Some(added)),
                Err(Trouble::Device) => Ok(None),
                Err(Trouble::Server(failure)) => Err(failure),
            }
        };
        form.send(adding, move |added| match added {
            Some(_) => fetch.run(()),
            None => silent.set(true),
        });
    };
    view! {
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name="name" kind=FieldKind::Line label=t("account.passkey.name") value=name/>
            <p class="error" role="alert">{move || form.above()}</p>
            <p class="error" role="status">{move || silent.get().then(|| t("account.passkey.no_answer"))}</p>
            <div class="row"><button class="btn primary" type="submit" disabled=form.busy()>{t("account.passkey.add")}</button></div>
        </form>
    }
}

async fn add(name: String) -> Result<PasskeyView, Trouble> {
    let challenge = api::account::begin_passkey()
        .await
        .map_err(Trouble::Server)?;
    let answer = device::answer(Ask::Create, &challenge.options)
        .await
        .map_err(|NoAnswer| Trouble::Device)?;
    let wish = AddPasskey {
        ceremony: challenge.ceremony,
        name,
        answer,
    };
    api::account::add_passkey(&wish)
        .await
        .map_err(Trouble::Server)
}
