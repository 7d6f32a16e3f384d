//! What is still good, and what is found otherwise.

use jiff::{SignedDuration, Timestamp};
use orderline_domain::checkup::{
    Arrived, DatabaseFacts, MediaFacts, MigrationFacts, Part, RoleFacts, Symptom, Verdict,
    bounds::{DiskBounds, MAX_CLOCK_SKEW, judge_clock},
};
use proptest::prelude::*;
use std::{collections::BTreeMap, net::IpAddr};

fn migrations(versions: &[i64]) -> BTreeMap<i64, Vec<u8>> {
    versions.iter().map(|it| (*it, vec![1])).collect()
}

fn good() -> DatabaseFacts {
    DatabaseFacts {
        version: 17,
        roles: vec![RoleFacts {
            name: "orderline_app".to_owned(),
            bypasses: false,
        }],
        migrations: MigrationFacts {
            ours: migrations(&[1, 2]),
            applied: migrations(&[1, 2]),
        },
        ..DatabaseFacts::default()
    }
}

#[test]
fn the_worst_of_a_database_is_told_first() {
    assert_eq!(good().judge().symptom, Symptom::DatabaseGood);
    let mut facts = good();
    facts.unguarded = vec!["orders".to_owned()];
    assert_eq!(facts.judge().symptom, Symptom::DatabaseUnguarded);
    facts.migrations.applied = migrations(&[1]);
    assert_eq!(facts.judge().symptom, Symptom::DatabaseBehind);
    facts.migrations.applied = migrations(&[1, 3]);
    assert_eq!(facts.judge().symptom, Symptom::DatabaseAhead);
    facts.roles[0].bypasses = true;
    assert_eq!(facts.judge().symptom, Symptom::DatabaseBypasses);
    facts.version = 14;
    assert_eq!(facts.judge().symptom, Symptom::DatabaseOld);
    assert_eq!(facts.judge().params["least"], "15");
}

fn media(announced: &str, public: bool) -> Symptom {
    let facts = MediaFacts {
        bound_to: ([0, 0, 0, 0], 3478).into(),
        announced: vec![announced.parse().expect("an address")],
        ours: false,
        public,
    };
    facts.judge().symptom
}

#[test]
fn an_address_that_nobody_elsewhere_reaches_is_none_to_announce() {
    for private in [
        "127.0.0.1",
        "10.0.0.7",
        "192.168.1.1",
        "::1",
        "fd00::7",
        "0.0.0.0",
    ] {
        assert_eq!(media(private, true), Symptom::MediaPrivate, "{private}");
        assert_eq!(media(private, false), Symptom::MediaGood, "{private}");
    }
    for public in ["203.0.113.7", "2001:db8::7"] {
        assert_eq!(media(public, true), Symptom::MediaGood, "{public}");
    }
}

#[test]
fn a_port_that_the_system_chooses_is_not_named() {
    let mut facts = MediaFacts {
        bound_to: ([0, 0, 0, 0], 0).into(),
        announced: Vec::new(),
        ours: false,
        public: false,
    };
    assert_eq!(facts.judge().params["address"], "0.0.0.0");
    facts.bound_to.set_port(3478);
    assert_eq!(facts.judge().params["address"], "0.0.0.0:3478");
}

#[test]
fn how_a_request_comes_back_says_what_proxies_do() {
    let claimed: IpAddr = [192, 0, 2, 77].into();
    let arrived = |ours, client: [u8; 4], by_proxy, proxies| Arrived {
        url: "https://shop.example".to_owned(),
        ours,
        client: Some(client.into()),
        claimed,
        by_proxy,
        proxies,
        proxied: true,
    };
    for (case, symptom) in [
        (
            arrived(Some(false), [203, 0, 113, 9], false, true),
            Symptom::PublicElsewhere,
        ),
        (
            arrived(None, [203, 0, 113, 9], false, true),
            Symptom::PublicWaits,
        ),
        (
            arrived(Some(true), [192, 0, 2, 77], false, true),
            Symptom::PublicForged,
        ),
        (
            arrived(Some(true), [10, 0, 0, 1], true, true),
            Symptom::PublicSilent,
        ),
        (
            arrived(Some(true), [10, 0, 0, 1], false, false),
            Symptom::PublicUnnamed,
        ),
        (
            arrived(Some(true), [203, 0, 113, 9], false, true),
            Symptom::PublicGood,
        ),
    ] {
        assert_eq!(case.judge().symptom, symptom, "{case:?}");
    }
}

#[test]
fn names_are_one_each_and_come_back() {
    let mut names: Vec<&str> = Symptom::ALL.iter().map(|it| it.name()).collect();
    for symptom in Symptom::ALL {
        let json = serde_json::to_value(symptom).expect("JSON");
        assert_eq!(json, symptom.name());
        assert_eq!(serde_json::from_value::<Symptom>(json).ok(), Some(*symptom));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Symptom::ALL.len());
    assert!(Verdict::Ok < Verdict::Warning && Verdict::Warning < Verdict::Broken);
}

proptest! {
    #[test]
    fn less_room_is_never_better(low in 0_u64.., least in 0_u64.., free in 0_u64.., less in 0_u64..) {
        let bounds = DiskBounds { low, least };
        let (more, fewer) = (bounds.judge("/", free), bounds.judge("/", free.saturating_sub(less)));
        prop_assert!(more.verdict <= fewer.verdict);
        prop_assert_eq!(more.part, Part::Disk);
    }

    #[test]
    fn clocks_may_differ_either_way_up_to_the_bound(seconds in -100_000_i64..100_000) {
        let ours = Timestamp::UNIX_EPOCH;
        let theirs = ours + SignedDuration::from_secs(seconds);
        let good = judge_clock(ours, theirs).verdict == Verdict::Ok;
        prop_assert_eq!(good, seconds.abs() <= MAX_CLOCK_SKEW.as_secs());
    }
}
