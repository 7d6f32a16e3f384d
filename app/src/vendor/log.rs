//! What was changed of a vendor.

use super::functions::function_name;
use crate::{
    api::vendor::{self, Which},
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::vendor::{change::VendorChange, record::RecordField, state::VendorStep};
use orderline_protocol::vendor::{VendorLogLine, VendorRecord};

const HEADS: &[&str] = &["people.log.when", "people.log.what", "people.log.by"];

/// The log, newest first; read again whenever the record becomes another one.
#[component]
pub fn Changes(which: Which, held: RwSignal<Option<VendorRecord>>) -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(move |after| vendor::log(which, after));
    let version = Memo::new(move |_| held.read().as_ref().map(|it| it.version));
    Effect::new(move |_| {
        if version.get().is_some() {
            fetch.run(());
        }
    });
    let row = |it: VendorLogLine| {
        let by = t_with(
            "bar.who",
            &[("name", &it.by.name), ("role", &role_name(it.by.role))],
        );
        view! {
            <tr>
                <td>{format::moment(it.at, Moment::DayTime)}</td>
                <td class="wide">{words(&it.change)}</td>
                <td>{by}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("vendor.log")}</h2>
        <Fetched
            load=load
            retry=move |()| fetch.run(())
            lines=3
            is_empty=Signal::derive(move || items.read().is_empty())
            empty=("vendor.log.none", "vendor.log.none.hint")
        >
            <Table label=t("vendor.log") heads=HEADS>{move || items.get().into_iter().map(row).collect_view()}</Table>
            <ShowMore rest=rest/>
        </Fetched>
    }
}

fn words(change: &VendorChange) -> String {
    match change {
        VendorChange::Stepped { step, reason } => {
            let values = [("reason", reason.as_str())];
            match step {
                VendorStep::Suspend => t_with("vendor.log.suspended", &values),
                VendorStep::Restore => t_with("vendor.log.restored", &values),
                VendorStep::Close => t_with("vendor.log.closed", &values),
            }
        }
        VendorChange::Edited { fields } => {
            let fields: Vec<String> = fields.iter().copied().map(field).collect();
            t_with("vendor.log.edited", &[("fields", &fields.join(", "))])
        }
        VendorChange::Switched { function, on } => {
            let name = function_name(*function);
            let values = [("function", name.as_str())];
            if *on {
                t_with("vendor.log.switched_on", &values)
            } else {
                t_with("vendor.log.switched_off", &values)
            }
        }
        VendorChange::PageSet => t("vendor.log.page"),
        VendorChange::PlanChosen { name } => t_with("vendor.log.plan", &[("name", name)]),
    }
}

fn field(field: RecordField) -> String {
    t(match field {
        RecordField::Name => "vendor.name",
        RecordField::Country => "vendor.country",
        RecordField::Currency => "vendor.currency",
        RecordField::TimeZone => "vendor.time_zone",
        RecordField::LegalName => "vendor.legal_name",
        RecordField::Address => "vendor.address",
        RecordField::RegisterNumber => "vendor.register_number",
        RecordField::Email => "vendor.email",
        RecordField::Phone => "vendor.phone",
        RecordField::Languages => "vendor.languages",
        RecordField::Colour => "vendor.colour",
    })
}
