//! The seller invites the buyer by a link, sees what became of it and takes it back.

use super::phone;
use crate::{
    api,
    components::field::{Field, FieldKind},
    follow_up::state::FollowUps,
    locale::{
        format::{self, Moment},
        said, t, t_with,
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{ids::ThreadId, thread::join_link::Channel};
use orderline_protocol::{
    join::{JoinLinkPhase, JoinLinkView},
    socket::Command,
};

/// The card's first line, to which other places lead.
pub const INVITE_ID: &str = "invite";

/// The card.
#[component]
pub fn Invite(thread: ThreadId) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let row = follow_ups.workspace.row_signal(thread);
    let closed =
        Memo::new(move |_| row.with(|row| row.as_ref().is_none_or(|row| row.calling.closed)));
    let links = RwSignal::new(Vec::<JoinLinkView>::new());
    let sending = follow_ups.use_command();
    let (busy, problem) = (sending.busy(), sending.problem());
    let by_sms = RwSignal::new(false);
    let phone = RwSignal::new(String::new());
    let heard = phone::follow(phone.into(), Signal::stored(String::new()));
    let fetch = move || {
        spawn_local(async move {
            if let Ok(list) = api::follow_up::join_links(thread).await {
                links.try_set(list.links);
            }
        });
    };
    Effect::new(move |_| {
        follow_ups.links_changed.track();
        fetch();
    });
    let send = move |channel: Channel| {
        let command = Command::SendJoinLink {
            thread,
            channel,
            // What was shown, not what was typed.
            phone: heard
                .get_untracked()
                .number()
                .filter(|_| channel == Channel::Sms),
        };
        follow_ups.send(sending, command, move || {
            by_sms.try_set(false);
            fetch();
        });
    };
    let at_phone = Signal::derive(move || said(problem.read().as_ref(), &["phone"]));
    let revoke = move |it: &JoinLinkView| {
        let command = Command::RevokeJoinLink {
            link: it.link,
            version: it.version,
        };
        follow_ups.send(sending, command, fetch);
    };
    view! {
        <details class="card call-card invite" hidden=move || closed.get()>
            <summary id=INVITE_ID>{t("invite.title")}</summary>
            <p class="meta">{t("invite.what")}</p>
            <div class="row wrap">
                <button class="btn" disabled=move || busy.get() on:click=move |_| send(Channel::Mail)>{t("invite.mail")}</button>
                <button
                    class="btn"
                    aria-expanded=move || by_sms.get().to_string()
                    on:click=move |_| by_sms.update(|shown| *shown = !*shown)
                >
                    {t("invite.sms")}
                </button>
            </div>
            <Show when=move || by_sms.get()>
                <form
                    class="form"
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        send(Channel::Sms);
                    }
                >
                    <Field id="invite-phone".to_owned() kind=FieldKind::Phone label=t("invite.phone") value=phone error=at_phone/>
                    <p class="meta" role="status">{move || heard.read().words().unwrap_or_else(|| t("invite.phone.hint"))}</p>
                    <button
                        class="btn primary"
                        type="submit"
                        disabled=move || busy.get() || heard.read().number().is_none()
                    >
                        {t("invite.send")}
                    </button>
                </form>
            </Show>
            <p class="error" role="alert">{move || said(problem.read().as_ref(), &[])}</p>
            <ul class="planned-list">
                <For each=move || links.get() key=|it| (it.link, it.version, it.phase) let:it>
                    <One it=it revoke=revoke/>
                </For>
            </ul>
        </details>
    }
}

/// One link.
#[component]
fn One(it: JoinLinkView, revoke: impl Fn(&JoinLinkView) + Copy + 'static) -> impl IntoView {
    let open = matches!(
        it.phase,
        JoinLinkPhase::Sending | JoinLinkPhase::Sent | JoinLinkPhase::Failed
    );
    let used = it.phase == JoinLinkPhase::Used;
    let label = if used { "invite.end" } else { "invite.revoke" };
    let class = if open { "pill warn" } else { "pill" };
    let at = format::moment(it.made_at, Moment::DayTime);
    let values = [("hint", it.hint.as_str()), ("at", at.as_str())];
    let what = match it.channel {
        Channel::Mail => t_with("invite.by_mail", &values),
        Channel::Sms => t_with("invite.by_sms", &values),
    };
    view! {
        <li class="planned-one" data-phase=format!("{:?}", it.phase)>
            <p>{what} " " <span class=class>{phase(it.phase)}</span></p>
            {(open || used)
                .then(|| {
                    let it = it.clone();
                    view! { <div class="row"><button class="btn" on:click=move |_| revoke(&it)>{t(label)}</button></div> }
                })}
        </li>
    }
}

fn phase(phase: JoinLinkPhase) -> String {
    t(match phase {
        JoinLinkPhase::Sending => "invite.phase.sending",
        JoinLinkPhase::Failed => "invite.phase.failed",
        JoinLinkPhase::Sent => "invite.phase.sent",
        JoinLinkPhase::Used => "invite.phase.used",
        JoinLinkPhase::Revoked => "invite.phase.revoked",
        JoinLinkPhase::Expired => "invite.phase.expired",
    })
}
