//! No calls in this thread, and why; the seller's switch where calls are chosen or sold thread by thread (CU3).

use crate::{locale::t, realtime::use_command, thread::state::workspace::Workspace};
use leptos::prelude::*;
use orderline_domain::{
    call::rules::WhyNot,
    ids::ThreadId,
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::socket::Command;

/// Why there is no call here, for whoever takes part; a buyer is told only what concerns this thread.
#[component]
pub fn NotHere(thread: ThreadId, why: WhyNot) -> impl IntoView {
    let sells = allowed(
        Workspace::here().session.role(),
        Action::StartCall,
        Relation::Own,
    );
    if !sells && !why.is_told_to_buyers() {
        return ().into_any();
    }
    let words = t(match (why, sells) {
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
    });
    view! {
        <section class="card call-card not-here" aria-label=t("call.label")>
            <p class="meta">{words}</p>
            <CallSwitch thread=thread/>
        </section>
    }
    .into_any()
}

/// The seller's switch, where there is one.
#[component]
pub fn CallSwitch(thread: ThreadId) -> impl IntoView {
    let workspace = Workspace::here();
    let row = workspace.row_signal(thread);
    let switch = Memo::new(move |_| row.with(|row| row.as_ref()?.calling.switch));
    let may = allowed(workspace.session.role(), Action::SwitchCalls, Relation::Own);
    let sending = use_command(workspace.client);
    let (busy, problem) = (sending.busy(), sending.words());
    let set = move |on: bool| sending.send(Command::SwitchCalls { thread, on }, |_| {});
    move || {
        let switch = switch.get().filter(|_| may)?;
        let key = match (switch.paid, switch.on) {
            (false, false) => "calls.switch.choose",
            (false, true) => "calls.switch.unchoose",
            (true, false) => "calls.switch.paid",
            (true, true) => "calls.switch.unpaid",
        };
        Some(view! {
            <button class="btn" disabled=busy on:click=move |_| set(!switch.on)>{t(key)}</button>
            <p class="error" role="alert" hidden=move || problem.read().is_none()>{move || problem.get()}</p>
        })
    }
}
