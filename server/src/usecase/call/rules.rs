//! Who may call: what a vendor sets, what is switched in a thread, and closing it (CU1, CU2, CU3, CU9).

use crate::{
    auth,
    failure::Failure,
    store::{
        Tx,
        call::{self, settings as store},
    },
    usecase::{AfterCommit, Cx, Query, call::standing},
};
use orderline_domain::{
    call::rules::{WhyNot, may_call, switches},
    ids::{CallId, ThreadId},
    people::roles::{Action, Relation},
    text::MessageText,
    thread::EventBody,
    vendor::function::Off,
};
use orderline_protocol::{
    http::{CallingSettings, SetCalling},
    problem::Code,
    socket::CommandResult,
};

/// Whether there can be a call in this thread.
pub async fn allow_call(tx: &mut Tx, thread: ThreadId) -> Result<(), Failure> {
    let standing = store::of_threads(tx, &[thread]).await?.pop();
    let standing = standing.ok_or(Code::NotFound)?;
    may_call(standing.vendor, standing.seller, &standing.calling)
        .map_err(|no| code_of(no.why).into())
}

/// The code of a reason, stable for clients.
pub const fn code_of(why: WhyNot) -> Code {
    match why {
        WhyNot::NotOnPlan => Code::CallsNotOnPlan,
        WhyNot::FunctionOff | WhyNot::SwitchedOff => Code::CallsOff,
        WhyNot::NotAtThisStage => Code::CallsNotAtThisStage,
        WhyNot::NotChosen => Code::CallsNotChosen,
        WhyNot::NotPaid => Code::CallsNotPaid,
        WhyNot::BelowValue => Code::CallsBelowValue,
        WhyNot::ThreadClosed => Code::ThreadClosed,
        WhyNot::VendorSuspended => Code::VendorSuspended,
        WhyNot::VendorClosed => Code::VendorClosed,
    }
}

/// What the actor's vendor has set.
pub async fn settings(query: &mut Query<'_>) -> Result<CallingSettings, Failure> {
    auth::authorise(query.actor, Action::ReadCallingRules, Relation::Own)?;
    let settings = store::settings(&mut query.tx)
        .await?
        .ok_or(Code::NotFound)?;
    Ok(view(settings))
}

/// Sets who may call and what happens to contact. Whoever looks at a thread hears of it.
pub async fn set(cx: &mut Cx<'_>, wish: &SetCalling) -> Result<CallingSettings, Failure> {
    auth::authorise(cx.actor, Action::EditCallingRules, Relation::Own)?;
    let now = cx.now;
    let before = store::settings(&mut cx.tx).await?.ok_or(Code::NotFound)?;
    let new = store::NewSettings {
        vendor: cx.actor.vendor,
        rule: wish.rule.checked(before.currency)?,
        contact: wish.contact,
        from: wish.version,
        at: now,
        by: cx.actor.user,
    };
    if !store::save(&mut cx.tx, &new).await? {
        return Err(Code::Conflict.into());
    }
    let settings = store::settings(&mut cx.tx).await?.ok_or(Code::NotFound)?;
    let changed = AfterCommit::VendorSet(cx.actor.vendor);
    cx.news.after.push(changed);
    Ok(view(settings))
}

fn view(settings: store::Settings) -> CallingSettings {
    CallingSettings {
        on_plan: settings.vendor.off != Some(Off::NotOnPlan),
        currency: settings.currency,
        rule: settings.vendor.rule,
        contact: settings.contact,
        version: settings.version,
        changed_at: settings.changed_at,
        changed_by: settings.changed_by,
    }
}

/// The seller switches calls on or off in a thread, where its rules choose or sell them thread by thread.
pub async fn switch_calls(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    paid: bool,
    on: bool,
) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::SwitchCalls, thread).await?;
    let standing = store::of_threads(&mut cx.tx, &[thread]).await?.pop();
    let standing = standing.ok_or(Code::NotFound)?;
    let is_there = switches(standing.vendor.rule, standing.seller).any(|it| it == paid);
    if !is_there || !store::switch(&mut cx.tx, thread, paid, on).await? {
        return Err(Code::Conflict.into());
    }
    standing::tell(cx, thread, &EventBody::CallsSwitched { on, paid }).await
}

/// Closes a thread, or opens it again. A call that lives in it goes on to its end.
pub async fn set_open(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    open: bool,
) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::CloseThread, thread).await?;
    let closed_at = (!open).then_some(cx.now);
    let body = if open {
        EventBody::ThreadReopened
    } else {
        EventBody::ThreadClosed
    };
    if !store::set_closed(&mut cx.tx, thread, closed_at).await? {
        return Err(Code::Conflict.into());
    }
    standing::tell(cx, thread, &body).await
}

/// The seller writes what was said in a call (CU6); once for each call.
pub async fn summarise_call(
    cx: &mut Cx<'_>,
    call: CallId,
    text: &str,
) -> Result<CommandResult, Failure> {
    let record = call::find(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::SummariseCall, record.thread).await?;
    if !record.state.was_held() {
        return Err(Code::Conflict.into());
    }
    let text = MessageText::new(text).map_err(|bad| bad.at("text"))?;
    let vendor = cx.actor.vendor;
    if !store::summarised(&mut cx.tx, vendor, call, cx.actor.user, cx.now).await? {
        return Err(Code::Conflict.into());
    }
    standing::tell(cx, record.thread, &EventBody::CallSummarised { call, text }).await
}
