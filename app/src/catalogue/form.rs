//! A product while an admin writes it: a new one, or the next version of one that is there.

use super::state::{ANOTHER, Desk, NEW_ID, Opened, Typed, change_id};
use crate::{
    api::{self, Failure},
    browser,
    components::{
        choice::Choice,
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{t, t_with},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{catalogue::product::Partner, ids::ProductId};
use orderline_protocol::{
    catalogue::{AddProduct, ChangeProduct},
    http::CatalogueProduct,
    problem::Code,
};

/// The field that the form begins at.
const FIRST: &str = "name";

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
    let form = Form::of("product-");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.send_or(
            save(what.get_value(), typed),
            move |saved| saved_now(desk, &saved),
            move |why| refused(desk, what, form, why),
        );
    };
    let close = move |_| {
        desk.opened.set(None);
        let back = back.clone();
        request_animation_frame(move || browser::focus(&back));
    };
    request_animation_frame(move || browser::focus(&form.id(FIRST)));
    view! {
        <section class="card panel" aria-labelledby="product-form">
            <form class="form narrow" novalidate on:submit=submit>
                <h2 id="product-form">{title}</h2>
                <FormField form=form name=FIRST kind=FieldKind::Line label=t("products.field.name") value=typed.name/>
                <FormField form=form name="price" kind=FieldKind::Number label=price value=typed.price/>
                <FormField form=form name="label" kind=FieldKind::Line label=t("products.field.label") value=typed.label/>
                {more_plans.then(|| view! { <p class="meta">{t("products.field.price.others")}</p> })}
                <FormField form=form name="vat_rate" kind=FieldKind::Number label=t("products.field.vat_rate") value=typed.vat_rate/>
                <PartnerFields typed=typed partners=partners form=form/>
                <p class="error" role="alert">{move || form.above()}</p>
                <div class="row wrap">
                    <button class="btn primary" type="submit" disabled=form.busy()>{t("products.save")}</button>
                    <button class="btn quiet" type="button" on:click=close>{t("products.cancel")}</button>
                </div>
            </form>
        </section>
    }
}

/// Says that it is saved; the form has done its work.
fn saved_now(desk: Desk, saved: &CatalogueProduct) {
    let product = &saved.product;
    desk.opened.set(None);
    let said = t_with("products.saved", &[("product", &product.name)]);
    desk.said.set(Some(said));
    spawn_local(desk.refresh(change_id(product.id)));
}

/// Where something else holds by now it is shown below the form: whoever saves again means it.
fn refused(desk: Desk, what: StoredValue<Opened>, form: Form, why: &Failure) {
    let stale = matches!(why, Failure::Problem(problem)
        if matches!(problem.code, Code::CommandReused | Code::Conflict));
    if !stale {
        return;
    }
    spawn_local(async move {
        desk.refresh(form.id(FIRST)).await;
        let next = match what.try_get_value() {
            // An earlier try was saved after all, in other words.
            Some(Opened::New(_)) => Some(Opened::New(new_id())),
            Some(Opened::Changed(it)) => desk.now(it.product.id).map(Box::new).map(Opened::Changed),
            None => None,
        };
        if let Some(next) = next {
            what.try_set_value(next);
        }
    });
}

/// An id for a product that is not there yet.
pub fn new_id() -> ProductId {
    ProductId::from_uuid(browser::random_uuid())
}

/// With whom its buyers contract: one of the vendor's partners, or another.
#[component]
fn PartnerFields(typed: Typed, partners: Vec<Partner>, form: Form) -> impl IntoView {
    let known = partners.into_iter().map(|it| {
        let contracting = &it.contracting;
        let words = t_with(
            "products.partner.known",
            &[
                ("partner", &contracting.contractual_partner),
                ("company", &contracting.terms_of),
                ("version", &contracting.terms_version),
            ],
        );
        (it.id.to_string(), words)
    });
    let another = (ANOTHER.to_owned(), t("products.partner.another"));
    let options = known.chain([another]).collect();
    let chosen = typed.partner;
    view! {
        <Choice form=form name="partner" label=t("products.field.partner") options=options value=chosen/>
        <Show when=move || chosen.with(|it| it == ANOTHER)>
            <FormField form=form name="partner.contractual_partner" kind=FieldKind::Line label=t("products.field.partner_name") value=typed.partner_name/>
            <FormField form=form name="partner.terms_of" kind=FieldKind::Line label=t("products.field.terms_of") value=typed.terms_of/>
            <FormField form=form name="partner.terms_version" kind=FieldKind::Line label=t("products.field.terms_version") value=typed.terms_version/>
        </Show>
    }
}
