//! The two lists: the platform's and a vendor's.

use crate::{
    api::{self, Failure},
    components::bar::Go,
    load::fetched,
    locale::t,
    people::session::Session,
    route::Route,
};
use leptos::prelude::*;
use orderline_domain::{
    checkup::{PlatformStep, ShopStep},
    people::roles::{Action, Relation, allowed},
};

/// One line: where it is done, if anywhere; what it is called; what there is to know.
struct Line {
    to: Option<Route>,
    title: &'static str,
    hint: &'static str,
}

fn of_platform(step: PlatformStep) -> Line {
    let (to, title, hint) = match step {
        PlatformStep::Entity => (None, "steps.entity", "steps.entity.hint"),
        PlatformStep::Mail => (Some(Route::System), "steps.mail", "steps.mail.hint"),
        PlatformStep::Media => (Some(Route::System), "steps.media", "steps.media.hint"),
        PlatformStep::Vendor => (Some(Route::Vendors), "steps.vendor", "steps.vendor.hint"),
        PlatformStep::Admin => (Some(Route::Vendors), "steps.admin", "steps.admin.hint"),
        PlatformStep::Seller => (Some(Route::Vendors), "steps.seller", "steps.seller.theirs"),
        PlatformStep::Product => (
            Some(Route::Vendors),
            "steps.product",
            "steps.product.theirs",
        ),
    };
    Line { to, title, hint }
}

fn of_shop(step: ShopStep) -> Line {
    let (to, title, hint) = match step {
        ShopStep::Seller => (Route::People, "steps.seller", "steps.seller.hint"),
        ShopStep::Product => (Route::Products, "steps.product", "steps.product.hint"),
        ShopStep::Customer => (
            Route::Customers {
                query: String::new(),
            },
            "steps.customer",
            "steps.customer.hint",
        ),
    };
    Line {
        to: Some(to),
        title,
        hint,
    }
}

async fn platform() -> Result<Vec<(PlatformStep, bool)>, Failure> {
    let all = api::system::platform_steps().await?.steps;
    Ok(all.into_iter().map(|it| (it.step, it.done)).collect())
}

async fn shop() -> Result<Vec<(ShopStep, bool)>, Failure> {
    let all = api::system::shop_steps().await?.steps;
    Ok(all.into_iter().map(|it| (it.step, it.done)).collect())
}

/// The platform's.
#[component]
pub fn PlatformSteps() -> impl IntoView {
    let (_, steps, _) = fetched(platform);
    move || steps.with(|steps| listed(steps, of_platform))
}

/// A vendor's, for whoever keeps it.
#[component]
pub fn ShopSteps() -> impl IntoView {
    if !allowed(Session::here_now().role(), Action::ReadSteps, Relation::Own) {
        return ().into_any();
    }
    let (_, steps, _) = fetched(shop);
    (move || steps.with(|steps| listed(steps, of_shop))).into_any()
}

/// Nothing, once everything is done: the page is for what it is for.
fn listed<Step: Copy>(steps: &[(Step, bool)], line: fn(Step) -> Line) -> Option<AnyView> {
    steps.iter().any(|(_, done)| !done).then(|| {
        let lines = steps.iter().map(|(step, done)| one(line(*step), *done));
        view! {
            <section class="card panel steps" aria-labelledby="steps-title">
                <h2 id="steps-title">{t("steps.title")}</h2>
                <ol>{lines.collect_view()}</ol>
            </section>
        }
        .into_any()
    })
}

fn one(line: Line, done: bool) -> impl IntoView {
    let (class, state) = if done {
        ("pill private", "steps.done")
    } else {
        ("pill warn", "steps.open")
    };
    let title = t(line.title);
    let title = match line.to {
        Some(to) => view! { <Go to=to class="">{title}</Go> }.into_any(),
        None => view! { <span>{title}</span> }.into_any(),
    };
    view! {
        <li>
            <div class="row wrap">{title} <span class=class>{t(state)}</span></div>
            {(!done).then(|| view! { <p class="meta">{t(line.hint)}</p> })}
        </li>
    }
}
