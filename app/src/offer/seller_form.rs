//! The seller's form: what is typed stands on the buyer's page at once.

use super::{
    buyer_fields::BuyerFields,
    checks::{Checks, why_not_yet},
    field::{self, Form},
    payment_fields::PaymentFields,
    product_fields::ProductFields,
    state::Offers,
    summary::{Payments, Total},
};
use crate::{
    api::Failure,
    browser,
    components::states::{Failed, Skeleton},
    load::Load,
    locale::{problem_text, t, t_with},
    order::card::OrderCard,
    thread::{state::workspace::Workspace, talked::talked},
};
use leptos::prelude::*;
use orderline_domain::{ids::ThreadId, offer::schedule::Payment, vendor::function::Function};

/// The offer of a thread, or the order that came of it.
#[component]
pub fn SellerOffer(thread: ThreadId) -> impl IntoView {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let order = Memo::new(move |_| state.with(|state| state.order.clone()));
    // A thread has one order: what was said in its calls was said about that.
    let talked = talked(thread);
    let sells = Workspace::here().can_use(thread, Function::PhoneSales);
    move || {
        if let Some(order) = order.get() {
            return view! { <OrderCard order=order talked=talked/> }.into_any();
        }
        if !sells.get() {
            return view! { <p class="card panel meta">{t("offer.phone_sales_off")}</p> }
                .into_any();
        }
        match offers.catalogue_load().get() {
            Load::Loading => view! { <Skeleton shape="table" lines=4/> }.into_any(),
            Load::Failed(failure) => {
                view! { <Failed failure=failure retry=move |()| offers.fetch_catalogue()/> }
                    .into_any()
            }
            Load::Ready => view! { <Editor thread=thread/> }.into_any(),
        }
    }
}

#[component]
fn Editor(thread: ThreadId) -> impl IntoView {
    let offers = Offers::here();
    let form = Form::new(&offers, thread);
    let name = buyer_name(thread);
    let computed = offers.computed(thread);
    let as_shown = Memo::new(move |_| {
        computed.with(|computed| {
            form.state
                .with(|state| state.says_what_was_shown(computed.as_ref().map_err(Vec::as_slice)))
        })
    });
    view! {
        <section class="card offer" aria-labelledby="offer-title">
            <div class="row spread wrap">
                <h2 id="offer-title">{t("offer.title")}</h2>
                <Seen form=form name=name as_shown=as_shown/>
            </div>
            <OtherEditor form=form/>
            <div class="offer-grid">
                <ProductFields form=form buyer_name=name/>
            </div>
            <PaymentFields form=form/>
            <Live form=form/>
            <BuyerFields form=form/>
            <Checks form=form buyer_name=name as_shown=as_shown/>
            <Actions form=form name=name as_shown=as_shown/>
        </section>
    }
}

fn buyer_name(thread: ThreadId) -> Memo<String> {
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let row = workspace.row_signal(thread);
    Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| row.other(me))
                .map(|person| person.name.clone())
        })
        .unwrap_or_default()
    })
}

/// What the buyer sees of this at the moment.
#[component]
fn Seen(form: Form, name: Memo<String>, as_shown: Memo<bool>) -> impl IntoView {
    let words = move || {
        form.state.with(|state| {
            let name = name.get();
            let by = [("name", name.as_str())];
            match &state.shown {
                Some(shown) if as_shown.get() => {
                    let number = shown.number.to_string();
                    let key = if state.is_confirmed() {
                        "offer.seen.confirmed"
                    } else {
                        "offer.seen.shown"
                    };
                    t_with(key, &[("name", &name), ("number", &number)])
                }
                _ if state.draft.product.is_some() => t_with("offer.seen.live", &by),
                _ => t("offer.seen.nothing"),
            }
        })
    };
    view! { <span class="pill private" role="status">{words}</span> }
}

/// Somebody else edits: who, and the way to take over.
#[component]
fn OtherEditor(form: Form) -> impl IntoView {
    let workspace = Workspace::here();
    let row = workspace.row_signal(form.thread);
    let other = Memo::new(move |_| form.state.with(|state| state.refused_by));
    let name = move || {
        other.get().map(|user| {
            row.with(|row| {
                row.as_ref()
                    .and_then(|row| row.people.iter().find(|it| it.user == user))
                    .map(|it| it.name.clone())
            })
            .unwrap_or_else(|| t("event.somebody"))
        })
    };
    view! {
        <div class="call-note warn" role="status" hidden=move || other.get().is_none()>
            <span>{move || name().map(|name| t_with("offer.other_editor", &[("name", &name)]))}</span>
            <button class="btn" on:click=move |_| form.offers().take_over(form.thread)>{t("offer.take_over")}</button>
        </div>
    }
}

/// The live schedule.
#[component]
fn Live(form: Form) -> impl IntoView {
    let preview = form.offers().preview(form.thread);
    let payments: Signal<Vec<Payment>> = Signal::derive(move || {
        preview.with(|preview| {
            preview
                .as_ref()
                .map(|it| it.schedule.payments.clone())
                .unwrap_or_default()
        })
    });
    let chosen = Memo::new(move |_| form.state.with(|state| state.draft.plan.is_some()));
    view! {
        <div class="offer-live">
            {move || {
                preview
                    .with(|preview| {
                        preview
                            .as_ref()
                            .ok()
                            .map(|it| view! { <Total total=it.schedule.total vat=it.vat rate=it.vat_rate/> })
                    })
            }}
            <p class="meta" hidden=move || preview.with(Result::is_ok)>
                {move || t(if chosen.get() { "offer.live.incomplete" } else { "offer.live.nothing" })}
            </p>
            <div hidden=move || preview.with(Result::is_err)>
                <Payments payments=payments/>
            </div>
        </div>
    }
}

/// Show it, then order.
#[component]
fn Actions(form: Form, name: Memo<String>, as_shown: Memo<bool>) -> impl IntoView {
    let busy = Memo::new(move |_| form.state.with(|state| state.busy));
    let why = Memo::new(move |_| why_not_yet(form, &name.get(), as_shown.get()));
    let show = move |_| {
        form.try_all();
        match form.first_wrong() {
            Some(field) => browser::focus(&field::id(&field)),
            None => form.offers().show(form.thread),
        }
    };
    let problem = move || {
        form.state.with(|state| {
            state
                .problem
                .clone()
                .map(|problem| problem_text(&Failure::Problem(problem)))
        })
    };
    let shown_already = move || as_shown.get();
    view! {
        <p class="error" role="alert">{problem}</p>
        <div class="offer-actions">
            <button class="btn big" class:primary=move || why.get().is_some() disabled=move || busy.get() || form.locked() || shown_already() on:click=show>
                {move || t_with("offer.show", &[("name", &name.get())])}
            </button>
            <button
                class="btn big"
                class:primary=move || why.get().is_none()
                disabled=move || busy.get() || why.get().is_some()
                aria-describedby="offer-why-not"
                on:click=move |_| form.offers().order(form.thread)
            >
                {t("offer.order_now")}
            </button>
        </div>
        <p class="meta" id="offer-why-not" role="status">{move || why.get()}</p>
    }
}
