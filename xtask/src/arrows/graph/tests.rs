use super::*;

fn graph(files: &[(&str, &str)]) -> Graph {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let file = root.path().join("house/src").join(name);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    Graph::read(root.path(), "house").expect("a crate")
}

fn arrows(files: &[(&str, &str)]) -> Vec<String> {
    let graph = graph(files);
    let name = |module: &Module| module.join("::");
    graph
        .arrows
        .iter()
        .map(|arrow| format!("{} -> {}", name(&arrow.from), name(&arrow.to)))
        .collect()
}

#[test]
fn every_way_to_name_a_file_is_seen() {
    let found = arrows(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        (
            "a/mod.rs",
            "mod inner;\nuse crate::{b::Thing, c};\nfn f() { c::g(); inner::h(); }\n",
        ),
        (
            "a/inner.rs",
            "use super::super::b as other;\nfn h() { other::x(); super::f(); }\n",
        ),
        (
            "b.rs",
            "pub struct Thing;\npub fn x() { std::mem::drop(crate::c::G) }\n",
        ),
        ("c.rs", "pub fn g() {}\n"),
    ]);
    assert_eq!(
        found,
        [
            "a -> a::inner",
            "a -> b",
            "a -> c",
            "a::inner -> a",
            "a::inner -> b",
            "b -> c",
        ]
    );
}

#[test]
fn what_tests_name_is_no_arrow_of_the_product() {
    let found = arrows(&[
        ("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod tests;\n"),
        (
            "a.rs",
            "#[cfg(test)]\nmod tests { use crate::b; fn t() { b::x(); } }\n#[cfg(test)]\nuse crate::b;\n",
        ),
        ("b.rs", "pub fn x() {}\n"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn another_crate_of_the_same_name_is_not_ours() {
    let found = arrows(&[
        ("lib.rs", "mod a;\nmod serde;\n"),
        ("a.rs", "fn f() { ::serde::x(); serde::y(); }\n"),
        ("serde.rs", ""),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_is_passed_on_is_told_apart() {
    let graph = graph(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a.rs", "pub use crate::b::X;\n"),
        ("b.rs", "pub struct X;\n"),
    ]);
    assert!(
        graph
            .arrows
            .iter()
            .any(|arrow| arrow.passed_on && arrow.line == 1)
    );
}
