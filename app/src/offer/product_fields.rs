//! What is sold and by which plan (CC1, CC6, CC8, CC9).

use super::field::{ChoiceField, Form};
use crate::locale::{t, t_with};
use leptos::prelude::*;
use orderline_domain::{
    ids::{PlanId, ProductId},
    offer::Draft,
};

/// Product and plan. A new product keeps the buyer's data and starts the payment details anew.
#[component]
pub fn ProductFields(form: Form, #[prop(into)] buyer_name: Signal<String>) -> impl IntoView {
    let catalogue = form.offers().catalogue();
    let products = Signal::derive(move || {
        catalogue.with(|catalogue| {
            let products = catalogue.products.iter();
            products
                .map(|product| {
                    let inactive =
                        || t_with("offer.product.inactive", &[("product", &product.name)]);
                    let text = if product.active {
                        product.name.clone()
                    } else {
                        inactive()
                    };
                    (product.id.to_string(), text, product.active)
                })
                .collect::<Vec<_>>()
        })
    });
    let product = Memo::new(move |_| form.state.with(|state| state.draft.product));
    let plans = Signal::derive(move || {
        let Some(product) = product.get() else {
            return Vec::new();
        };
        catalogue.with(|catalogue| {
            catalogue
                .plans_of(product)
                .map(|plan| (plan.id.to_string(), plan.label.clone(), true))
                .collect()
        })
    });
    let choose_product = move |id: String| {
        let Ok(id) = id.parse::<ProductId>() else {
            return;
        };
        form.forgive();
        let today = form.offers().today().to_string();
        let only = catalogue.with_untracked(|catalogue| {
            let mut plans = catalogue.plans_of(id);
            plans.next().filter(|_| plans.next().is_none()).cloned()
        });
        form.edit(|draft| {
            let mut draft = draft.replace_product(id);
            draft.first_due = today;
            if draft.buyer.name.is_empty() {
                draft.buyer.name = buyer_name.get_untracked();
            }
            match only {
                Some(plan) => draft.with_plan(&plan),
                None => draft,
            }
        });
    };
    let choose_plan = move |id: String| {
        let plan = id
            .parse::<PlanId>()
            .ok()
            .and_then(|id| catalogue.with_untracked(|it| it.plan(id).cloned()));
        form.edit(|draft| match plan {
            Some(plan) => draft.with_plan(&plan),
            None => Draft {
                plan: None,
                ..draft
            },
        });
    };
    view! {
        <ChoiceField
            form=form
            field="product"
            label=Signal::derive(|| t("offer.product"))
            options=products
            get=|draft| draft.product.map(|id| id.to_string()).unwrap_or_default()
            choose=choose_product
        />
        <ChoiceField
            form=form
            field="plan"
            label=Signal::derive(|| t("offer.plan"))
            options=plans
            get=|draft| draft.plan.map(|id| id.to_string()).unwrap_or_default()
            choose=choose_plan
        />
    }
}
