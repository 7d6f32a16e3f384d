//! What the parts of an address are called in its country.

use crate::locale::t;
use orderline_domain::customer::postal::{CodeName, StateName};

/// What the postal code is called in this country.
pub fn postal_code(name: CodeName) -> String {
    t(match name {
        CodeName::Postal => "offer.buyer.postal_code",
        CodeName::Zip => "offer.buyer.postal_code.zip",
        CodeName::Pin => "offer.buyer.postal_code.pin",
        CodeName::Eircode => "offer.buyer.postal_code.eircode",
    })
}

/// What the part of the country is called there.
pub fn state(name: StateName) -> String {
    t(match name {
        StateName::State => "offer.buyer.state",
        StateName::Province => "offer.buyer.state.province",
        StateName::Emirate => "offer.buyer.state.emirate",
        StateName::Prefecture => "offer.buyer.state.prefecture",
        StateName::Area => "offer.buyer.state.area",
        StateName::Island => "offer.buyer.state.island",
        StateName::Department => "offer.buyer.state.department",
        StateName::District => "offer.buyer.state.district",
        StateName::County => "offer.buyer.state.county",
        StateName::Oblast => "offer.buyer.state.oblast",
        StateName::Parish => "offer.buyer.state.parish",
    })
}
