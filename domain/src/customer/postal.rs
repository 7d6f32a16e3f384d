//! What an address consists of in each country: which have no postal codes, where one must stand, where a state or
//! emirate belongs to it, where a city is none of its parts.
//!
//! After the address metadata of `libaddressinput` (fields `fmt` and `require`; Google, Apache License 2.0), as of 2026.

/// Whether a part of an address must stand, may, or is not known in a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
    /// A form does not ask for it; what was typed all the same is kept.
    Absent,
}

/// What an address of one country consists of, besides street and country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    pub postal_code: Need,
    pub city: Need,
    /// State, province, emirate, prefecture. Where a city may be left out, it stands for it.
    pub state: Need,
    pub code_name: CodeName,
    pub state_name: StateName,
}

/// What people call the postal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeName {
    Postal,
    Zip,
    Pin,
    Eircode,
}

/// What people call the part of the country that belongs to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateName {
    State,
    Province,
    Emirate,
    Prefecture,
    Area,
    Island,
    Department,
    District,
    County,
    Oblast,
    Parish,
}

/// Countries without postal codes.
const NO_CODE: &str = "AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM \
    KI KM KN KP LY ML MO MR MW NR NU PA QA RW SB SC SL SR ST SX SY TD TG TK TL TO TT TV UG VU YE ZW";

/// Countries whose post wants the code.
const CODE: &str = "AS AT AU AX BE BL BR CA CH CN CZ DE DK EE ES FI FK FM FO FR GB GF GG GL GP GR GS GU HR HU IM IN \
    IO IT JE JP KR LI LT LU LV MF MH MP MQ MX MY NC NL NO NZ PF PL PM PN PR PT PW RE RU SE SG SH SI SJ SK SM TC TR TW \
    US VI WF YT ZA";

/// City states, whose name is the country's.
const NO_CITY: &str = "GI MO SG";

/// Where the state, emirate, prefecture or area says where it is, with or without a city.
const STATE_FOR_CITY: &str = "AE HK JP NR";

/// Where a state belongs to the address.
const STATE: &str = "AE AR AS AU BR BS CA CL CN CO CR CV EG ES FM GU HK HN ID IN IT JM JP KN KR KY MH MP MX MY MZ \
    NG NI NR PA PE PF PG PH PW RU SC SO SR SV TH TR TV TW UA US UY UZ VE VI VN";

/// Where the postal code is a ZIP code.
const ZIP: &str = "AS FM GU MH MP PR PW US VI";

/// By which names the rest of [`STATE`] goes; where none is given it is a province.
const STATE_NAMES: [(StateName, &str); 10] = [
    (
        StateName::State,
        "AS AU BR FM GU IN MH MP MX MY NG PW US VE VI",
    ),
    (StateName::Emirate, "AE"),
    (StateName::Prefecture, "JP"),
    (StateName::Area, "HK"),
    (StateName::Island, "BS CV KN KY PF SC TV"),
    (StateName::Department, "CO HN NI"),
    (StateName::District, "NR"),
    (StateName::County, "TW"),
    (StateName::Oblast, "RU UA"),
    (StateName::Parish, "JM"),
];

/// The parts of an address in this country; of one that is not known, what most have.
pub fn parts(country: &str) -> Parts {
    let is = |list: &str| list.split_ascii_whitespace().any(|it| it == country);
    let state_name = STATE_NAMES.iter().find(|(_, list)| is(list));
    Parts {
        postal_code: if is(NO_CODE) {
            Need::Absent
        } else if is(CODE) || country.is_empty() {
            Need::Required
        } else {
            Need::Optional
        },
        city: if is(NO_CITY) || is(STATE_FOR_CITY) {
            Need::Optional
        } else {
            Need::Required
        },
        state: if is(STATE) {
            Need::Optional
        } else {
            Need::Absent
        },
        code_name: match country {
            "IE" => CodeName::Eircode,
            "IN" => CodeName::Pin,
            _ if is(ZIP) => CodeName::Zip,
            _ => CodeName::Postal,
        },
        state_name: state_name.map_or(StateName::Province, |(name, _)| *name),
    }
}

/// Whether the city may be left out because the state says where it is.
pub(crate) fn state_stands_for_city(country: &str) -> bool {
    STATE_FOR_CITY
        .split_ascii_whitespace()
        .any(|it| it == country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::is_country;

    #[test]
    fn every_list_names_countries_once_and_in_order() {
        let names = STATE_NAMES.map(|(_, list)| list);
        for list in [NO_CODE, CODE, NO_CITY, STATE_FOR_CITY, STATE, ZIP]
            .into_iter()
            .chain(names)
        {
            let codes: Vec<&str> = list.split_ascii_whitespace().collect();
            assert!(codes.iter().all(|code| is_country(code)), "{list}");
            assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{list}");
        }
        let both = NO_CODE
            .split_ascii_whitespace()
            .find(|it| CODE.contains(it));
        assert_eq!(both, None);
        // What is named is asked for.
        let asked_for = names.iter().flat_map(|list| list.split_ascii_whitespace());
        let unasked = asked_for.into_iter().find(|it| !STATE.contains(it));
        assert_eq!(unasked, None);
    }

    #[test]
    fn countries_differ() {
        assert_eq!(parts("HK").postal_code, Need::Absent);
        assert_eq!(parts("AE").postal_code, Need::Absent);
        assert_eq!(parts("IE").postal_code, Need::Optional);
        assert_eq!(parts("DE").postal_code, Need::Required);
        assert_eq!(parts("SG").city, Need::Optional);
        assert_eq!(parts("US").state, Need::Optional);
        assert_eq!(parts("DE").state, Need::Absent);
        assert_eq!(parts("US").code_name, CodeName::Zip);
        assert_eq!(parts("DE").code_name, CodeName::Postal);
        assert_eq!(parts("US").state_name, StateName::State);
        assert_eq!(parts("CA").state_name, StateName::Province);
        assert_eq!(parts("AE").state_name, StateName::Emirate);
    }
}
