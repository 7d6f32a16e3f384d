//! The panel in the thread: read, accept, or refuse.

use super::terms::AcceptedTerms;
use crate::{
    api,
    components::states::{Failed, Skeleton},
    load::Load,
    locale::{
        format::{self, Moment},
        problem_text, t, t_with,
    },
    offer::state::Offers,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{ids::OrderId, policy::best};
use orderline_protocol::{
    policy::{AcceptancePage, WordsView},
    problem::Problem,
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

/// What is on its way to the server, and what came back. Cheap to copy.
#[derive(Clone, Copy)]
struct Deciding {
    offers: StoredValue<Offers>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Deciding {
    fn send(self, command: Command) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let offers = self.offers.get_value();
        let reply = offers.workspace.client.send_command(command);
        spawn_local(async move {
            match reply.await {
                CommandResult::Order { order } => offers.take_order(*order),
                CommandResult::Failed { problem } => {
                    self.problem.try_set(Some(problem));
                }
                _ => {}
            }
            self.busy.try_set(false);
        });
    }
}

#[component]
fn Question(page: AcceptancePage) -> impl IntoView {
    let deciding = Deciding {
        offers: StoredValue::new(Offers::here()),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
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
        deciding.send(Command::AcceptOrder {
            order,
            hash: hash.get_value(),
            words_hash,
            language: words.language,
        });
    };
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
                {move || deciding.problem.get().map(|why| problem_text(&api::Failure::Problem(why)))}
            </p>
            <button class="btn primary big" disabled=move || deciding.busy.get() on:click=accept>
                {move || chosen.get().map(|it| view! { <span lang=it.words.language>{it.words.button}</span> })}
            </button>
            <Refusal order=order deciding=deciding/>
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
fn Refusal(order: OrderId, deciding: Deciding) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let refuse = move |_| {
        let reason = reason.get_untracked();
        deciding.send(Command::RefuseOrder {
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
            <button class="btn" disabled=move || deciding.busy.get() on:click=refuse>
                {t("acceptance.refuse.confirm")}
            </button>
        </details>
    }
}
