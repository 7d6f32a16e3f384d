//! One vendor, as the platform and its own admin keep it.

use super::{
    Family,
    samples::{VENDOR, at},
};
use orderline_domain::{
    ids::VendorPlanId,
    money::{Currency, Money},
    people::roles::Role,
    text::VendorReason,
    vendor::{
        ProposedVendor,
        change::VendorChange,
        function::{Function, Functions, Switches},
        plan::ProposedVendorPlan,
        profile::ProfileData,
        record::RecordField,
        state::{Since, VendorState, VendorStep},
    },
};
use orderline_protocol::{
    person::Person,
    vendor::{
        AddVendorPlan, ChangeVendorPlan, ChoosePlan, EditVendor, PlanOfVendor, StepVendor,
        SwitchFunction, VendorLogLine, VendorPlanView, VendorRecord,
    },
};
use std::collections::BTreeSet;

fn reason() -> VendorReason {
    VendorReason::new("Invoices are open").unwrap()
}

fn data() -> ProposedVendor {
    ProposedVendor {
        name: "Nordlicht Akademie".to_owned(),
        currency: "EUR".to_owned(),
        country: "DE".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    }
}

fn profile() -> ProfileData {
    ProfileData {
        legal_name: Some("Nordlicht Akademie GmbH".to_owned()),
        address: Some("Hafenstraße 1\n20457 Hamburg".to_owned()),
        register_number: Some("DE123456789".to_owned()),
        email: Some("office@nordlicht.example".to_owned()),
        phone: Some("+49341123456".to_owned()),
        languages: ["de", "en"].map(str::to_owned).to_vec(),
        colour: Some("#3b74c4".to_owned()),
    }
}

fn plan() -> VendorPlanId {
    "01900000-0000-7000-8000-0000000000ab".parse().unwrap()
}

fn proposed_plan() -> ProposedVendorPlan {
    ProposedVendorPlan {
        name: "In writing".to_owned(),
        price: "49,90".to_owned(),
        currency: "EUR".to_owned(),
        allows: [Function::PhoneSales].into_iter().collect(),
    }
}

fn record(state: VendorState) -> VendorRecord {
    VendorRecord {
        vendor: VENDOR,
        data: data(),
        profile: profile(),
        is_currency_fixed: true,
        plan: PlanOfVendor {
            plan: plan(),
            name: "In writing".to_owned(),
        },
        functions: Switches {
            allowed: [Function::ManualPrice, Function::PhoneSales]
                .into_iter()
                .collect(),
            on: Functions::all(),
        },
        state,
        version: 3,
        created_at: at(),
    }
}

fn line(change: VendorChange) -> VendorLogLine {
    VendorLogLine {
        at: at(),
        by: Person {
            user: "01900000-0000-7000-8000-0000000000aa".parse().unwrap(),
            name: "Ole Brandt".to_owned(),
            role: Role::PlatformAdmin,
        },
        change,
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let since = Since {
        at: at(),
        reason: reason(),
    };
    Family {
        name: "vendor_record",
        values: vec![
            ("open", record(VendorState::Open)),
            ("suspended", record(VendorState::Suspended(since.clone()))),
            ("closed", record(VendorState::Closed(since))),
        ],
    }
    .check(files);
    let step = StepVendor {
        step: VendorStep::Suspend,
        reason: "Invoices are open".to_owned(),
        version: 3,
    };
    Family {
        name: "step_vendor",
        values: vec![("sample", step)],
    }
    .check(files);
    let edit = EditVendor {
        data: data(),
        // Nothing more is known yet.
        profile: ProfileData::default(),
        version: 3,
    };
    Family {
        name: "edit_vendor",
        values: vec![("sample", edit)],
    }
    .check(files);
    plans(files);
    let switched = VendorChange::Switched {
        function: Function::Calls,
        on: false,
    };
    let chosen = VendorChange::PlanChosen {
        name: "In writing".to_owned(),
    };
    let edited = VendorChange::Edited {
        fields: vec![RecordField::LegalName, RecordField::Colour],
    };
    let stepped = VendorChange::Stepped {
        step: VendorStep::Suspend,
        reason: reason(),
    };
    Family {
        name: "vendor_log_line",
        values: vec![
            ("stepped", line(stepped)),
            ("edited", line(edited)),
            ("switched", line(switched)),
            ("plan_chosen", line(chosen)),
            ("page_set", line(VendorChange::PageSet)),
        ],
    }
    .check(files);
}

fn plans(files: &mut BTreeSet<String>) {
    let switch = SwitchFunction {
        function: Function::ManualPrice,
        on: true,
        version: 3,
    };
    Family {
        name: "switch_function",
        values: vec![("sample", switch)],
    }
    .check(files);
    let choose = ChoosePlan {
        plan: plan(),
        version: 3,
    };
    Family {
        name: "choose_plan",
        values: vec![("sample", choose)],
    }
    .check(files);
    let view = VendorPlanView {
        plan: plan(),
        name: "In writing".to_owned(),
        price: Money::from_minor(4_990, Currency::EUR).unwrap(),
        allows: [Function::PhoneSales].into_iter().collect(),
        vendors: 2,
        version: 3,
    };
    Family {
        name: "vendor_plan",
        values: vec![("sample", view)],
    }
    .check(files);
    let add = AddVendorPlan {
        plan: plan(),
        data: proposed_plan(),
    };
    Family {
        name: "add_vendor_plan",
        values: vec![("sample", add)],
    }
    .check(files);
    let change = ChangeVendorPlan {
        data: proposed_plan(),
        version: 3,
    };
    Family {
        name: "change_vendor_plan",
        values: vec![("sample", change)],
    }
    .check(files);
}
