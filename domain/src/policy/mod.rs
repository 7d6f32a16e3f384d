//! What holds for calls with buyers of a country: whether and from when they are recorded, whether the buyer may
//! go on without, whether an order needs the buyer's written acceptance, and how long a recording is kept.
//!
//! A version of a policy never changes: an edit makes the next one. What a buyer agreed to names version,
//! language and the hash of the wording, so it can be produced again whatever holds by then.

pub mod consent;
mod defaults;

pub use defaults::{DEFAULT_COUNTRIES, defaults_for};

use crate::{
    call::mode::RecordWhen,
    digest::Digest,
    field::{FieldError, code},
    language,
    order::{ContractBasis, RecorderReport, contract_basis},
    text,
};
use serde::{Deserialize, Serialize};

/// The version of every built-in policy; a vendor's own begin after it.
pub const BUILT_IN_VERSION: u32 = 1;
/// Longest wording in one language, in characters.
pub const MAX_WORDING_CHARS: usize = 4_000;
/// Most languages of one version.
pub const MAX_WORDINGS: usize = 12;
/// Longest source, in characters.
pub const MAX_SOURCE_CHARS: usize = 300;
/// A recording is kept at most this many days: thirty years.
pub const MAX_KEPT_DAYS: u32 = 10_958;

/// For which buyers a policy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PolicyScope {
    /// Buyers of one country, by its ISO 3166-1 alpha-2 code.
    Country([u8; 2]),
    /// Buyers of every country without a policy of its own, and those whose country is not known.
    Elsewhere,
}

/// The name of [`PolicyScope::Elsewhere`].
const ELSEWHERE: &str = "elsewhere";

/// A text that names neither a country nor everywhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a policy is named by a country's code or by \"elsewhere\"")]
pub struct NoScope;

impl PolicyScope {
    /// The policy for a buyer of this country, if it is known.
    pub fn of(country: Option<&str>) -> Self {
        country
            .and_then(|code| code.parse().ok())
            .unwrap_or(Self::Elsewhere)
    }

    /// The country's code; none for everywhere else.
    pub fn country(&self) -> Option<&str> {
        match self {
            Self::Country(code) => std::str::from_utf8(code).ok(),
            Self::Elsewhere => None,
        }
    }

    /// Whether a policy is built in for exactly these buyers.
    pub fn has_default(&self) -> bool {
        self.country()
            .is_none_or(|country| DEFAULT_COUNTRIES.contains(&country))
    }

    /// The name in storage, in messages and in what was consented to.
    pub fn name(&self) -> &str {
        self.country().unwrap_or(ELSEWHERE)
    }
}

impl std::str::FromStr for PolicyScope {
    type Err = NoScope;

    fn from_str(name: &str) -> Result<Self, NoScope> {
        match name.as_bytes() {
            [first, second] if crate::country::is_country(name) => {
                Ok(Self::Country([*first, *second]))
            }
            _ if name == ELSEWHERE => Ok(Self::Elsewhere),
            _ => Err(NoScope),
        }
    }
}

impl TryFrom<String> for PolicyScope {
    type Error = NoScope;

    fn try_from(name: String) -> Result<Self, NoScope> {
        name.parse()
    }
}

impl From<PolicyScope> for String {
    fn from(scope: PolicyScope) -> Self {
        scope.name().to_owned()
    }
}

/// What a policy says, apart from its wordings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRules {
    pub record: RecordWhen,
    /// Whether a buyer who does not want to be recorded may go on with the call.
    pub may_refuse: bool,
    /// Whether an order binds the buyer only once they have accepted it in writing, recording or not.
    pub written_acceptance: bool,
    /// How long a recording is kept.
    pub kept_days: u32,
    /// Where it follows from, such as a section of a law; shown beside it.
    pub source: String,
}

impl PolicyRules {
    /// On what the contract of an order stands: the recording only where the law lets it, and only where it holds
    /// the whole contract talk.
    pub fn basis(&self, report: &RecorderReport) -> ContractBasis {
        if self.written_acceptance {
            ContractBasis::WrittenConfirmation
        } else {
            contract_basis(report)
        }
    }
}

/// What the buyer reads and agrees to, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// BCP 47, such as `de` or `pt-BR`.
    pub language: String,
    pub text: String,
}

impl Wording {
    /// SHA-256 of the text's UTF-8 bytes.
    pub fn hash(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

/// A policy as somebody proposes it, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedPolicy {
    #[serde(flatten)]
    pub rules: PolicyRules,
    pub wordings: Vec<Wording>,
}

/// What is in force under one version: rules that hold together and at least one wording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ProposedPolicy", into = "ProposedPolicy")]
pub struct Terms(ProposedPolicy);

impl Terms {
    /// Checks; all complaints at once. Wordings come out in the order of their languages.
    pub fn new(proposed: ProposedPolicy) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let rules = PolicyRules {
            source: text::line(&proposed.rules.source, MAX_SOURCE_CHARS)
                .map_err(|bad| errors.push(bad.at("source")))
                .unwrap_or_default(),
            ..proposed.rules
        };
        if rules.kept_days == 0 || rules.kept_days > MAX_KEPT_DAYS {
            errors.push(FieldError::range("kept_days", 1, MAX_KEPT_DAYS));
        }
        let mut wordings = proposed.wordings;
        for wording in &mut wordings {
            wording.language = wording.language.trim().to_owned();
        }
        wordings.sort_by(|a, b| a.language.cmp(&b.language));
        if wordings.is_empty() {
            errors.push(FieldError::new("wordings", code::REQUIRED));
        }
        if wordings.len() > MAX_WORDINGS {
            errors.push(FieldError::range("wordings", 1, MAX_WORDINGS));
        }
        for wording in wordings.iter_mut().take(MAX_WORDINGS) {
            if !language::is_tag(&wording.language) {
                errors.push(FieldError::new("language", code::INVALID));
            }
            match text::paragraph(&wording.text, MAX_WORDING_CHARS) {
                Ok(text) => wording.text = text,
                Err(bad) => errors.push(bad.at("wording").with("language", &wording.language)),
            }
        }
        if wordings
            .windows(2)
            .any(|pair| pair[0].language == pair[1].language)
        {
            errors.push(FieldError::new("language", code::INVALID));
        }
        if errors.is_empty() {
            Ok(Self(ProposedPolicy { rules, wordings }))
        } else {
            Err(errors)
        }
    }

    pub const fn rules(&self) -> &PolicyRules {
        &self.0.rules
    }

    /// By language.
    pub fn wordings(&self) -> &[Wording] {
        &self.0.wordings
    }

    /// The wording for a reader of this language: the same, else one of the same language elsewhere, else the
    /// common one, else the first.
    pub fn wording_for(&self, language: &str) -> &Wording {
        language::best(&self.0.wordings, language, |it| &it.language)
            .unwrap_or_else(|| &self.0.wordings[0])
    }

    /// The wording that a person names by its language and hash, if this version has it.
    pub fn named(&self, language: &str, hash: Digest) -> Option<&Wording> {
        self.0
            .wordings
            .iter()
            .find(|it| it.language == language && it.hash() == hash)
    }
}

impl TryFrom<ProposedPolicy> for Terms {
    type Error = String;

    fn try_from(proposed: ProposedPolicy) -> Result<Self, String> {
        Self::new(proposed)
            .map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))
    }
}

impl From<Terms> for ProposedPolicy {
    fn from(terms: Terms) -> Self {
        terms.0
    }
}

/// The country whose policy holds for a call: the buyer's own where it is known, else the one in the address of the
/// thread's offer, as far as it is typed.
pub fn country_of(own: Option<&str>, typed: Option<&str>) -> Option<String> {
    let code = |text: &str| text.trim().to_ascii_uppercase();
    own.map(code)
        .or_else(|| typed.map(code))
        .filter(|it| !it.is_empty())
}

/// Of the policy for the country in an order's address and the one for the buyer's own country the stricter: whether the
/// order needs acceptance in writing is not chosen by what a seller types.
pub fn stricter<P>(typed: P, own: Option<P>, rules: impl Fn(&P) -> &PolicyRules) -> P {
    match own {
        Some(own) if rules(&own).written_acceptance && !rules(&typed).written_acceptance => own,
        _ => typed,
    }
}

/// The whole years that so many days are, leap days counted or not; none for anything else.
pub const fn whole_years(days: u32) -> Option<u32> {
    let years = days / 365;
    let rest = days % 365;
    if years > 0 && rest <= years / 4 + 1 {
        Some(years)
    } else {
        None
    }
}
