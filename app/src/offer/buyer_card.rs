//! The offer on the buyer's page: the same numbers as the seller types them, and the one button.

use super::{
    lately::follow,
    seen::{Seen, seen},
    state::{Change, Facts, OfferState as Offer, Offers},
    summary::{Payments, Total},
    words,
};
use crate::{
    api::Failure,
    locale::{country, problem_text, t, t_with},
    order::{acceptance::panel::WrittenAcceptance, card::OrderCard},
    people::prove::ConfirmItIsYou,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::ThreadId, order::OrderState, people::roles::Action, vendor::function::Function,
};

/// The offer of a thread, or the order that came of it; nothing while there is neither.
#[component]
pub fn BuyerOffer(thread: ThreadId) -> impl IntoView {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let order = Memo::new(move |_| state.with(|state| state.order.clone()));
    let begun = Memo::new(move |_| {
        state.with(|state| state.draft.product.is_some() || state.shown.is_some())
    });
    move || {
        if let Some(order) = order.get() {
            if order.state == OrderState::AwaitingWrittenConfirmation {
                view! { <WrittenAcceptance order=order.order/> }.into_any()
            } else {
                view! { <OrderCard order=order/> }.into_any()
            }
        } else if begun.get() {
            view! { <Card thread=thread/> }.into_any()
        } else {
            view! { <p class="meta call-hint">{t("offer.none_yet")}</p> }.into_any()
        }
    }
}

#[component]
fn Card(thread: ThreadId) -> impl IntoView {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let seen = seen(thread);
    let lately = follow(seen);
    let has = move |what: fn(&Change) -> bool| {
        Signal::derive(move || lately.changes.with(|it| it.iter().any(what)))
    };
    let product_changed = has(|change| matches!(change, Change::Product(_) | Change::Count { .. }));
    let total_changed = has(|change| matches!(change, Change::Total(_)));
    let method_changed = has(|change| matches!(change, Change::Method(_)));
    let address_changed = has(|change| matches!(change, Change::Address));
    let quantity_changed = has(|change| matches!(change, Change::Quantity(_)));
    let payments = Signal::derive(move || seen.with(|seen| seen.facts.payments.clone()));
    let fact = move |get: fn(&Facts) -> Option<String>| move || seen.with(|seen| get(&seen.facts));
    view! {
        <section class="card offer buyer-offer" aria-labelledby="offer-title">
            <div class="row spread wrap">
                <h2 id="offer-title">{t("offer.yours")}</h2>
                <Revision state=state seen=seen/>
            </div>
            <div class="offer-what" class:changed=product_changed>
                <b>{fact(|facts| facts.product.clone())}</b>
                <span class="meta">{fact(|facts| words::rhythm(facts.payments.len(), facts.interval))}</span>
            </div>
            <p class="meta" class:changed=quantity_changed>
                {fact(|facts| {
                    facts.quantity.filter(|it| *it > 1).map(|it| t_with("offer.units", &[("quantity", &it.to_string())]))
                })}
            </p>
            <p class="meta" hidden=move || !payments.with(Vec::is_empty)>{t("offer.buyer_waits")}</p>
            <div hidden=move || payments.with(Vec::is_empty)>
                <Payments payments=payments changed=lately.payments/>
                <p class="meta" class:changed=method_changed>
                    {fact(|facts| facts.method.map(|it| t_with("offer.you_pay", &[("method", &words::method(it))])))}
                </p>
            </div>
            <Address seen=seen changed=address_changed/>
            <Partner seen=seen/>
            <p class="offer-said" aria-live="polite">{move || lately.sentence.get()}</p>
            <div class="offer-sticky">
                {move || {
                    seen.with(|seen| {
                        seen.preview
                            .as_ref()
                            .map(|it| {
                                view! { <Total total=it.schedule.total vat=it.vat rate=it.vat_rate changed=total_changed/> }
                            })
                    })
                }}
                <Confirm thread=thread state=state seen=seen/>
            </div>
        </section>
    }
}

/// Which revision it is, or that it is still being written.
#[component]
fn Revision(state: RwSignal<Offer>, seen: Memo<Seen>) -> impl IntoView {
    let words = move || {
        state.with(|state| match &state.shown {
            Some(shown) if seen.with(|seen| seen.as_shown) => {
                t_with("offer.revision", &[("number", &shown.number.to_string())])
            }
            _ => t("offer.being_written"),
        })
    };
    view! { <span class="pill" role="status">{words}</span> }
}

#[component]
fn Address(seen: Memo<Seen>, changed: Signal<bool>) -> impl IntoView {
    let lines = move || seen.with(|seen| words::address(seen.facts.address.clone()));
    view! {
        <div hidden=move || seen.with(|seen| seen.facts.address.is_empty())>
            <h3>{t("offer.billed_to")}</h3>
            <p class="meta" class:changed=changed>{lines}</p>
        </div>
    }
}

/// With whom the contract is made, and whose terms apply (CC3).
#[component]
fn Partner(seen: Memo<Seen>) -> impl IntoView {
    let contracting = Memo::new(move |_| seen.with(|seen| seen.contracting.clone()));
    move || {
        contracting.get().map(|it| {
            let terms = t_with(
                "offer.terms",
                &[("company", &it.terms_of), ("version", &it.terms_version)],
            );
            view! {
                <p class="meta">
                    {t_with("offer.partner", &[("partner", &it.contractual_partner)])} " · " {terms}
                </p>
            }
        })
    }
}

/// The button for exactly the revision that stands above it, or why there is none.
#[component]
fn Confirm(thread: ThreadId, state: RwSignal<Offer>, seen: Memo<Seen>) -> impl IntoView {
    let offers = Offers::here();
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let row = workspace.row_signal(thread);
    let seller = move || {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| row.other(me))
                .map(|person| person.name.clone())
        })
        .unwrap_or_default()
    };
    let confirmed = Memo::new(move |_| state.with(Offer::is_confirmed));
    let session = workspace.session;
    let proven = Memo::new(move |_| session.is_proven_for(Action::ConfirmOffer));
    let sells = workspace.can_use(thread, Function::PhoneSales);
    let can = Memo::new(move |_| {
        sells.get()
            && seen.with(|seen| seen.as_shown)
            && state.with(|state| state.shown.is_some())
            && !confirmed.get()
    });
    let in_writing = move |yes, no| {
        t(if state.with(|state| state.in_writing) {
            yes
        } else {
            no
        })
    };
    let words = move || {
        if !sells.get() {
            t("offer.phone_sales_off")
        } else if !seen.with(|seen| seen.as_shown) {
            t_with("offer.confirm.changing", &[("name", &seller())])
        } else if confirmed.get() {
            t_with("offer.confirm.done", &[("name", &seller())])
        } else if !proven.get() {
            // Who says who they are has not ordered by that.
            t("offer.confirm.after_proof")
        } else {
            in_writing("offer.confirm.hint.in_writing", "offer.confirm.hint")
        }
    };
    let problem = move || {
        state.with(|state| {
            state
                .problem
                .clone()
                .map(|problem| problem_text(&Failure::Problem(problem)))
        })
    };
    // A changed country changes which law holds: it is said before it is confirmed.
    let elsewhere = move || {
        let own = state.with(|state| state.own_country.clone())?;
        Some(t_with(
            "offer.confirm.country",
            &[("own", &country::name(&own))],
        ))
    };
    view! {
        <p class="error" role="alert">{problem}</p>
        <p class="note" role="status">{elsewhere}</p>
        <Show when=move || can.get() && !proven.get()>
            <ConfirmItIsYou/>
        </Show>
        <button
            class="btn primary big"
            hidden=move || !(can.get() && proven.get())
            disabled=move || state.with(|state| state.busy)
            on:click=move |_| offers.confirm(thread)
        >
            {move || in_writing("offer.confirm.in_writing", "offer.confirm")}
        </button>
        <p class="meta" role="status">{words}</p>
    }
}
