//! Confirm it is you: who came by a link to a contact that the seller gave enters a code that goes to the account's own
//! mailbox, before they order.

use crate::{
    api::{self, Failure},
    components::{
        field::{Field, FieldKind, written},
        states::{Failed, Skeleton},
    },
    locale::{
        format::{self, Moment},
        problem_text, t, t_with, text_above, text_at,
    },
    people::session::Session,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::{
    http::{AskProofCode, ProofCode, ProofView},
    problem::Code,
};

/// What the card knows and waits for. Cheap to copy.
#[derive(Clone, Copy)]
struct Proving {
    session: Session,
    seen: RwSignal<Option<Result<ProofView, Failure>>>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// The person's own address, where the account has none.
    email: RwSignal<String>,
}

impl Proving {
    fn new() -> Self {
        Self {
            session: Session::here_now(),
            seen: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            email: RwSignal::new(String::new()),
        }
    }

    fn look(self) {
        self.seen.set(None);
        spawn_local(async move {
            let seen = api::proof().await;
            if let Ok(view) = &seen {
                self.session.shown(view.proof);
            }
            self.seen.try_set(Some(seen));
        });
    }

    fn send(self) {
        let email = written(self.email);
        self.ask(api::send_proof_code(AskProofCode { email }));
    }

    fn enter(self, code: String) {
        let email = written(self.email);
        self.ask(api::prove(ProofCode { email, code }));
    }

    fn has_typed(self) -> bool {
        !self.email.read_untracked().is_empty()
    }

    /// What is wrong at a field.
    fn at(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.failure.with(|it| text_at(it.as_ref()?, field)))
    }

    fn ask(self, asked: impl Future<Output = Result<ProofView, Failure>> + 'static) {
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            match asked.await {
                Ok(view) => {
                    self.session.shown(view.proof);
                    self.seen.try_set(Some(Ok(view)));
                }
                // Another tab of this session was quicker.
                Err(why) if why.code() == Some(Code::Conflict) => self.look(),
                Err(why) => {
                    self.failure.try_set(Some(why));
                }
            }
            self.busy.try_set(false);
        });
    }
}

/// The card. It goes by itself once the session's person is known.
#[component]
pub fn ConfirmItIsYou() -> impl IntoView {
    let proving = Proving::new();
    proving.look();
    view! {
        <section class="card panel form prove" aria-labelledby="prove-title">
            <h3 id="prove-title">{t("prove.title")}</h3>
            {move || match proving.seen.get() {
                None => view! { <Skeleton shape="rows" lines=2/> }.into_any(),
                Some(Err(failure)) => {
                    view! { <Failed failure=failure retry=move |()| proving.look()/> }.into_any()
                }
                // A code that was sent to an address of before the page was loaded is asked for anew.
                Some(Ok(ProofView { asks_address: true, code_until: Some(until), .. })) if proving.has_typed() => {
                    let until = format::moment(until, Moment::Time);
                    let hint = proving.email.get_untracked();
                    view! { <Enter proving=proving hint=hint until=until/> }.into_any()
                }
                Some(Ok(ProofView { asks_address: true, .. })) => view! { <AskAddress proving=proving/> }.into_any(),
                Some(Ok(ProofView { hint: None, .. })) => {
                    view! { <p role="status">{t("prove.no_mail")}</p> }.into_any()
                }
                Some(Ok(ProofView { hint: Some(hint), code_until: None, .. })) => {
                    view! { <Ask proving=proving hint=hint/> }.into_any()
                }
                Some(Ok(ProofView { hint: Some(hint), code_until: Some(until), .. })) => {
                    let until = format::moment(until, Moment::Time);
                    view! { <Enter proving=proving hint=hint until=until/> }.into_any()
                }
            }}
        </section>
    }
}

/// Why, and the button that sends a code.
#[component]
fn Ask(proving: Proving, hint: String) -> impl IntoView {
    let failure = proving.failure;
    let above = move || failure.with(|it| it.as_ref().map(problem_text));
    view! {
        <p>{t_with("prove.why", &[("hint", &hint)])}</p>
        <p class="error" role="alert">{above}</p>
        <button class="btn primary" disabled=move || proving.busy.get() on:click=move |_| proving.send()>
            {t("prove.send")}
        </button>
    }
}

/// The account has no address that is its person's own word: they type one, and a code goes there.
#[component]
fn AskAddress(proving: Proving) -> impl IntoView {
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        proving.send();
    };
    let above = move || proving.failure.with(|it| text_above(it.as_ref()?));
    view! {
        <p>{t("prove.why_typed")}</p>
        <form class="form" on:submit=send novalidate>
            <Field
                id="prove-email".to_owned()
                kind=FieldKind::Contact
                label=t("prove.email")
                value=proving.email
                error=proving.at("email")
            />
            <p class="error" role="alert">{above}</p>
            <button class="btn primary" type="submit" disabled=move || proving.busy.get()>{t("prove.send")}</button>
        </form>
    }
}

/// The code that was sent is entered here.
#[component]
fn Enter(proving: Proving, hint: String, until: String) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let failure = proving.failure;
    let above = move || failure.with(|it| text_above(it.as_ref()?));
    let enter = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        proving.enter(code.get_untracked());
    };
    view! {
        <p role="status">{t_with("prove.sent", &[("hint", &hint), ("until", &until)])}</p>
        <form class="form" on:submit=enter novalidate>
            <Field id="prove-code".to_owned() kind=FieldKind::Code label=t("prove.code") value=code error=proving.at("code")/>
            <p class="error" role="alert">{above}</p>
            <button class="btn primary" type="submit" disabled=move || proving.busy.get()>{t("prove.enter")}</button>
            <button class="btn quiet" type="button" disabled=move || proving.busy.get() on:click=move |_| proving.send()>
                {t("prove.send_again")}
            </button>
        </form>
    }
}
