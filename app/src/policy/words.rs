//! Policies in plain words.

use crate::locale::{
    country,
    format::{self, Moment},
    t, t_count, t_with,
};
use orderline_domain::{
    call::mode::RecordWhen,
    policy::{PolicyRules, PolicyScope, whole_years},
};
use orderline_protocol::policy::PolicyView;

/// For which buyers: the country's name, or everywhere else.
pub fn scope(scope: PolicyScope) -> String {
    scope
        .country()
        .map_or_else(|| t("policy.elsewhere"), country::name)
}

/// When calls are recorded, in two or three words.
pub fn record(when: RecordWhen) -> String {
    t(match when {
        RecordWhen::Never => "policy.record.never",
        RecordWhen::ContractTalk => "policy.record.contract_talk",
        RecordWhen::FirstSecond => "policy.record.first_second",
    })
}

/// When calls are recorded, as a sentence.
pub fn record_hint(when: RecordWhen) -> String {
    t(match when {
        RecordWhen::Never => "policy.record.never.hint",
        RecordWhen::ContractTalk => "policy.record.contract_talk.hint",
        RecordWhen::FirstSecond => "policy.record.first_second.hint",
    })
}

/// For how long: in years where that comes out even.
pub fn kept(days: u32) -> String {
    match whole_years(days) {
        Some(years) => t_count("call.kept.years", i64::from(years), &[]),
        None => t_count("call.kept.days", i64::from(days), &[]),
    }
}

/// Everything that the rules say, a sentence each.
pub fn sentences(rules: &PolicyRules) -> Vec<String> {
    let mut all = vec![record_hint(rules.record)];
    if rules.record != RecordWhen::Never {
        all.push(t(if rules.may_refuse {
            "policy.may_refuse.yes"
        } else {
            "policy.may_refuse.no"
        }));
    }
    all.push(t(if rules.written_acceptance {
        "policy.written.yes"
    } else {
        "policy.written.no"
    }));
    if rules.record != RecordWhen::Never {
        all.push(t_with(
            "policy.kept.sentence",
            &[("kept", &kept(rules.kept_days))],
        ));
    }
    all
}

/// Which version, and who made it when.
pub fn version(policy: &PolicyView) -> String {
    let number = policy.version.to_string();
    match &policy.changed {
        None => t_with("policy.version.built_in", &[("version", &number)]),
        Some(changed) => t_with(
            "policy.version.by",
            &[
                ("version", &number),
                ("name", &changed.by.name),
                ("at", &format::moment(changed.at, Moment::DayTime)),
            ],
        ),
    }
}
