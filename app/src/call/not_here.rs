//! No calls in this thread, why and by whose rule; the seller's switches where calls are chosen or sold thread by thread
//! (CU3).

use crate::{
    locale::{format, t, t_with},
    realtime::use_command,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_domain::{
    call::rules::{Whose, WhyNot},
    ids::ThreadId,
    people::{
        roles::{Action, Relation, allowed},
        side::Side,
    },
};
use orderline_protocol::{calling::CallingView, socket::Command};

/// Why there is no call here, for whoever takes part; a buyer is told only what concerns this thread.
#[component]
pub fn NotHere(thread: ThreadId, why: WhyNot) -> impl IntoView {
    let workspace = Workspace::here();
    let sells = allowed(workspace.session.role(), Action::StartCall, Relation::Own);
    if !sells && !why.is_told_to_buyers() {
        return ().into_any();
    }
    let row = workspace.row_signal(thread);
    let words = move || {
        let row = row.read();
        let row = row.as_ref()?;
        let reason = reason(why, sells, &row.calling);
        let mut people = row.people.iter();
        let seller = people.find(|person| Side::of(person.role) == Side::Seller);
        let rule = match row.calling.whose {
            _ if !is_rule(why) => None,
            Whose::Vendor if sells => Some(t("calls.whose.shop.seller")),
            Whose::Vendor => Some(t("calls.whose.shop.buyer")),
            Whose::Seller => seller.map(|it| {
                if it.user == workspace.session.user() {
                    t("calls.whose.own")
                } else {
                    t_with("calls.whose.seller", &[("name", &it.name)])
                }
            }),
        };
        Some(rule.map_or_else(|| reason.clone(), |rule| format!("{reason} {rule}")))
    };
    view! {
        <section class="card call-card not-here" aria-label=t("call.label")>
            <p class="meta">{words}</p>
            <CallSwitches thread=thread/>
        </section>
    }
    .into_any()
}

/// Whether somebody's rule says so.
const fn is_rule(why: WhyNot) -> bool {
    match why {
        WhyNot::SwitchedOff
        | WhyNot::NotAtThisStage
        | WhyNot::NotChosen
        | WhyNot::NotPaid
        | WhyNot::BelowValue => true,
        WhyNot::NotOnPlan
        | WhyNot::FunctionOff
        | WhyNot::ThreadClosed
        | WhyNot::VendorSuspended
        | WhyNot::VendorClosed => false,
    }
}

fn reason(why: WhyNot, sells: bool, calling: &CallingView) -> String {
    let key = match (why, sells) {
        (WhyNot::BelowValue, _) => {
            let least = calling.least.as_ref().map(format::money);
            return t_with("calls.why.value", &[("amount", &least.unwrap_or_default())]);
        }
        (WhyNot::NotOnPlan, _) => "calls.why.not_on_plan",
        (WhyNot::FunctionOff, _) => "calls.why.function_off",
        (WhyNot::SwitchedOff, _) => "calls.why.switched_off",
        (WhyNot::NotAtThisStage, true) => "calls.why.stage.seller",
        (WhyNot::NotAtThisStage, false) => "calls.why.stage.buyer",
        (WhyNot::NotChosen, true) => "calls.why.chosen.seller",
        (WhyNot::NotChosen, false) => "calls.why.chosen.buyer",
        (WhyNot::NotPaid, true) => "calls.why.paid.seller",
        (WhyNot::NotPaid, false) => "calls.why.paid.buyer",
        (WhyNot::ThreadClosed, _) => "calls.why.closed",
        (WhyNot::VendorSuspended | WhyNot::VendorClosed, _) => "calls.why.vendor",
    };
    t(key)
}

/// The seller's switches, where there are any.
#[component]
pub fn CallSwitches(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let row = workspace.row_signal(thread);
    let switches = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| row.calling.switches.clone()))
            .unwrap_or_default()
    });
    let may = allowed(workspace.session.role(), Action::SwitchCalls, Relation::Own);
    let sending = use_command(workspace.client);
    let (busy, problem) = (sending.busy(), sending.words());
    let set = move |paid, on| sending.send(Command::SwitchCalls { thread, paid, on }, |_| {});
    let button = move |(paid, on): (bool, bool)| {
        let key = match (paid, on) {
            (false, false) => "calls.switch.choose",
            (false, true) => "calls.switch.unchoose",
            (true, false) => "calls.switch.paid",
            (true, true) => "calls.switch.unpaid",
        };
        view! { <button class="btn" disabled=busy on:click=move |_| set(paid, !on)>{t(key)}</button> }
    };
    may.then(|| {
        view! {
            {move || switches.get().into_iter().map(|it| button((it.paid, it.on))).collect_view()}
            <p class="error" role="alert" hidden=move || problem.read().is_none()>{move || problem.get()}</p>
        }
    })
}
