//! An authenticator app as the second factor of one's account.

use crate::{
    api, browser,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::account::{AuthenticatorView, NewAuthenticator};
use std::fmt::Write as _;

/// The app that there is, or the way to add one. `fetch` hears that it is another account now.
#[component]
pub fn Authenticator(
    there: Option<AuthenticatorView>,
    #[prop(into)] fetch: Callback<()>,
) -> impl IntoView {
    let codes = RwSignal::new(None::<Vec<String>>);
    view! {
        <section class="card panel" aria-labelledby="account-authenticator">
            <h2 id="account-authenticator">{t("second_factor.app")}</h2>
            <p class="meta">{t("second_factor.app.what")}</p>
            {move || match (codes.get(), there) {
                (Some(codes), _) => view! { <Codes codes=codes done=fetch/> }.into_any(),
                (None, Some(there)) => view! { <There there=there codes=codes fetch=fetch/> }.into_any(),
                (None, None) => view! { <Add codes=codes/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn There(
    there: AuthenticatorView,
    codes: RwSignal<Option<Vec<String>>>,
    fetch: Callback<()>,
) -> impl IntoView {
    let form = Form::of("authenticator-");
    let since = format::moment(there.since, Moment::DayTime);
    let left = there.codes_left.to_string();
    let renew = move |_| {
        form.send(api::account::new_recovery_codes(), move |new| {
            codes.set(Some(new.codes));
        });
    };
    let remove = move |_| {
        form.send(api::account::remove_authenticator(), move |()| {
            fetch.run(());
        });
    };
    view! {
        <p>{t_with("second_factor.app.since", &[("since", &since), ("left", &left)])}</p>
        <p class="error" role="alert">{move || form.above()}</p>
        <div class="row wrap">
            <button class="btn" disabled=form.busy() on:click=renew>{t("second_factor.codes.new")}</button>
            <button class="btn" disabled=form.busy() on:click=remove>{t("second_factor.app.remove")}</button>
        </div>
    }
}

#[component]
fn Add(codes: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    let form = Form::of("authenticator-");
    let new = RwSignal::new(None::<NewAuthenticator>);
    let begin = move |_| {
        form.send(api::account::begin_authenticator(), move |begun| {
            new.set(Some(begun));
        });
    };
    view! {
        <p class="error" role="alert">{move || form.above()}</p>
        {move || match new.get() {
            Some(new) => view! { <FirstCode new=new codes=codes/> }.into_any(),
            None => {
                view! {
                    <div class="row">
                        <button class="btn primary" disabled=form.busy() on:click=begin>{t("second_factor.app.begin")}</button>
                    </div>
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn FirstCode(new: NewAuthenticator, codes: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let form = Form::of("first-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let code = code.get_untracked();
        form.send(
            api::account::confirm_authenticator(code),
            move |confirmed| {
                codes.set(Some(confirmed.codes));
            },
        );
    };
    let spelled = spelled(&new.secret);
    view! {
        <p>{t("second_factor.app.scan")}</p>
        <Qr rows=new.qr/>
        <p>{t("second_factor.app.type")} " " <code class="secret">{spelled}</code></p>
        <p><a href=new.uri>{t("second_factor.app.open")}</a></p>
        <form class="form narrow" novalidate on:submit=submit>
            <FormField form=form name="code" kind=FieldKind::Code label=t("second_factor.app.first") value=code/>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row"><button class="btn primary" type="submit" disabled=form.busy()>{t("second_factor.confirm")}</button></div>
        </form>
    }
}

/// A secret in groups of four, to be typed.
fn spelled(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = chars.chunks(4).map(|it| it.iter().collect()).collect();
    groups.join(" ")
}

/// Light around a QR code, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code. It stays dark on light in a dark page: apps read no other.
#[component]
fn Qr(rows: Vec<String>) -> impl IntoView {
    let side = rows.len() + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, module) in row.bytes().enumerate() {
            if module == b'1' {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=t("second_factor.app.qr") shape-rendering="crispEdges">
            <path d=path/>
        </svg>
    }
}

/// Recovery codes, the one time that they are shown.
#[component]
fn Codes(codes: Vec<String>, done: Callback<()>) -> impl IntoView {
    let copied = RwSignal::new(false);
    let text = codes.join("\n");
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            copied.try_set(browser::copy(&text).await);
        });
    };
    view! {
        <h3>{t("second_factor.codes.title")}</h3>
        <p>{t("second_factor.codes.what")}</p>
        <ul class="recovery">{codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
        <p role="status">{move || copied.get().then(|| t("second_factor.codes.copied"))}</p>
        <div class="row wrap">
            <button class="btn" on:click=copy>{t("second_factor.codes.copy")}</button>
            <button class="btn primary" on:click=move |_| done.run(())>{t("second_factor.codes.kept")}</button>
        </div>
    }
}
