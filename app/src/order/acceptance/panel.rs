//! The panel in the thread: read, accept, or refuse.

use super::terms::AcceptedTerms;
use crate::{
    api,
    components::states::{Failed, Skeleton},
    load::Load,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    offer::state::Offers,
    people::{prove::ConfirmItIsYou, session::Session},
    realtime::use_command,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{ids::OrderId, language::best, people::roles::Action};
use orderline_protocol::{
    order::{AcceptancePage, WordsView},
    socket::{Command, CommandResult},
};

/// Longest reason for refusing, in characters; the rule's own limit.
const MAX_REASON: usize = orderline_domain::text::MAX_REASON_CHARS;

/// What an order that waits asks its buyer.
#[component]
pub fn WrittenAcceptance(order: OrderId) -> impl IntoView {
    let load = RwSignal::new(Load::Loading);
    let page = RwSignal::new(None::<AcceptancePage>);
    let fetch = move || {
        load.set(Load::Loading);
        spawn_local(async move {
            match api::acceptance(order).await {
                Ok(found) => {
                    page.try_set(Some(found));
                    load.try_set(Load::Ready);
                }
                Err(failure) => {
                    load.try_set(Load::Failed(failure));
                }
            }
        });
    };
    fetch();
    move || match (load.get(), page.get()) {
        (Load::Failed(failure), _) => {
            view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any()
        }
        (Load::Ready, Some(page)) => view! { <Question page=page/> }.into_any(),
        _ => view! { <Skeleton shape="table" lines=6/> }.into_any(),
    }
}

#[component]
fn Question(page: AcceptancePage) -> impl IntoView {
    let offers = Offers::here();
    let sending = use_command(offers.workspace.client);
    let decide = move |command| {
        sending.send(command, move |came| {
            if let Some(CommandResult::Order { order }) = came {
                offers.take_order(&order);
            }
        });
    };
    let words = page.words.clone();
    let first = words.first().map(|it| it.words.language.clone());
    let language = RwSignal::new(first.unwrap_or_default());
    let chosen = Memo::new(move |_| {
        language.with(|language| best(&words, language, |it| &it.words.language).cloned())
    });
    let due = page.order.acceptance.as_ref().map(|it| it.due_at);
    let due = due.map(|at| format::moment(at, Moment::DayTime));
    let until = due.map(|at| t_with("acceptance.until", &[("at", &at)]));
    let order = page.order.order;
    let hash = StoredValue::new(page.hash.clone());
    let accept = move |_| {
        let Some(WordsView {
            words,
            hash: words_hash,
        }) = chosen.get_untracked()
        else {
            return;
        };
        decide(Command::AcceptOrder {
            order,
            hash: hash.get_value(),
            words_hash,
            language: words.language,
        });
    };
    let session = Session::here_now();
    let proven = Memo::new(move |_| session.is_proven_for(Action::AcceptOrder));
    view! {
        <section class="card offer acceptance" aria-labelledby="acceptance-title">
            <div class="row spread wrap">
                <h2 id="acceptance-title">{t("acceptance.title")}</h2>
                <span class="pill warn">{t("acceptance.not_binding")}</span>
            </div>
            <p class="meta">{until}</p>
            <AcceptedTerms page=page.clone()/>
            <Language page=page language=language/>
            {move || {
                chosen.get().map(|it| {
                    view! { <p class="wording" lang=it.words.language.clone()>{it.words.text}</p> }
                })
            }}
            <p class="error" role="alert">
                {sending.words()}
            </p>
            <Show when=move || !proven.get()>
                <ConfirmItIsYou/>
            </Show>
            <div class="form" hidden=move || !proven.get()>
                <button class="btn primary big" disabled=sending.busy() on:click=accept>
                    {move || chosen.get().map(|it| view! { <span lang=it.words.language>{it.words.button}</span> })}
                </button>
                <Refusal order=order busy=sending.busy() decide=decide/>
            </div>
        </section>
    }
}

/// The words in another language; the button's label goes with them.
#[component]
fn Language(page: AcceptancePage, language: RwSignal<String>) -> impl IntoView {
    let options = page.words.into_iter().map(|it| {
        let code = it.words.language;
        let own = code.clone();
        let name = format::language_name(&code);
        view! { <option value=code prop:selected=move || language.with(|it| *it == own)>{name}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field short">
            <label for="acceptance-language">{t("acceptance.language")}</label>
            <select id="acceptance-language" on:change=move |event| language.set(event_target_value(&event))>
                {options}
            </select>
        </div>
    }
}

/// Saying no, with a reason if one is given.
#[component]
fn Refusal(
    order: OrderId,
    busy: Signal<bool>,
    decide: impl Fn(Command) + Copy + 'static,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let refuse = move |_| {
        let reason = reason.get_untracked();
        decide(Command::RefuseOrder {
            order,
            reason: (!reason.trim().is_empty()).then_some(reason),
        });
    };
    view! {
        <details class="refusal">
            <summary>{t("acceptance.refuse")}</summary>
            <p class="meta">{t("acceptance.refuse.hint")}</p>
            <div class="field">
                <label for="refuse-reason">{t("acceptance.reason")}</label>
                <input
                    id="refuse-reason"
                    type="text"
                    autocomplete="off"
                    maxlength=MAX_REASON.to_string()
                    prop:value=reason
                    on:input=move |event| reason.set(event_target_value(&event))
                />
            </div>
            <button class="btn" disabled=busy on:click=refuse>
                {t("acceptance.refuse.confirm")}
            </button>
        </details>
    }
}
