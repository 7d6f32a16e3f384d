//! The question who is there, before what would hand the account or rights to somebody else.

use super::show::Show as ShowWho;
use crate::{
    api,
    components::states::{Failed, Skeleton},
    load::{Load, fetched},
    locale::t,
};
use futures::{FutureExt as _, channel::oneshot};
use leptos::{html, prelude::*};

/// Stands ready on every page, and asks when the server does.
#[component]
pub fn AskAgain() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = RwSignal::new(false);
    let waiting = StoredValue::new_local(None::<oneshot::Sender<bool>>);
    api::again::ask_by(move || {
        let (answer, answered) = oneshot::channel();
        // A question that was asked before this one is answered by its end: no.
        waiting.set_value(Some(answer));
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
            open.set(true);
        }
        answered.map(|it| it.unwrap_or(false)).boxed_local()
    });
    let end = move |shown: bool| {
        if let Some(answer) = waiting.try_update_value(Option::take).flatten() {
            // Nobody waits any more where the page went on.
            let _ = answer.send(shown);
        }
        open.set(false);
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog node_ref=dialog class="settings again" aria-labelledby="again-title" on:close=move |_| end(false)>
            <div class="row">
                <h2 id="again-title" class="grow">{t("again.title")}</h2>
                <button class="btn" on:click=move |_| end(false)>{t("call.cancel")}</button>
            </div>
            <p>{t("again.what")}</p>
            <Show when=move || open.get()>
                <Ways end=move |()| end(true)/>
            </Show>
        </dialog>
    }
}

#[component]
fn Ways(#[prop(into)] end: Callback<()>) -> impl IntoView {
    let (load, account, fetch) = fetched(|| async { api::account::look().await.map(Some) });
    view! {
        {move || match load.get() {
            Load::Loading => view! { <Skeleton shape="rows" lines=2/> }.into_any(),
            Load::Failed(failure) => view! { <Failed failure=failure retry=move |()| fetch()/> }.into_any(),
            Load::Ready => account.get().map(|account| view! { <ShowWho account=account done=end/> }).into_any(),
        }}
    }
}
