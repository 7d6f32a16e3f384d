//! What holds where a vendor has decided nothing else. Each rule names where it comes from; where a law leaves
//! the question open, the choice here is the careful one. Laws change and cases differ: an admin can replace
//! every one of these, and no default is legal advice.

use super::{PolicyRules, PolicyScope};
use crate::call::mode::RecordWhen;

/// A default as it stands in the table below.
struct Row {
    country: &'static str,
    record: RecordWhen,
    written_acceptance: bool,
    kept_days: u32,
    source: &'static str,
}

const THREE_YEARS_AND_ITS_REST: u32 = 1_461;
const THREE_YEARS: u32 = 1_096;
const FIVE_YEARS: u32 = 1_827;
const SIX_YEARS: u32 = 2_192;
const TEN_YEARS: u32 = 3_653;

/// By country. Nobody has to be recorded to go on with a call: consent that cannot be refused is none.
const ROWS: [Row; 10] = [
    // Recording without consent is a crime. The option of Directive 2011/83/EU Art. 8(6) was not taken. Claims run
    // out three years after the end of the year in which they arose.
    Row {
        country: "DE",
        record: RecordWhen::ContractTalk,
        written_acceptance: false,
        kept_days: THREE_YEARS_AND_ITS_REST,
        source: "§ 201 StGB; Art. 6(1)(a) DSGVO; kept: §§ 195, 199(1) BGB",
    },
    // A service sold in a call that the trader began binds after a declaration in writing. Passing a recording on
    // without consent is a crime.
    Row {
        country: "AT",
        record: RecordWhen::ContractTalk,
        written_acceptance: true,
        kept_days: THREE_YEARS,
        source: "§ 9(2) FAGG; § 120 StGB; Art. 6(1)(a) DSGVO; kept: § 1486 ABGB",
    },
    // Recording without everybody's consent is a crime; orders in business are excepted, which need not be relied
    // on where the buyer is asked.
    Row {
        country: "CH",
        record: RecordWhen::ContractTalk,
        written_acceptance: false,
        kept_days: TEN_YEARS,
        source: "Art. 179ter, 179quinquies StGB; Art. 6 DSG; kept: Art. 127 OR",
    },
    // A consumer who was called is bound once the offer is signed and accepted on a durable medium. The data
    // protection authority asks that recording is neither permanent nor by default.
    Row {
        country: "FR",
        record: RecordWhen::ContractTalk,
        written_acceptance: true,
        kept_days: FIVE_YEARS,
        source: "Code de la consommation L221-16; Code pénal 226-1; kept: Code civil 2224",
    },
    // The consumer is bound after signing the offer or accepting it in writing.
    Row {
        country: "IT",
        record: RecordWhen::ContractTalk,
        written_acceptance: true,
        kept_days: TEN_YEARS,
        source: "Codice del consumo art. 51(6); Art. 6(1)(a) GDPR; kept: Codice civile art. 2946",
    },
    // The consumer is bound after signing the offer or consenting in writing, except where they called first, which
    // is not known here. Recording without consent is a crime.
    Row {
        country: "PT",
        record: RecordWhen::ContractTalk,
        written_acceptance: true,
        kept_days: TEN_YEARS,
        source: "DL 24/2014 art. 5(7); Código Penal art. 199; kept: Código Comercial art. 40",
    },
    // No rule on the form of a phone sale; seven days to withdraw. Claims run out after five years.
    Row {
        country: "BR",
        record: RecordWhen::ContractTalk,
        written_acceptance: false,
        kept_days: FIVE_YEARS,
        source: "LGPD art. 7(I); CDC art. 49; kept: CDC art. 27",
    },
    // A distance contract is made when the trader confirms on a durable medium; whether a spoken yes is an order is
    // disputed, so the buyer accepts in writing.
    Row {
        country: "RO",
        record: RecordWhen::ContractTalk,
        written_acceptance: true,
        kept_days: THREE_YEARS,
        source: "OUG 34/2014 art. 8(9); Cod penal art. 226; kept: Cod civil art. 2517",
    },
    // A business may record to establish facts if it tells both sides. No form for phone sales. Six years for
    // claims from a contract.
    Row {
        country: "GB",
        record: RecordWhen::ContractTalk,
        written_acceptance: false,
        kept_days: SIX_YEARS,
        source: "SI 2018/356 reg. 3; UK GDPR Art. 6(1)(a); kept: Limitation Act 1980 s. 5",
    },
    // Federal law is content with one side's consent, several states want everybody's; for some sales the whole
    // call must have been recorded. Records of sales calls are kept for five years.
    Row {
        country: "US",
        record: RecordWhen::FirstSecond,
        written_acceptance: false,
        kept_days: FIVE_YEARS,
        source: "18 U.S.C. § 2511(2)(d); Cal. Penal Code § 632; kept: 16 CFR § 310.5",
    },
];

/// Everywhere else the strictest of what is known: only with consent, never binding by voice alone.
const ELSEWHERE: Row = Row {
    country: "",
    record: RecordWhen::ContractTalk,
    written_acceptance: true,
    kept_days: THREE_YEARS,
    source: "Directive 2011/83/EU Art. 8(6); GDPR Art. 6(1)(a), 5(1)(e)",
};

/// The countries that have a default of their own, in the order of their codes.
pub const DEFAULT_COUNTRIES: [&str; 10] =
    ["AT", "BR", "CH", "DE", "FR", "GB", "IT", "PT", "RO", "US"];

/// What holds for these buyers where the vendor has decided nothing else.
pub fn defaults_for(scope: PolicyScope) -> PolicyRules {
    let row = scope
        .country()
        .and_then(|country| ROWS.iter().find(|row| row.country == country))
        .unwrap_or(&ELSEWHERE);
    PolicyRules {
        record: row.record,
        may_refuse: true,
        written_acceptance: row.written_acceptance,
        kept_days: row.kept_days,
        source: row.source.to_owned(),
    }
}
