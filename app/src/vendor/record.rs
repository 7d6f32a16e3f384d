//! What is kept of a vendor, and changing it in place.

use super::form::{RecordForm, Swatch, Typing};
use crate::{
    api::vendor::{self, Which},
    browser,
    locale::{country, format, t},
};
use leptos::prelude::*;
use orderline_protocol::vendor::{EditVendor, VendorRecord};

/// The button that opens the form, where the focus goes back to.
const EDIT_ID: &str = "edit-vendor";

/// The record, or its form.
#[component]
pub fn RecordCard(which: Which, held: RwSignal<Option<VendorRecord>>) -> impl IntoView {
    let editing = RwSignal::new(false);
    view! {
        <section class="card panel vendor-card" aria-labelledby="vendor-record">
            <div class="row wrap spread">
                <h2 id="vendor-record">{t("vendor.record")}</h2>
                <button
                    id=EDIT_ID
                    class="btn"
                    aria-expanded=move || editing.get().to_string()
                    on:click=move |_| editing.update(|open| *open = !*open)
                >
                    {t("vendor.edit")}
                </button>
            </div>
            {move || {
                held.get()
                    .map(|it| {
                        if editing.get() {
                            view! { <Edit which=which it=it held=held editing=editing/> }.into_any()
                        } else {
                            view! { <Data it=it/> }.into_any()
                        }
                    })
            }}
        </section>
    }
}

/// What is known, line by line; what is not is left out.
#[component]
fn Data(it: VendorRecord) -> impl IntoView {
    let (data, profile) = (it.data, it.profile);
    let languages: Vec<String> = profile
        .languages
        .iter()
        .map(|tag| format::language_name(tag))
        .collect();
    let lines = [
        (t("vendor.name"), Some(data.name)),
        (t("vendor.legal_name"), profile.legal_name),
        (t("vendor.address"), profile.address),
        (t("vendor.register_number"), profile.register_number),
        (t("vendor.email"), profile.email),
        (t("vendor.phone"), profile.phone),
        (t("vendor.country"), Some(country::name(&data.country))),
        (t("vendor.currency"), Some(data.currency)),
        (t("vendor.time_zone"), Some(data.time_zone)),
        (t("vendor.languages"), Some(languages.join(", "))),
    ];
    let line = |(label, text): (String, Option<String>)| {
        text.map(|text| view! { <dt>{label}</dt><dd>{text}</dd> })
    };
    let colour = profile.colour.map(|colour| {
        view! {
            <dt>{t("vendor.colour")}</dt>
            <dd class="row"><Swatch colour=colour.clone()/>{colour}</dd>
        }
    });
    view! { <dl class="vendor-data">{lines.into_iter().map(line).collect_view()}{colour}</dl> }
}

#[component]
fn Edit(
    which: Which,
    it: VendorRecord,
    held: RwSignal<Option<VendorRecord>>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let typing = Typing::of(&it);
    request_animation_frame(|| browser::focus("vendor-name"));
    let close = move || {
        editing.try_set(false);
        browser::focus(EDIT_ID);
    };
    let save = move |body: EditVendor| {
        typing.form.send(
            async move { vendor::edit(which, &body).await },
            move |saved| {
                held.try_set(Some(saved));
                close();
            },
        );
    };
    view! { <RecordForm typing=typing save=save cancel=move |()| close()/> }
}

#[cfg(test)]
mod tests {
    use orderline_domain::vendor::colour::{Colour, GROUNDS};

    /// The colour is checked against the grounds that the pages really have.
    #[test]
    fn a_vendors_colour_is_checked_against_the_pages_own_grounds() {
        let sheet = include_str!("../components/base.css");
        let of = |token: &str| {
            let line = sheet.lines().find(|line| line.trim().starts_with(token));
            let (_, both) = line
                .and_then(|it| it.split_once("light-dark("))
                .expect("a token");
            let both = both.split_once(')').expect("two colours").0.split(',');
            both.map(|it| Colour::parse(it).expect("a colour"))
                .collect::<Vec<_>>()
        };
        let (ground, surface) = (of("--ground:"), of("--surface:"));
        assert_eq!(GROUNDS, [ground[0], surface[0], ground[1], surface[1]]);
    }
}
