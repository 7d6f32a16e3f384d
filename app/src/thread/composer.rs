//! Where a message is written.

use super::state::{
    rows::other,
    thread::{ThreadState, ThreadStateStoreFields},
    workspace::Workspace,
};
use crate::locale::{format, t, t_with};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use orderline_domain::{
    call::rules::WhyNot,
    ids::ThreadId,
    people::roles::{Action, Relation, allowed},
    text::{BadText, MAX_MESSAGE_CHARS, MessageText},
    thread::contact::{self, ContactKind, ContactPolicy},
    vendor::state::Shut,
};
use reactive_stores::Store;

/// From how many characters on the room that is left is shown.
const SHOW_ROOM_FROM: usize = MAX_MESSAGE_CHARS - 400;

/// The field and its button; for those who only read along, a line that says so.
#[component]
pub fn Composer(thread: ThreadId, state: Store<ThreadState>) -> impl IntoView {
    let workspace = Workspace::here();
    let me = workspace.session.user();
    let may = move || {
        let takes_part = state.people().read().iter().any(|person| person.user == me);
        let relation = if takes_part {
            Relation::Own
        } else {
            Relation::Foreign
        };
        allowed(workspace.session.role(), Action::SendMessage, relation)
    };
    let row = workspace.row_signal(thread);
    let over = Memo::new(move |_| {
        row.with(|row| {
            let calling = &row.as_ref()?.calling;
            match calling.why_not.and_then(WhyNot::shut) {
                Some(Shut::Suspended) => Some("composer.vendor_suspended"),
                Some(Shut::Closed) => Some("composer.vendor_closed"),
                None => calling.closed.then_some("composer.closed"),
            }
        })
    });
    move || {
        if may()
            && let Some(why) = over.get()
        {
            view! { <p class="read-only meta">{t(why)}</p> }.into_any()
        } else if may() {
            view! { <Field thread=thread state=state/> }.into_any()
        } else {
            view! { <p class="read-only meta">{t("composer.read_only")}</p> }.into_any()
        }
    }
}

#[component]
fn Field(thread: ThreadId, state: Store<ThreadState>) -> impl IntoView {
    let workspace = Workspace::here();
    let node = NodeRef::<html::Textarea>::new();
    let error = RwSignal::new(None::<String>);
    // The last message held contact that leads away (CU9); said until something else is written.
    let noticed = RwSignal::new(None::<String>);
    let policy = move || {
        workspace
            .row(thread)
            .map(|row| row.calling.contact)
            .unwrap_or_default()
    };
    let me = workspace.session.user();
    let name = other(&state.people().read_untracked(), me)
        .map(|person| person.name.clone())
        .unwrap_or_default();
    let label = t_with("composer.label", &[("name", &name)]);
    let send = move || {
        // In a statement of its own: what is read here is written below.
        let text = MessageText::new(&state.draft().read_untracked());
        match text {
            Ok(text)
                if policy() == ContactPolicy::Block
                    && !contact::kinds(text.as_str()).is_empty() =>
            {
                noticed.set(None);
                error.set(Some(contact_words("composer.contact.block", text.as_str())));
            }
            Ok(text) => {
                let warn =
                    policy() == ContactPolicy::Warn && !contact::kinds(text.as_str()).is_empty();
                noticed.set(warn.then(|| contact_words("composer.contact.warn", text.as_str())));
                error.set(None);
                state.draft().set(String::new());
                workspace.send_message(thread, text.into());
            }
            Err(BadText::Empty) => error.set(None),
            Err(BadText::TooLong { max }) => {
                let most = format::number(i64::try_from(max).unwrap_or(i64::MAX));
                error.set(Some(t_with("composer.too_long", &[("most", &most)])));
            }
            Err(
                BadText::ControlCharacter
                | BadText::TooShort { .. }
                | BadText::Nameless
                | BadText::NoAddress
                | BadText::NoNumber
                | BadText::NoCountry
                | BadText::NoVatId,
            ) => error.set(Some(t("composer.control_character"))),
        }
        if let Some(field) = node.get_untracked() {
            let _ = field.focus();
        }
    };
    let key = move |event: KeyboardEvent| {
        // While a word is composed (Japanese, Chinese …), Enter belongs to the input method.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let input = move |event: leptos::ev::Event| {
        state.draft().set(event_target_value(&event));
        if error.read_untracked().is_some() {
            error.set(None);
        }
        if noticed.read_untracked().is_some() {
            noticed.set(None);
        }
        workspace.typing(thread);
    };
    let room = move || {
        let used = state.draft().read().chars().count();
        (used >= SHOW_ROOM_FROM).then(|| {
            let left = i64::try_from(MAX_MESSAGE_CHARS).unwrap_or(0)
                - i64::try_from(used).unwrap_or(i64::MAX);
            t_with("composer.room", &[("left", &format::number(left))])
        })
    };
    view! {
        <form
            class="compose card"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <textarea
                id="composer"
                node_ref=node
                rows="1"
                placeholder=label.clone()
                aria-label=label
                aria-describedby="composer-note"
                aria-invalid=move || error.read().is_some().then_some("true")
                prop:value=move || state.draft().get()
                on:input=input
                on:keydown=key
            ></textarea>
            <button class="btn primary" type="submit">{t("composer.send")}</button>
            <p id="composer-note" class="note" role="status">
                {move || error.get().or_else(|| noticed.get()).or_else(room)}
            </p>
        </form>
    }
}

/// Why contact stays here, with what was found.
fn contact_words(key: &'static str, text: &str) -> String {
    let what: Vec<String> = contact::kinds(text)
        .into_iter()
        .map(|kind| {
            t(match kind {
                ContactKind::Phone => "composer.contact.phone",
                ContactKind::Email => "composer.contact.email",
                ContactKind::Service => "composer.contact.service",
            })
        })
        .collect();
    t_with(key, &[("what", &what.join(", "))])
}
