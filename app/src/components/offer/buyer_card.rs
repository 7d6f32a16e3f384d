//! The offer on the buyer's page: the same numbers as the seller types them, and the one button.

use super::{
    country,
    order_card::OrderCard,
    summary::{Payments, Total},
    words,
};
use crate::{
    api::Failure,
    locale::{problem_text, t, t_with},
    state::{
        Offers, Workspace,
        offer::{Change, Facts, OfferState, changes},
    },
};
use leptos::prelude::*;
use orderline_domain::{ids::ThreadId, offer::Preview, product::Contracting, schedule::Payment};
use std::{collections::BTreeSet, time::Duration};

/// How long a change stays highlighted.
const HIGHLIGHT: Duration = Duration::from_secs(5);
/// A change is said once the typing rests this long.
const SAID_AFTER: Duration = Duration::from_millis(900);

/// The offer of a thread, or the order that came of it; nothing while there is neither.
#[component]
pub fn BuyerOffer(thread: ThreadId) -> impl IntoView {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let order = Memo::new(move |_| state.with(|state| state.order.clone()));
    let begun = Memo::new(move |_| state.with(|state| state.draft.product.is_some() || state.shown.is_some()));
    move || {
        if let Some(order) = order.get() {
            view! { <OrderCard order=order/> }.into_any()
        } else if begun.get() {
            view! { <Card thread=thread/> }.into_any()
        } else {
            view! { <p class="meta call-hint">{t("offer.none_yet")}</p> }.into_any()
        }
    }
}

/// What the card shows, live or as it was shown last.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    facts: Facts,
    preview: Option<Preview>,
    contracting: Option<Contracting>,
    /// It is exactly the revision that was shown for confirmation.
    as_shown: bool,
}

fn seen(thread: ThreadId) -> Memo<Seen> {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let computed = offers.computed(thread);
    let preview = offers.preview(thread);
    let catalogue = offers.catalogue();
    Memo::new(move |_| {
        let as_shown = computed.with(|computed| state.with(|state| state.says_what_was_shown(computed.as_ref().map_err(Vec::as_slice))));
        state.with(|state| {
            catalogue.with(|catalogue| {
                let product = state.draft.product.and_then(|id| catalogue.product(id));
                if product.is_none()
                    && let Some(shown) = &state.shown
                {
                    // Without the catalogue nothing is computed here; what was shown for confirmation stands.
                    return from_shown(shown);
                }
                let preview = preview.with(|preview| preview.clone().ok());
                Seen {
                    facts: Facts::of(&state.draft, catalogue, preview.as_ref()),
                    preview,
                    contracting: product.map(|product| product.contracting.clone()),
                    as_shown,
                }
            })
        })
    })
}

fn from_shown(shown: &orderline_protocol::view::RevisionView) -> Seen {
    let content = &shown.content;
    let draft = orderline_domain::offer::Draft {
        method: Some(content.method),
        buyer: content.buyer.clone(),
        ..orderline_domain::offer::Draft::default()
    };
    let preview = Preview {
        terms: content.terms.clone(),
        schedule: content.schedule.clone(),
        vat_rate: content.vat_rate,
        vat: content.vat,
    };
    let facts = Facts {
        product: Some(content.product_name.clone()),
        plan: Some(content.plan_label.clone()),
        ..Facts::of(&draft, &orderline_domain::product::Catalogue::default(), Some(&preview))
    };
    Seen { facts, preview: Some(preview), contracting: Some(content.contracting.clone()), as_shown: true }
}

/// What changed lately.
#[derive(Clone, Copy)]
struct Lately {
    changes: RwSignal<Vec<Change>>,
    payments: RwSignal<BTreeSet<u16>>,
    sentence: RwSignal<String>,
}

/// Follows the facts: highlights at once, says it when the typing rests.
fn follow(seen: Memo<Seen>) -> Lately {
    let lately = Lately {
        changes: RwSignal::new(Vec::new()),
        payments: RwSignal::new(BTreeSet::new()),
        sentence: RwSignal::new(String::new()),
    };
    let said = StoredValue::new(None::<Facts>);
    let turn = StoredValue::new(0_u64);
    Effect::new(move |before: Option<Facts>| {
        let now = seen.with(|seen| seen.facts.clone());
        let Some(before) = before else {
            said.set_value(Some(now.clone()));
            return now;
        };
        let found = changes(&before, &now);
        if !found.is_empty() {
            lately.payments.set(differing(&before.payments, &now.payments));
            lately.changes.set(found);
            let this = turn.get_value() + 1;
            turn.set_value(this);
            // The card may be gone by then; its values are asked for, never assumed.
            set_timeout(
                move || {
                    if turn.try_get_value() == Some(this) {
                        let now = seen.try_with_untracked(|seen| seen.facts.clone()).unwrap_or_default();
                        let before = said.try_get_value().flatten().unwrap_or_default();
                        let words: Vec<String> = changes(&before, &now).iter().map(words::change).collect();
                        lately.sentence.set(words.join(" "));
                        said.set_value(Some(now));
                    }
                },
                SAID_AFTER,
            );
            set_timeout(
                move || {
                    if turn.try_get_value() == Some(this) {
                        lately.changes.set(Vec::new());
                        lately.payments.set(BTreeSet::new());
                    }
                },
                HIGHLIGHT,
            );
        }
        now
    });
    lately
}

fn differing(before: &[Payment], now: &[Payment]) -> BTreeSet<u16> {
    now.iter().filter(|payment| !before.contains(payment)).map(|payment| payment.number).collect()
}

#[component]
fn Card(thread: ThreadId) -> impl IntoView {
    let offers = Offers::here();
    let state = offers.of_thread(thread);
    let seen = seen(thread);
    let lately = follow(seen);
    let has = move |what: fn(&Change) -> bool| Signal::derive(move || lately.changes.with(|it| it.iter().any(what)));
    let product_changed = has(|change| matches!(change, Change::Product(_) | Change::Plan(_)));
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
                <span class="meta">{fact(|facts| facts.plan.clone())}</span>
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
fn Revision(state: RwSignal<OfferState>, seen: Memo<Seen>) -> impl IntoView {
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
    let lines = move || {
        seen.with(|seen| {
            let mut lines = seen.facts.address.clone();
            if let Some(last) = lines.last_mut()
                && orderline_domain::country::is_country(last)
            {
                *last = country::name(last);
            }
            lines.join(" · ")
        })
    };
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
            let terms = t_with("offer.terms", &[("company", &it.terms_of), ("version", &it.terms_version)]);
            view! {
                <p class="meta">
                    {t_with("offer.partner", &[("partner", &it.contractual_partner)])} " " {terms}
                </p>
            }
        })
    }
}

/// The button for exactly the revision that stands above it, or why there is none.
#[component]
fn Confirm(thread: ThreadId, state: RwSignal<OfferState>, seen: Memo<Seen>) -> impl IntoView {
    let offers = Offers::here();
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let row = workspace.row_signal(thread);
    let seller = move || {
        row.with(|row| row.as_ref().and_then(|row| row.other(me)).map(|person| person.name.clone())).unwrap_or_default()
    };
    let confirmed = Memo::new(move |_| state.with(OfferState::is_confirmed));
    let can = Memo::new(move |_| {
        seen.with(|seen| seen.as_shown) && state.with(|state| state.shown.is_some()) && !confirmed.get()
    });
    let words = move || {
        if !seen.with(|seen| seen.as_shown) {
            t_with("offer.confirm.changing", &[("name", &seller())])
        } else if confirmed.get() {
            t_with("offer.confirm.done", &[("name", &seller())])
        } else {
            t("offer.confirm.hint")
        }
    };
    let problem = move || {
        state.with(|state| state.problem.clone().map(|problem| problem_text(&Failure::Problem(problem))))
    };
    view! {
        <p class="error" role="alert">{problem}</p>
        <button
            class="btn primary big"
            hidden=move || !can.get()
            disabled=move || state.with(|state| state.busy)
            on:click=move |_| offers.confirm(thread)
        >
            {t("offer.confirm")}
        </button>
        <p class="meta" role="status">{words}</p>
    }
}
