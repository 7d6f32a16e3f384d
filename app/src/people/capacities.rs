//! In which capacity this page acts, and the others that are one click away.

use crate::{
    acting,
    locale::{role_name, t, t_with},
    people::{session::Session, visiting::Visiting},
};
use leptos::prelude::*;
use orderline_domain::{people::roles::Role, vendor::state::Shut};

/// For whom the page acts, as what; with a list of the others where there are any. While a call runs here another opens
/// on a page of its own, so that the call goes on.
#[component]
pub fn Capacities(in_call: Signal<bool>) -> impl IntoView {
    let session = Session::here_now();
    let (all, now) = session.capacities();
    let here = said(&session.vendor_name(), now.role);
    let visit = all
        .iter()
        .find(|it| it.act_as() == now)
        .and_then(|it| it.visit)
        .map(|it| view! { <Visiting it=it/> });
    if all.len() < 2 {
        return view! { <span class="meta vendor">{session.vendor_name()}</span> }.into_any();
    }
    let label = t_with("bar.acting", &[("capacity", &here)]);
    let others = all
        .into_iter()
        .map(|it| {
            let current = it.act_as() == now;
            let href = acting::with(it.role.entry().root(), &it.act_as().to_string());
            let shut = it.shut.map(|shut| {
                t(match shut {
                    Shut::Suspended => "bar.shut.suspended",
                    Shut::Closed => "bar.shut.closed",
                })
            });
            let target = move || in_call.get().then_some("_blank");
            view! {
                <li>
                    <a href=href target=target rel="noopener" aria-current=current.then_some("true")>
                        {it.vendor_name.clone()}
                        <span class="meta">{role_name(it.role)}</span>
                        {shut.map(|words| view! { <span class="pill warn">{words}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="capacities menu">
            <summary aria-label=label>{here}</summary>
            <div class="card">
                <p class="meta">{t("bar.act_as")}</p>
                <ul>{others}</ul>
                <Show when=move || in_call.get()>
                    <p class="meta">{t("bar.act_as_in_call")}</p>
                </Show>
            </div>
        </details>
        {visit}
    }
    .into_any()
}

fn said(vendor: &str, role: Role) -> String {
    t_with(
        "bar.capacity",
        &[("vendor", vendor), ("role", &role_name(role))],
    )
}
