//! A product while an admin writes it: a new one, or the next version of one that is there.

use super::state::{ANOTHER, Desk, NEW_ID, Opened, Typed, change_id};
use crate::{
    api::{self, Failure},
    browser,
    components::field::{Field, FieldKind},
    locale::{t, t_with, text_above, text_at},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{catalogue::product::Partner, ids::ProductId};
use orderline_protocol::{
    catalogue::{AddProduct, ChangeProduct},
    http::CatalogueProduct,
    problem::Code,
};

/// The id of a field's element.
fn id(field: &str) -> String {
    format!("product-{}", field.replace('.', "-"))
}

/// Saves what is typed.
async fn save(what: Opened, typed: Typed) -> Result<CatalogueProduct, Failure> {
    let proposed = typed.proposed();
    match what {
        Opened::New(product) => api::products::add(&AddProduct { product, proposed }).await,
        Opened::Changed(of) => {
            let version = of.version;
            let wish = ChangeProduct { version, proposed };
            api::products::change(of.product.id, &wish).await
        }
    }
}

/// The form, in its place above the list.
#[component]
pub fn ProductForm(what: Opened, desk: Desk) -> impl IntoView {
    let partners = desk.shelf.with_untracked(|shelf| shelf.partners.clone());
    let typed = Typed::of(&what, &partners);
    let (title, currency, back) = match &what {
        Opened::New(_) => {
            let currency = desk
                .shelf
                .with_untracked(|shelf| shelf.catalogue.as_ref().map(|it| it.currency));
            (t("products.new"), currency, NEW_ID.to_owned())
        }
        Opened::Changed(it) => {
            let product = &it.product;
            let title = t_with("products.change.title", &[("product", &product.name)]);
            (title, Some(product.currency), change_id(product.id))
        }
    };
    let more_plans = matches!(&what, Opened::Changed(it) if it.plans.len() > 1);
    let price = t_with(
        "products.field.price",
        &[("currency", currency.map_or("", |it| it.code()))],
    );
    let what = StoredValue::new(what);
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match save(what.get_value(), typed).await {
                Ok(saved) => saved_now(desk, saved.product.id, &saved.product.name).await,
                Err(failure) => {
                    refused(desk, what, &failure).await;
                    failed.try_set(Some(failure));
                }
            }
            busy.try_set(false);
        });
    };
    let close = move |_| {
        desk.opened.set(None);
        let back = back.clone();
        request_animation_frame(move || browser::focus(&back));
    };
    let at = move |field: &'static str| {
        Signal::derive(move || failed.with(|it| text_at(it.as_ref()?, field)))
    };
    request_animation_frame(|| browser::focus(&id("name")));
    view! {
        <section class="card panel" aria-labelledby="product-form">
            <form class="form narrow" novalidate on:submit=submit>
                <h2 id="product-form">{title}</h2>
                <Field id=id("name") kind=FieldKind::Line label=t("products.field.name") value=typed.name error=at("name")/>
                <Field id=id("price") kind=FieldKind::Number label=price value=typed.price error=at("price")/>
                {more_plans.then(|| view! { <p class="meta">{t("products.field.price.others")}</p> })}
                <Field
                    id=id("vat_rate")
                    kind=FieldKind::Number
                    label=t("products.field.vat_rate")
                    value=typed.vat_rate
                    error=at("vat_rate")
                />
                <PartnerFields typed=typed partners=partners failed=failed/>
                <p class="error" role="alert">{move || failed.with(|it| text_above(it.as_ref()?))}</p>
                <div class="row wrap">
                    <button class="btn primary" type="submit" disabled=move || busy.get()>{t("products.save")}</button>
                    <button class="btn quiet" type="button" on:click=close>{t("products.cancel")}</button>
                </div>
            </form>
        </section>
    }
}

/// Says that it is saved; the form has done its work.
async fn saved_now(desk: Desk, product: ProductId, name: &str) {
    desk.opened.try_set(None);
    let said = t_with("products.saved", &[("product", name)]);
    desk.said.try_set(Some(said));
    desk.refresh(change_id(product)).await;
}

/// Leads to what is wrong. Where something else holds by now it is shown below the form: whoever saves again means it.
async fn refused(desk: Desk, what: StoredValue<Opened>, failure: &Failure) {
    let Failure::Problem(problem) = failure else {
        return;
    };
    if let Some(first) = problem.fields.first().map(|it| id(&it.field)) {
        request_animation_frame(move || browser::focus(&first));
    }
    if !matches!(problem.code, Code::CommandReused | Code::Conflict) {
        return;
    }
    desk.refresh(id("name")).await;
    let tried = what.try_get_value();
    let next = match tried {
        // An earlier try was saved after all, in other words.
        Some(Opened::New(_)) => Some(Opened::New(new_id())),
        Some(Opened::Changed(it)) => desk.now(it.product.id).map(Box::new).map(Opened::Changed),
        None => None,
    };
    if let Some(next) = next {
        what.try_set_value(next);
    }
}

/// An id for a product that is not there yet.
pub fn new_id() -> ProductId {
    ProductId::from_uuid(browser::random_uuid())
}

/// With whom its buyers contract: one of the vendor's partners, or another.
#[component]
fn PartnerFields(
    typed: Typed,
    partners: Vec<Partner>,
    failed: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let at = move |field: &'static str| {
        Signal::derive(move || failed.with(|it| text_at(it.as_ref()?, field)))
    };
    let chosen = typed.partner;
    let option = move |value: String, text: String| {
        let own = value.clone();
        view! {
            <option value=value prop:selected=move || chosen.with(|it| *it == own)>{text}</option>
        }
    };
    let known = partners.into_iter().map(|it| {
        let words = t_with(
            "products.partner.known",
            &[
                ("partner", &it.contracting.contractual_partner),
                ("company", &it.contracting.terms_of),
                ("version", &it.contracting.terms_version),
            ],
        );
        option(it.id.to_string(), words)
    });
    let known = known.collect_view();
    let wrong = at("partner");
    view! {
        <label class="field" for=id("partner")>
            <span>{t("products.field.partner")}</span>
            <select
                id=id("partner")
                aria-describedby="product-partner-error"
                aria-invalid=move || wrong.read().is_some().then_some("true")
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {known}
                {option(ANOTHER.to_owned(), t("products.partner.another"))}
            </select>
            <small id="product-partner-error" class="error">{move || wrong.get()}</small>
        </label>
        <Show when=move || chosen.with(|it| it == ANOTHER)>
            <Field
                id=id("partner.contractual_partner")
                kind=FieldKind::Line
                label=t("products.field.partner_name")
                value=typed.partner_name
                error=at("partner.contractual_partner")
            />
            <Field
                id=id("partner.terms_of")
                kind=FieldKind::Line
                label=t("products.field.terms_of")
                value=typed.terms_of
                error=at("partner.terms_of")
            />
            <Field
                id=id("partner.terms_version")
                kind=FieldKind::Line
                label=t("products.field.terms_version")
                value=typed.terms_version
                error=at("partner.terms_version")
            />
        </Show>
    }
}
