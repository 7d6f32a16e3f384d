//! Policies and written acceptance.

use super::{
    Family,
    samples::{at, content, order, seller},
};
use orderline_domain::{
    call::mode::RecordWhen,
    order::acceptance::Words,
    policy::{PolicyRules, PolicyScope, ProposedPolicy, Wording},
};
use orderline_protocol::{
    order::{AcceptancePage, AcceptanceView},
    policy::{PolicyChange, PolicyHistory, PolicyList, PolicyView},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

pub(crate) fn proposed() -> ProposedPolicy {
    ProposedPolicy {
        rules: PolicyRules {
            record: RecordWhen::ContractTalk,
            may_refuse: true,
            written_acceptance: true,
            kept_days: 1_827,
            source: "Code de la consommation L221-16".to_owned(),
        },
        wordings: vec![Wording {
            language: "fr".to_owned(),
            text: "Cet appel est enregistré.".to_owned(),
        }],
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "as the frame holds it")]
pub(crate) fn policy() -> Box<PolicyView> {
    let ProposedPolicy { rules, wordings } = proposed();
    Box::new(PolicyView {
        scope: PolicyScope::of(Some("FR")),
        version: 2,
        rules,
        wordings: wordings.into_iter().map(Into::into).collect(),
        changed: Some(PolicyChange {
            at: at(),
            by: seller(),
        }),
    })
}

fn one<T: Serialize + DeserializeOwned>(
    name: &'static str,
    value: T,
    files: &mut BTreeSet<String>,
) {
    let values = vec![("sample", value)];
    Family { name, values }.check(files);
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let policies = vec![*policy()];
    one("policy_list", PolicyList { policies }, files);
    let built_in = PolicyView {
        scope: PolicyScope::Elsewhere,
        version: 1,
        changed: None,
        ..*policy()
    };
    let versions = vec![*policy(), built_in];
    one("policy_history", PolicyHistory { versions }, files);
    let words = Words {
        language: "fr".to_owned(),
        text: "Vous n’êtes pas encore engagé.".to_owned(),
        button: "Commande avec obligation de paiement".to_owned(),
    };
    let mut order = *order();
    order.acceptance = Some(AcceptanceView {
        due_at: at(),
        accepted_at: None,
        undelivered_at: Some(at()),
    });
    let content = content();
    let page = AcceptancePage {
        order,
        hash: content.hash().unwrap().to_string(),
        content,
        policy: "FR".to_owned(),
        policy_version: 2,
        source: proposed().rules.source,
        words: vec![words.into()],
    };
    one("acceptance_page", page, files);
}
