//! How a page starts: texts, then who is signed in, then the page or the sign-in.

use crate::{
    account::{again::AskAgain, gate::SecondFactorPage},
    api::{self, Failure},
    browser,
    components::{language::LanguageChoice, states::StartFailed},
    locale,
    people::{session::Session, sign_in::SignInPage},
};
use leptos::prelude::*;
use orderline_domain::people::roles::Entry;
use orderline_protocol::{http::Me, problem::Code};
use std::time::Duration;

/// After this long the first page has taken what was asked for beside its code.
const ASKED_KEPT: Duration = Duration::from_secs(2);

/// Starts the entry; `page` draws it for a signed-in person, `door` what stands at a path that is open to anybody.
pub fn start(entry: Entry, door: fn(&str) -> Option<AnyView>, page: fn() -> AnyView) {
    console_error_panic_hook::set_once();
    // Leptos's own executor stands only once something is mounted.
    wasm_bindgen_futures::spawn_local(async move {
        if let Err(why) = locale::load(&format!("/a/{}/", entry.name())).await {
            // Without texts there is nothing to say it with; the page has brought its own sentence.
            leptos::logging::error!("{why}");
            browser::fail_shell();
            return;
        }
        // A link that was opened leads where it leads, whoever is signed in here.
        let path = window().location().pathname().unwrap_or_default();
        if is_door(&path) {
            draw(move || with_languages(door(&path)));
            return;
        }
        match api::me().await {
            Ok(me) if me.needs_second_factor => {
                draw(|| with_languages(view! { <SecondFactorPage/> <AskAgain/> }));
            }
            Ok(me) if belongs_here(&me, entry) => mount(me, entry, page),
            // A link that somebody else was sent, or an entry that is no more one's own.
            Ok(me) => browser::leave_for(&elsewhere(&me, &path)),
            Err(failure) if failure.code() == Some(Code::SignInNeeded) => {
                draw(|| with_languages(view! { <SignInPage/> }));
            }
            // The address names a capacity that this person does not have, or has no more.
            Err(failure) if failure.code() == Some(Code::NotFound) => browser::leave_for("/"),
            Err(failure) => mount_failure(failure),
        }
    });
}

/// What is open to anybody lies beside the entries' own pages.
fn is_door(path: &str) -> bool {
    path != "/" && Entry::of_path(path).is_none()
}

fn draw<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) {
    browser::remove_shell();
    leptos::mount::mount_to_body(view);
    set_timeout(api::asked::forget, ASKED_KEPT);
}

/// What stands before anybody is known here, with the languages that it can be read in.
fn with_languages(page: impl IntoView) -> impl IntoView {
    view! {
        {page}
        <footer class="start-foot"><LanguageChoice/></footer>
    }
}

/// Tells what the page is read in, so that mails and what is read out in calls follow it.
fn tell_language(me: &Me) {
    let language = locale::language();
    if me.language != language {
        wasm_bindgen_futures::spawn_local(async move {
            // Told again by the next page; until then mails go on as before.
            let _ = api::read_in(language, false).await;
        });
    }
}

fn mount(me: Me, entry: Entry, page: fn() -> AnyView) {
    tell_language(&me);
    draw(move || {
        let session = Session::new(me, entry);
        session.follow_history();
        provide_context(session);
        view! {
            {page()}
            <AskAgain/>
        }
    });
}

fn mount_failure(failure: Failure) {
    draw(move || view! { <StartFailed failure=failure/> });
}

fn belongs_here(me: &Me, entry: Entry) -> bool {
    me.person.role.entry() == entry
}

/// The same page of the entry that this person works in.
fn elsewhere(me: &Me, path: &str) -> String {
    let root = me.person.role.entry().root();
    let page = Entry::of_path(path).and_then(|entry| path.strip_prefix(entry.root()));
    let query = window().location().search().unwrap_or_default();
    format!("{root}{}{query}", page.unwrap_or_default())
}
