//! What an admin writes into the catalogue.

use super::samples::{PARTNER, PRODUCT, one};
use orderline_domain::catalogue::{
    product::{Contracting, Partner},
    proposal::{ChosenPartner, ProposedProduct},
};
use orderline_protocol::catalogue::{AddProduct, ChangeProduct, PartnerList, SwitchProduct};
use std::collections::BTreeSet;

fn contracting() -> Contracting {
    Contracting {
        contractual_partner: "Orderline Platform Ltd.".to_owned(),
        terms_of: "Orderline Platform GmbH".to_owned(),
        terms_version: "2026-05".to_owned(),
    }
}

fn proposed(partner: ChosenPartner) -> ProposedProduct {
    ProposedProduct {
        name: "Coaching Pro".to_owned(),
        price: "2400,00".to_owned(),
        label: "One payment".to_owned(),
        vat_rate: "19".to_owned(),
        partner,
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let add = AddProduct {
        product: PRODUCT,
        proposed: proposed(ChosenPartner::New(contracting())),
    };
    one("add_product", add).check(files);
    let change = ChangeProduct {
        version: 3,
        proposed: proposed(ChosenPartner::Known(PARTNER)),
    };
    one("change_product", change).check(files);
    let switch = SwitchProduct {
        version: 4,
        active: false,
    };
    one("switch_product", switch).check(files);
    let partner = Partner {
        id: PARTNER,
        contracting: contracting(),
    };
    let list = PartnerList {
        items: vec![partner],
        next: None,
    };
    one("partner_list", list).check(files);
}
