use super::*;

fn package(name: &str, dependencies: &[&str]) -> Package {
    let dependency = |name: &&str| Dependency {
        name: (*name).to_owned(),
        path: Some("/somewhere".to_owned()),
    };
    Package {
        name: name.to_owned(),
        dependencies: dependencies.iter().map(dependency).collect(),
    }
}

#[test]
fn a_crate_that_points_the_wrong_way_is_found() {
    let packages = vec![
        package("orderline-domain", &["orderline-protocol"]),
        package("orderline", &["orderline-media"]),
    ];
    assert_eq!(
        between_crates(&Metadata { packages }),
        ["orderline-domain must not depend on orderline-protocol"]
    );
}

#[test]
fn a_crate_without_a_rule_is_found() {
    assert_eq!(
        between_crates(&Metadata {
            packages: vec![package("orderline-more", &[])]
        })
        .len(),
        1
    );
}

#[test]
fn sqlx_is_named_in_the_store_only() {
    let text = "fn load(pool: &sqlx::PgPool) {}";
    assert_eq!(in_file("server/src/http/orders.rs", text).len(), 1);
    assert_eq!(in_file("server/src/storefront.rs", text).len(), 1);
    assert!(in_file("server/src/store/orders.rs", text).is_empty());
    assert!(in_file("server/src/store.rs", text).is_empty());
}

#[test]
fn a_name_counts_as_a_crate_only_at_the_beginning_of_a_path() {
    let path = "media/src/relay/mod.rs";
    assert_eq!(
        in_file(path, "use rtc::peer;\nuse ::rtc::peer;\nuse rtc as core;").len(),
        3
    );
    assert!(
        in_file(
            path,
            "let rtc = 1; call(rtc, self.rtc, crate::rtc::X); // rtc::peer\nlet a = \"rtc::peer\";"
        )
        .is_empty()
    );
}

#[test]
fn the_clock_is_no_part_of_the_rules_but_may_be_of_their_tests() {
    let text = "fn a() { std::time::Instant::now(); }\n#[cfg(test)]\nmod tests { fn b() { Instant::now(); } }";
    assert_eq!(in_file("media/src/engine/peer.rs", text).len(), 1);
    assert!(in_file("media/src/node/mod.rs", text).is_empty());
}

#[test]
fn allowed_lints_are_found_and_functions_of_that_name_are_not() {
    let path = "domain/src/money.rs";
    let marked = concat!(
        "#[al",
        "low(dead_code)]\nfn a() {}\n#![cfg_attr(test, al",
        "low(unused))]"
    );
    assert_eq!(in_file(path, marked).len(), 2);
    assert!(in_file(path, "let a = policy.allow(user); f([1, allow(2)]);").is_empty());
}

#[test]
fn unfinished_words_are_found_as_whole_words() {
    let line = format!("// {} later", UNFINISHED[0]);
    assert_eq!(in_file("domain/src/money.rs", &line).len(), 1);
    assert!(in_file("domain/src/money.rs", &format!("// {}S", UNFINISHED[0])).is_empty());
}

#[test]
fn long_files_are_found() {
    assert!(in_file("domain/src/money.rs", &"\n".repeat(LINES_MAX)).is_empty());
    assert_eq!(
        in_file("domain/src/money.rs", &"\n".repeat(LINES_MAX + 1)).len(),
        1
    );
}

#[test]
fn texts_and_characters_hide_nothing_behind_them() {
    let path = "server/src/http/a.rs";
    for before in [
        "r#\"a \" sqlx:: \"#",
        "'\"'",
        "b'\"'",
        "'\\''",
        "\"\\\"\"",
        "/* /* */ \" */ 1",
        "f::<'a>()",
        "br\"\\\"",
    ] {
        assert_eq!(
            in_file(path, &format!("{before}; sqlx::query(a)")).len(),
            1,
            "after {before}"
        );
    }
}

#[test]
fn a_metric_that_the_operators_page_does_not_have_is_found() {
    let text =
        r#"counter!("orderline_new_total"); gauge!("orderline_sockets"); role("orderline_app");"#;
    let page = "| `orderline_sockets` | gauge |";
    assert_eq!(
        undocumented("server/src/a.rs", text, page),
        ["server/src/a.rs: the metric orderline_new_total is not in docs/metrics.md"]
    );
}
