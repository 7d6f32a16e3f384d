//! A vendor's public page: who it is, and a question to it. Nobody needs to be signed in.

use super::link::{PREFIX, thread_at};
use crate::{
    api::{self, Failure},
    browser,
    components::{
        field::{FieldKind, written},
        sending::{Form, FormField},
        states::{Failed, Skeleton},
    },
    locale::{format, t, t_with},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::ask::question::QuestionData;
use orderline_protocol::{
    ask::{AskQuestion, ShownProduct, TakesNone, VendorPage},
    problem::Code,
};

/// What the address says behind `?` of the product that is asked about.
const PRODUCT: &str = "product=";

/// Which page it is, if the path is such a page's.
pub fn at(path: &str) -> Option<String> {
    let page = path.strip_prefix(PREFIX)?;
    (!page.is_empty()).then(|| page.to_owned())
}

/// The page.
#[component]
pub fn AskPage(page: String) -> impl IntoView {
    let query = window().location().search().unwrap_or_default();
    let mut fields = query.trim_start_matches('?').split('&');
    let product = fields.find_map(|it| it.strip_prefix(PRODUCT));
    let product = StoredValue::new(product.map(str::to_owned));
    let page = StoredValue::new(page);
    let seen = RwSignal::new(None::<Result<VendorPage, Failure>>);
    let look = move || {
        spawn_local(async move {
            let came = api::ask::look(&page.get_value(), product.get_value()).await;
            seen.set(Some(came));
        });
    };
    look();
    view! {
        <main class="start ask">
            {move || match seen.get() {
                None => view! { <Skeleton shape="rows" lines=4/> }.into_any(),
                Some(Ok(view)) => view! { <Shown page=page view=view/> }.into_any(),
                Some(Err(failure)) if failure.code() == Some(Code::NotFound) => view! { <Nowhere/> }.into_any(),
                Some(Err(failure)) => {
                    let retry = move |()| {
                        seen.set(None);
                        look();
                    };
                    view! { <div class="card panel"><Failed failure=failure retry=retry/></div> }.into_any()
                }
            }}
        </main>
    }
}

/// There is no such page.
#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <section class="card panel form">
            <h1>{t("ask.nowhere")}</h1>
            <p>{t("ask.nowhere.hint")}</p>
        </section>
    }
}

#[component]
fn Shown(page: StoredValue<String>, view: VendorPage) -> impl IntoView {
    let lines = [
        (t("vendor.legal_name"), view.legal_name.clone()),
        (t("vendor.address"), view.address.clone()),
        (t("vendor.email"), view.email.clone()),
        (t("vendor.phone"), view.phone.clone()),
    ];
    let is_known = lines.iter().any(|(_, text)| text.is_some());
    let line = |(label, text): (String, Option<String>)| {
        text.map(|text| view! { <dt>{label}</dt><dd>{text}</dd> })
    };
    let who = is_known.then(|| {
        view! {
            <section class="card panel form" aria-labelledby="ask-who">
                <h2 id="ask-who">{t("ask.who")}</h2>
                <dl class="vendor-data">{lines.into_iter().map(line).collect_view()}</dl>
            </section>
        }
    });
    let name = view.vendor_name.clone();
    let question = match view.takes_none {
        Some(why) => view! { <p role="status">{takes_none(why)}</p> }.into_any(),
        None => view! { <Question page=page view=view/> }.into_any(),
    };
    view! {
        <header class="start-head"><h1>{name}</h1></header>
        <section class="card panel form" aria-labelledby="ask-title">
            <h2 id="ask-title">{t("ask.title")}</h2>
            {question}
        </section>
        {who}
    }
}

fn takes_none(why: TakesNone) -> String {
    t(match why {
        TakesNone::Suspended => "ask.suspended",
        TakesNone::Closed => "ask.closed",
        TakesNone::NobodyAnswers => "ask.nobody",
    })
}

#[component]
fn Question(page: StoredValue<String>, view: VendorPage) -> impl IntoView {
    let secret = StoredValue::new(secret());
    let (name, email, text) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let form = Form::of("ask-");
    let product = view.product.as_ref().map(|it| it.product);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = AskQuestion {
            secret: secret.get_value(),
            product,
            question: QuestionData {
                name: written(name),
                email: written(email),
                text: text.get_untracked(),
            },
        };
        form.send_or(
            async move { api::ask::ask(&page.get_value(), &body).await },
            |asked| browser::leave_for(&thread_at(asked.vendor, asked.thread)),
            move |why| {
                // It was sent before in other words, long ago, or by somebody else, and is another question now.
                if matches!(why.code(), Some(Code::CommandReused | Code::Conflict)) {
                    secret.set_value(self::secret());
                }
            },
        );
    };
    let open = view.open.map(|open| {
        let href = thread_at(view.vendor, open.thread);
        view! {
            <p>{t_with("ask.open", &[("title", &open.title)])} " " <a href=href>{t("ask.open.read")}</a></p>
        }
    });
    let is_known = view.asks_as.is_some();
    let asks_as = view
        .asks_as
        .map(|name| view! { <p>{t_with("ask.as", &[("name", &name)])}</p> });
    let what = (!is_known).then(|| t_with("ask.what", &[("vendor", &view.vendor_name)]));
    view! {
        {view.product.map(|it| view! { <Product it=it/> })}
        {open}
        {asks_as}
        <form class="form" novalidate on:submit=submit>
            <FormField form=form name="text" kind=FieldKind::Note label=t("ask.text") value=text/>
            {(!is_known)
                .then(|| {
                    view! {
                        <FormField form=form name="name" kind=FieldKind::Line label=t("ask.name") value=name/>
                        <FormField form=form name="email" kind=FieldKind::Contact label=t("ask.email") value=email/>
                    }
                })}
            <p class="error" role="alert">{move || form.above()}</p>
            <button class="btn primary big" type="submit" disabled=form.busy()>{t("ask.send")}</button>
        </form>
        <p class="meta">{what}</p>
    }
}

/// What the question is about.
#[component]
fn Product(it: ShownProduct) -> impl IntoView {
    let price = it.price.map(|price| format::money(&price));
    view! {
        <p class="row wrap spread asked-product">
            <b>{it.name}</b>
            <span>{price}</span>
        </p>
    }
}

/// What the server knows this question by, and nobody else.
fn secret() -> String {
    format!(
        "{:032x}{:032x}",
        browser::random_u128(),
        browser::random_u128()
    )
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn a_page_is_known_by_what_stands_last() {
        assert_eq!(at("/v/lamps"), Some("lamps".to_owned()));
        assert_eq!(at("/v/"), None);
        assert_eq!(at("/j"), None);
    }
}
