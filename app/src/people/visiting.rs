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
use std::time::Duration;

/// Until when it lasts, with a button that ends it. When it is over, by whichever way, the page is left.
#[component]
pub fn Visiting(it: OpenVisit) -> impl IntoView {
    let form = Form::new();
    let left = it.until.as_millisecond() - browser::now().as_millisecond();
    let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
    if let Ok(timer) = set_timeout_with_handle(leave, left) {
        on_cleanup(move || timer.clear());
    }
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
