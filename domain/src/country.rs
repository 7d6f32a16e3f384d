//! The countries an address can be in.

/// ISO 3166-1 alpha-2 codes in official use, and XK, which posts and banks use for Kosovo.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO \
    BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE \
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT \
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU \
    LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR \
    NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG \
    VI VN VU WF WS XK YE YT ZA ZM ZW";

/// All codes, in alphabetical order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CODES.split_ascii_whitespace()
}

/// Whether this is the upper-case code of a country.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && codes().any(|it| it == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_country_once_and_in_order() {
        let all: Vec<_> = codes().collect();
        assert_eq!(all.len(), 250);
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(is_country("DE") && is_country("BR") && is_country("RO"));
        assert!(!is_country("de") && !is_country("XX") && !is_country("") && !is_country("D E"));
    }
}
