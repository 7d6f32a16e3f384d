//! The list narrowed to the customers of one rep.

use super::reps::to_narrow;
use crate::{
    components::{
        choice::Chooser,
        filter::{field_of, with_field},
    },
    locale::t,
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_protocol::customer::RepView;

/// How it stands in the address.
const FIELD: &str = "rep";

/// A choice among the reps, kept in the address.
#[component]
pub fn RepFilter(
    reps: RwSignal<Vec<RepView>>,
    query: Memo<String>,
    /// The page with another query.
    to: fn(String) -> Route,
) -> impl IntoView {
    let session = Session::here_now();
    let change =
        move |rep: String| session.rename(to(with_field(&query.read_untracked(), FIELD, &rep)));
    view! {
        <Chooser
            id="rep-filter"
            label=t("rep.filter")
            options=Signal::derive(move || to_narrow(&reps.read()))
            value=Signal::derive(move || field_of(&query.read(), FIELD))
            change=change
        />
    }
}
