//! Whether a vendor works, and the platform's way to suspend, restore and close it.

use crate::{
    api,
    components::{
        field::FieldKind,
        sending::{Form, FormField},
    },
    locale::{
        format::{self, Moment},
        t, t_with,
    },
};
use leptos::prelude::*;
use orderline_domain::{
    ids::VendorId,
    vendor::state::{Shut, VendorState, VendorStep},
};
use orderline_protocol::vendor::{StepVendor, VendorRecord};

/// How the vendor stands, and below it what can be done about that.
#[component]
pub fn StateCard(vendor: VendorId, held: RwSignal<Option<VendorRecord>>) -> impl IntoView {
    view! {
        <section class="card panel vendor-card" aria-labelledby="vendor-state">
            <h2 id="vendor-state">{t("vendor.state")}</h2>
            {move || {
                held.get()
                    .map(|it| {
                        let steps = VendorStep::ALL.map(|step| it.state.allows(step).then_some(step));
                        let steps: Vec<_> = steps.into_iter().flatten().collect();
                        view! {
                            <p role="status">{words(&it.state)}</p>
                            {(!steps.is_empty()).then(|| view! { <Steps vendor=vendor version=it.version steps=steps held=held/> })}
                        }
                    })
            }}
        </section>
    }
}

fn words(state: &VendorState) -> String {
    let Some(since) = state.since() else {
        return t("vendor.state.open");
    };
    let at = format::moment(since.at, Moment::DayTime);
    let values = [("at", at.as_str()), ("reason", since.reason.as_str())];
    match state.shut() {
        Some(Shut::Closed) => t_with("vendor.state.closed", &values),
        _ => t_with("vendor.state.suspended", &values),
    }
}

/// A reason, and a button a step. Closing is for good, so it is asked about once more.
#[component]
fn Steps(
    vendor: VendorId,
    version: i64,
    steps: Vec<VendorStep>,
    held: RwSignal<Option<VendorRecord>>,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let sure = RwSignal::new(false);
    let form = Form::of("vendor-");
    let send = move |step: VendorStep| {
        let body = StepVendor {
            step,
            reason: reason.get_untracked(),
            version,
        };
        form.send(
            async move { api::vendor::step(vendor, &body).await },
            move |it| {
                held.try_set(Some(it));
            },
        );
    };
    let button = move |step: VendorStep| {
        let words = t(match step {
            VendorStep::Suspend => "vendor.suspend",
            VendorStep::Restore => "vendor.restore",
            VendorStep::Close => "vendor.close",
        });
        let click = move |_| match step {
            VendorStep::Close => sure.set(true),
            VendorStep::Suspend | VendorStep::Restore => send(step),
        };
        view! { <button class="btn" type="button" disabled=form.busy() on:click=click>{words}</button> }
    };
    let steps = StoredValue::new(steps);
    view! {
        <form class="form" novalidate on:submit=|event| event.prevent_default()>
            <FormField form=form name="reason" kind=FieldKind::Note label=t("vendor.reason") value=reason/>
            <p class="meta">{t("vendor.state.hint")}</p>
            <p class="error" role="alert">{move || form.above()}</p>
            <div class="row wrap">
                {move || {
                    if sure.get() {
                        view! {
                            <span>{t("vendor.close.sure")}</span>
                            <button class="btn danger" type="button" disabled=form.busy() on:click=move |_| send(VendorStep::Close)>
                                {t("vendor.close.yes")}
                            </button>
                            <button class="btn quiet" type="button" on:click=move |_| sure.set(false)>{t("vendor.close.no")}</button>
                        }
                            .into_any()
                    } else {
                        steps.get_value().into_iter().map(button).collect_view().into_any()
                    }
                }}
            </div>
        </form>
    }
}
