//! What buyers are told under a policy and what they accept in writing, word for word as it is hashed. A file never
//! changes once it was shown: a new text is a new version.

use super::{Template, shipped};
use orderline_domain::{language::Language, order::acceptance::Words, policy::Wording};

/// The built-in wordings of version 1.
const WORDINGS: &[Template] = shipped!("policy/1");
/// The words of acceptance of version 1, without the button.
const ACCEPTANCES: &[Template] = shipped!("acceptance/1");

/// The label of the button that accepts: it says by itself that ordering means paying.
const fn button(language: Language) -> &'static str {
    match language {
        Language::German => "Zahlungspflichtig bestellen",
        Language::English => "Order with obligation to pay",
        Language::French => "Commande avec obligation de paiement",
        Language::Italian => "Ordine con obbligo di pagare",
        Language::Portuguese => "Encomenda com obrigação de pagar",
        Language::BrazilianPortuguese => "Fazer o pedido com obrigação de pagar",
        Language::Romanian => "Comandă cu obligația de a plăti",
    }
}

/// What buyers are told, in every language: where they live says nothing about what they read.
pub(crate) fn wordings() -> Vec<Wording> {
    WORDINGS
        .iter()
        .map(|(language, text)| Wording {
            language: language.tag().to_owned(),
            text: (*text).to_owned(),
        })
        .collect()
}

/// What a buyer accepts in writing, in every language.
pub(crate) fn acceptances() -> Vec<Words> {
    ACCEPTANCES
        .iter()
        .map(|(language, text)| Words {
            language: language.tag().to_owned(),
            text: text.trim().to_owned(),
            button: button(*language).to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_buyers_are_told_and_accept_ships_in_every_language() {
        let every: Vec<&str> = Language::ALL.iter().map(|it| it.tag()).collect();
        let accepted: Vec<String> = acceptances().into_iter().map(|it| it.language).collect();
        let told: Vec<String> = wordings().into_iter().map(|it| it.language).collect();
        assert_eq!(
            (accepted, told),
            (
                every.iter().map(ToString::to_string).collect(),
                every.iter().map(ToString::to_string).collect()
            )
        );
        assert!(
            acceptances()
                .iter()
                .all(|it| !it.text.is_empty() && !it.button.is_empty())
        );
        assert!(wordings().iter().all(|it| !it.text.trim().is_empty()));
    }
}
