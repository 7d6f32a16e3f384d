//! The page behind a link that was sent: a code shows whose the address is, then the thread opens.

use crate::{
    api::{self, Failure},
    browser,
    components::{
        field::{Field, FieldKind},
        states::{LinkOver, Skeleton},
    },
    locale::{
        format::{self, Moment},
        t, t_with, text_above, text_at,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::thread::join_link::Channel;
use orderline_protocol::{join::JoinView, problem::Code};

/// The path of the page; the token stands behind `#`, so that it is never sent with a request's address.
pub const PATH: &str = "/j";

/// The page.
#[component]
pub fn JoinPage() -> impl IntoView {
    let token = StoredValue::new(browser::fragment());
    let seen = RwSignal::new(None::<Result<JoinView, Failure>>);
    spawn_local(async move {
        seen.set(Some(api::follow_up::look(token.get_value()).await));
    });
    view! {
        <main class="start join">
            {move || match seen.get() {
                None => view! { <Skeleton shape="rows" lines=2/> }.into_any(),
                Some(Ok(view)) => view! { <Prove token=token view=view seen=seen/> }.into_any(),
                Some(Err(failure)) => view! { <LinkOver failure=failure over="join.over" hint="join.over.hint"/> }.into_any(),
            }}
        </main>
    }
}

/// Asks for the code, then takes it.
#[component]
fn Prove(
    token: StoredValue<String>,
    view: JoinView,
    seen: RwSignal<Option<Result<JoinView, Failure>>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let code = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Failure>);
    let send = move || {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api::follow_up::send_code(token.get_value()).await {
                Ok(view) => seen.set(Some(Ok(view))),
                Err(why) => refused(why, seen, failure),
            }
            busy.try_set(false);
        });
    };
    let enter = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api::follow_up::enter(token.get_value(), code.get_untracked()).await {
                Ok(entered) => browser::leave_for(&format!("/b/threads/{}", entered.thread)),
                Err(why) => refused(why, seen, failure),
            }
            busy.try_set(false);
        });
    };
    let at_code = Signal::derive(move || failure.with(|it| text_at(it.as_ref()?, "code")));
    let above = move || failure.with(|it| text_above(it.as_ref()?));
    let who = [
        ("seller", view.seller.as_str()),
        ("vendor", view.vendor_name.as_str()),
    ];
    let hint = [("hint", view.hint.as_str())];
    let where_to = match view.channel {
        Channel::Mail => t_with("join.by_mail", &hint),
        Channel::Sms => t_with("join.by_sms", &hint),
    };
    view! {
        <section class="card panel form">
            <h1>{t_with("join.title", &who)}</h1>
            {match view.code_until {
                None => {
                    view! {
                        <p>{where_to}</p>
                        <p class="error" role="alert">{above}</p>
                        <button class="btn primary big" disabled=move || busy.get() on:click=move |_| send()>
                            {t("join.send_code")}
                        </button>
                    }
                        .into_any()
                }
                Some(until) => {
                    let until = format::moment(until, Moment::Time);
                    view! {
                        <p>{t_with("join.sent", &[("hint", &view.hint), ("until", &until)])}</p>
                        <form class="form" on:submit=enter novalidate>
                            <Field id="join-code".to_owned() kind=FieldKind::Code label=t("join.code") value=code error=at_code/>
                            <p class="error" role="alert">{above}</p>
                            <button class="btn primary big" type="submit" disabled=move || busy.get()>{t("join.enter")}</button>
                            <button class="btn quiet" type="button" disabled=move || busy.get() on:click=move |_| send()>
                                {t("join.send_again")}
                            </button>
                        </form>
                    }
                        .into_any()
                }
            }}
            <p class="meta">{t("join.limits")}</p>
        </section>
    }
}

/// A link that is over shows that; anything else stands at the form.
fn refused(
    why: Failure,
    seen: RwSignal<Option<Result<JoinView, Failure>>>,
    failure: RwSignal<Option<Failure>>,
) {
    if why.code() == Some(Code::BadTicket) {
        seen.try_set(Some(Err(why)));
    } else {
        failure.try_set(Some(why));
    }
}
