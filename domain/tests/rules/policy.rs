use crate::support::{RECORDING, at};
use orderline_domain::{
    call::mode::RecordWhen,
    country,
    field::{FieldCode, code},
    language::best,
    order::{ContractBasis, RecorderReport, VoiceReport},
    policy::{
        DEFAULT_COUNTRIES, MAX_KEPT_DAYS, MAX_SOURCE_CHARS, MAX_WORDING_CHARS, MAX_WORDINGS,
        PolicyRules, PolicyScope, ProposedPolicy, Terms, Wording, defaults_for, stricter,
    },
};
use proptest::prelude::*;

fn whole_recording() -> RecorderReport {
    let voice = VoiceReport {
        present: true,
        longest_gap_ms: 0,
    };
    RecorderReport {
        recording: Some(RECORDING),
        talk_started_at: at(10),
        confirmed_at: at(300),
        recorded_from: Some(at(10)),
        stored_up_to: Some(at(300)),
        seller: voice,
        buyer: voice,
    }
}

fn rules() -> PolicyRules {
    PolicyRules {
        record: RecordWhen::ContractTalk,
        may_refuse: true,
        written_acceptance: false,
        kept_days: 365,
        source: "§ 1".to_owned(),
    }
}

fn wording(language: &str, text: &str) -> Wording {
    Wording {
        language: language.to_owned(),
        text: text.to_owned(),
    }
}

fn proposed() -> ProposedPolicy {
    ProposedPolicy {
        rules: rules(),
        wordings: vec![
            wording("pt-BR", "gravada"),
            wording("en", "recorded"),
            wording("de", "aufgezeichnet"),
        ],
    }
}

/// X8: what is built in for each country, by what the law asks for.
#[test]
fn x8_the_built_in_policies_are_as_written() {
    let written = ["AT", "FR", "IT", "PT", "RO"];
    for country in DEFAULT_COUNTRIES {
        let scope = PolicyScope::of(Some(country));
        assert!(scope.has_default(), "{country}");
        let rules = defaults_for(scope);
        let first_second = country == "US";
        assert_eq!(
            rules.record == RecordWhen::FirstSecond,
            first_second,
            "{country}"
        );
        assert_eq!(
            rules.written_acceptance,
            written.contains(&country),
            "{country}"
        );
        assert!(rules.may_refuse, "{country}");
    }
    assert!(
        defaults_for(PolicyScope::of(Some("FR")))
            .source
            .contains("L221-16")
    );
}

/// X8: every country has a policy with a source that can be edited as it is; a country without one of its own is
/// treated as strictly as any.
#[test]
fn x8_every_country_has_a_policy() {
    let elsewhere = defaults_for(PolicyScope::Elsewhere);
    assert!(elsewhere.written_acceptance && elsewhere.record == RecordWhen::ContractTalk);
    for country in country::codes() {
        let rules = defaults_for(PolicyScope::of(Some(country)));
        assert_ne!(rules.record, RecordWhen::Never, "{country}");
        if !DEFAULT_COUNTRIES.contains(&country) {
            assert_eq!(rules, elsewhere, "{country}");
        }
        let whole = ProposedPolicy {
            rules,
            wordings: vec![wording("en", "recorded")],
        };
        Terms::new(whole).unwrap();
    }
}

#[test]
fn a_scope_survives_its_name() {
    for name in country::codes().chain(["elsewhere"]) {
        let scope: PolicyScope = name.parse().unwrap();
        assert_eq!(scope.name(), name);
        let json = serde_json::to_string(&scope).unwrap();
        assert_eq!(json, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<PolicyScope>(&json).unwrap(), scope);
    }
    for none in ["", "de", "XX", "DEU", "Elsewhere", "*"] {
        assert!(none.parse::<PolicyScope>().is_err(), "{none}");
        assert_eq!(PolicyScope::of(Some(none)), PolicyScope::Elsewhere);
    }
    assert_eq!(PolicyScope::of(None), PolicyScope::Elsewhere);
}

/// X8: the recording carries the contract only where the law lets it, and only if it is whole.
#[test]
fn x8_where_acceptance_must_be_written_no_recording_replaces_it() {
    let on_recording = ContractBasis::Recording {
        recording: RECORDING,
    };
    let written = PolicyRules {
        written_acceptance: true,
        ..rules()
    };
    let report = whole_recording();
    assert_eq!(rules().basis(&report), on_recording);
    assert_eq!(written.basis(&report), ContractBasis::WrittenConfirmation);
    let none = RecorderReport {
        recording: None,
        ..report
    };
    assert_eq!(rules().basis(&none), ContractBasis::WrittenConfirmation);
}

type Change = fn(&mut ProposedPolicy);

#[test]
fn a_policy_that_does_not_hold_together_is_refused_by_field() {
    let cases: [(Change, &str, FieldCode); 11] = [
        (|it| it.rules.kept_days = 0, "kept_days", code::OUT_OF_RANGE),
        (
            |it| it.rules.kept_days = MAX_KEPT_DAYS + 1,
            "kept_days",
            code::OUT_OF_RANGE,
        ),
        (|it| it.rules.source = " ".into(), "source", code::REQUIRED),
        (
            |it| it.rules.source = "x".repeat(MAX_SOURCE_CHARS + 1),
            "source",
            code::TOO_LONG,
        ),
        (
            |it| it.rules.source = "a\nb".into(),
            "source",
            code::INVALID,
        ),
        (|it| it.wordings.clear(), "wordings", code::REQUIRED),
        (
            |it| it.wordings = vec![wording("en", "x"); MAX_WORDINGS + 1],
            "wordings",
            code::OUT_OF_RANGE,
        ),
        (
            |it| it.wordings[0].text = " \n ".into(),
            "wording",
            code::REQUIRED,
        ),
        (
            |it| it.wordings[0].text = "ü".repeat(MAX_WORDING_CHARS + 1),
            "wording",
            code::TOO_LONG,
        ),
        (
            |it| it.wordings[0].language = "English".into(),
            "language",
            code::INVALID,
        ),
        (
            |it| it.wordings[0].language = "en".into(),
            "language",
            code::INVALID,
        ),
    ];
    for (change, field, code) in cases {
        let mut proposed = proposed();
        change(&mut proposed);
        let errors = Terms::new(proposed).unwrap_err();
        assert!(
            errors.iter().any(|it| it.field == field && it.code == code),
            "{field} {code}: {errors:?}"
        );
    }
}

#[test]
fn each_reader_gets_the_wording_that_fits_best() {
    let terms = Terms::new(proposed()).unwrap();
    for (wanted, got) in [
        ("de", "de"),
        ("de-AT", "de"),
        ("pt", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("fr", "en"),
        ("", "en"),
    ] {
        assert_eq!(terms.wording_for(wanted).language, got, "{wanted}");
    }
    let only_german = ProposedPolicy {
        rules: rules(),
        wordings: vec![wording("de", "aufgezeichnet")],
    };
    let terms = Terms::new(only_german).unwrap();
    assert_eq!(terms.wording_for("fr").language, "de");
    assert_eq!(best(&[] as &[&str], "en", |it| it), None);
}

proptest! {
    /// A wording is named by its hash and language; any other text or language is another wording.
    #[test]
    fn a_wording_is_named_by_exactly_its_text(text in "[ -~]{1,80}", other in "[ -~]{1,80}") {
        prop_assume!(!text.trim().is_empty() && !other.trim().is_empty());
        let proposed = ProposedPolicy { rules: rules(), wordings: vec![wording("en", &text)] };
        let terms = Terms::new(proposed).unwrap();
        let hash = terms.wordings()[0].hash();
        prop_assert!(terms.named("en", hash).is_some());
        prop_assert!(terms.named("de", hash).is_none());
        let of_other = wording("en", other.trim()).hash();
        prop_assert_eq!(terms.named("en", of_other).is_some(), other.trim() == text.trim());
    }

    /// What was checked once survives storage: reading it again changes nothing.
    #[test]
    fn checked_terms_survive_json(kept_days in 1..=MAX_KEPT_DAYS, source in "[ -~]{1,40}", text in "[ -~\n]{1,80}") {
        let proposed = ProposedPolicy {
            rules: PolicyRules { kept_days, source, ..rules() },
            wordings: vec![wording("en", &text)],
        };
        if let Ok(terms) = Terms::new(proposed) {
            let json = serde_json::to_string(&terms).unwrap();
            prop_assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), terms);
        }
    }
}

proptest! {
    /// Whether an order needs acceptance in writing: where either country asks for it, and of the typed country unless
    /// that would be milder.
    #[test]
    fn of_two_countries_the_stricter_decides(typed in 0_usize..10, own in proptest::option::of(0_usize..10)) {
        let rules = |at: usize| defaults_for(PolicyScope::of(Some(DEFAULT_COUNTRIES[at])));
        let (typed, own) = (rules(typed), own.map(rules));
        let either = typed.written_acceptance || own.as_ref().is_some_and(|own| own.written_acceptance);
        let milder = !typed.written_acceptance && either;
        let decides = stricter(typed.clone(), own.clone(), |it| it);
        prop_assert_eq!(decides.written_acceptance, either);
        prop_assert_eq!(Some(decides), if milder { own } else { Some(typed) });
    }
}
