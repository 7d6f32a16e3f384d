//! This page looks into a vendor for a time: until when, and the way to end it.

use crate::{
    api, browser,
    components::sending::Form,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::prelude::*;
use orderline_domain::people::{roles::Entry, visit::OpenVisit};

/// Until when it lasts, with a button that ends it.
#[component]
pub fn Visiting(it: OpenVisit) -> impl IntoView {
    let form = Form::new();
    let until = format::moment(it.until, Moment::Time);
    let end = move |_| form.send(async move { api::visit::end(it.visit).await }, |()| leave());
    view! {
        <span class="pill warn">{t_with("visit.until", &[("time", &until)])}</span>
        <button class="btn" disabled=form.busy() on:click=end>{t("visit.end")}</button>
        <span class="error" role="alert">{move || form.above()}</span>
    }
}

fn leave() {
    browser::leave_for(Entry::Office.root());
}
