//! The vendor's own admin says how its public page is reached and who answers, and copies the way there.

use super::link::{Copy, address};
use crate::{
    api,
    components::{
        choice::Choice,
        field::{FieldKind, written},
        sending::{Form, FormField},
        table::Fetched,
    },
    load::fetched,
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_protocol::ask::{PageSettings, SetPage};

/// The card on the vendor's own page.
#[component]
pub fn PageCard() -> impl IntoView {
    let (load, held, fetch) = fetched(|| async { api::ask::settings().await.map(Some) });
    view! {
        <section class="card panel vendor-card" aria-labelledby="vendor-page">
            <h2 id="vendor-page">{t("ask.settings")}</h2>
            <p>{t("ask.settings.hint")}</p>
            <Fetched load=load retry=move |()| fetch() lines=3>
                {move || held.get().map(|it| view! { <Ways it=it.clone()/> <Settings it=it held=held/> })}
            </Fetched>
        </section>
    }
}

/// The address, and a link for the vendor's own site.
#[component]
fn Ways(it: PageSettings) -> impl IntoView {
    let address = address(it.vendor, it.slug.as_deref());
    let link = format!("<a href=\"{address}\">{}</a>", t("ask.title"));
    view! {
        <dl class="vendor-data">
            <dt>{t("ask.address")}</dt>
            <dd class="row wrap spread">
                <a href=address.clone() target="_blank" rel="noopener">{address.clone()}</a>
                <Copy text=Signal::stored(address) label=t("ask.copy") of=t("ask.address")/>
            </dd>
            <dt>{t("ask.snippet")}</dt>
            <dd class="row wrap spread">
                <code>{link.clone()}</code>
                <Copy text=Signal::stored(link) label=t("ask.copy") of=t("ask.snippet")/>
            </dd>
        </dl>
    }
}

#[component]
fn Settings(it: PageSettings, held: RwSignal<Option<PageSettings>>) -> impl IntoView {
    let slug = it.slug.clone().or_else(|| it.proposed.clone());
    let slug = RwSignal::new(slug.unwrap_or_default());
    let answers = it.answers.map(|it| it.to_string());
    let answers = RwSignal::new(answers.unwrap_or_default());
    let form = Form::of("page-");
    let version = it.version;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = SetPage {
            slug: written(slug),
            answers: answers.get_untracked().parse().ok(),
            version,
        };
        form.send(async move { api::ask::set(&body).await }, move |it| {
            held.try_set(Some(it));
        });
    };
    let sellers = it
        .sellers
        .into_iter()
        .map(|it| (it.user.to_string(), it.name));
    let options = std::iter::once((String::new(), t("ask.answers.anybody")))
        .chain(sellers)
        .collect();
    let proposed = (it.slug.is_none() && it.proposed.is_some()).then(|| t("ask.slug.proposed"));
    let prefix = t_with("ask.slug", &[("prefix", super::link::PREFIX)]);
    view! {
        <form class="form vendor-form" novalidate on:submit=submit>
            <div class="vendor-fields">
                <div class="field">
                    <FormField form=form name="slug" kind=FieldKind::Line label=prefix value=slug/>
                    <p class="meta">{proposed}</p>
                </div>
                <Choice form=form name="answers" label=t("ask.answers") options=options value=answers/>
            </div>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                <button class="btn primary" type="submit" disabled=form.busy()>{t("vendor.save")}</button>
            </div>
        </form>
    }
}
