//! The complete table, `xtask/rooms.toml`: every room of every crate, and the rooms that it may name. Change it
//! together with ARCHITECTURE.md.
//!
//! A room is a module with all that stands below it, but for what is a room of its own. A file that belongs to no room
//! and an arrow that the table does not have are faults; so is passing a lower room's things on under one's own name.

use super::graph::{Arrow, Graph, Module};
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The table: a crate's folder, its rooms (`store::call`), and for each the rooms that it may name.
pub(super) type Table = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// One crate's rooms.
pub(super) type Rooms = BTreeMap<String, Vec<String>>;

/// The crate's root, its `lib.rs` or `main.rs`, puts everything together and is no room.
const ROOT: &str = "";

const TABLE: &str = include_str!("../../rooms.toml");

/// The part of the file that says what is still passed on: a list to be shortened.
const PASSED_ON: &str = "passed-on";

/// The table as it is written.
///
/// # Errors
/// When it is not TOML of that shape.
pub(super) fn table() -> Result<Table> {
    let mut table: Table = toml::from_str(TABLE).context("xtask/rooms.toml")?;
    table.remove(PASSED_ON);
    Ok(table)
}

/// What a crate's rooms still pass on of lower ones, as `call -> text`.
///
/// # Errors
/// As [`table`].
pub(super) fn passed_on(folder: &str) -> Result<Vec<String>> {
    let mut table: Table = toml::from_str(TABLE).context("xtask/rooms.toml")?;
    let all = table.remove(PASSED_ON).unwrap_or_default();
    Ok(all.get(folder).cloned().unwrap_or_default())
}

/// The room that a module stands in: the one with the longest path.
fn room_of<'a>(rooms: &'a Rooms, module: &Module) -> Option<&'a str> {
    let path = module.join("::");
    if path == ROOT {
        return Some(ROOT);
    }
    rooms
        .keys()
        .filter(|room| path == **room || path.starts_with(&format!("{room}::")))
        .max_by_key(|room| room.len())
        .map(String::as_str)
}

/// What breaks the table.
pub(super) fn faults(rooms: &Rooms, passed_on: &[String], graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    for (module, file) in &graph.files {
        if room_of(rooms, module).is_none() {
            faults.push(format!("{file}: stands in no room of the table"));
        }
    }
    for (from, to, arrow) in between(rooms, graph) {
        if from == ROOT || to == ROOT {
            continue;
        }
        let file = graph.files.get(&arrow.from).map_or("", String::as_str);
        if !rooms[from].iter().any(|may| may == to) {
            faults.push(format!("{file}:{}: {from} must not name {to}", arrow.line));
        }
        let own_child = to.starts_with(&format!("{from}::"));
        if arrow.passed_on && !own_child && !passed_on.contains(&format!("{from} -> {to}")) {
            faults.push(format!("{file}:{}: passes on what is {to}'s", arrow.line));
        }
    }
    let named = named(rooms, graph);
    for (room, may) in rooms {
        for to in may {
            if !named
                .get(room.as_str())
                .is_some_and(|it| it.contains(to.as_str()))
            {
                faults.push(format!(
                    "xtask/rooms.toml: {room} may name {to} and does not"
                ));
            }
        }
    }
    faults
}

/// Which room names which, as it is.
pub(super) fn named<'a>(rooms: &'a Rooms, graph: &Graph) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut named: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for room in rooms.keys() {
        named.entry(room.as_str()).or_default();
    }
    for (from, to, _) in between(rooms, graph) {
        if from != ROOT && to != ROOT {
            named.entry(from).or_default().insert(to);
        }
    }
    named
}

/// The arrows from one room to another.
fn between<'a, 'b>(
    rooms: &'a Rooms,
    graph: &'b Graph,
) -> impl Iterator<Item = (&'a str, &'a str, &'b Arrow)> {
    graph.arrows.iter().filter_map(|arrow| {
        let (from, to) = (room_of(rooms, &arrow.from)?, room_of(rooms, &arrow.to)?);
        (from != to).then_some((from, to, arrow))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(rows: &[(&str, &[&str])]) -> Rooms {
        rows.iter()
            .map(|(room, may)| {
                let may = may.iter().map(ToString::to_string).collect();
                ((*room).to_owned(), may)
            })
            .collect()
    }

    fn graph(arrows: &[(&str, &str, bool)]) -> Graph {
        let module = |text: &str| -> Module { text.split("::").map(str::to_owned).collect() };
        let mut graph = Graph::default();
        for (from, to, passed_on) in arrows {
            for name in [from, to] {
                graph.files.insert(module(name), format!("{name}.rs"));
            }
            graph.arrows.push(Arrow {
                from: module(from),
                to: module(to),
                line: 3,
                passed_on: *passed_on,
            });
        }
        graph
    }

    #[test]
    fn an_arrow_that_the_table_does_not_have_is_a_fault() {
        let rooms = rooms(&[("http", &["usecase"]), ("usecase", &[]), ("store", &[])]);
        let graph = graph(&[
            ("http::orders", "usecase::order", false),
            ("http", "store::tx", false),
        ]);
        assert_eq!(
            faults(&rooms, &[], &graph),
            ["http.rs:3: http must not name store"]
        );
    }

    #[test]
    fn a_file_in_no_room_and_a_permission_that_nobody_uses_are_faults() {
        let rooms = rooms(&[("a", &["b"]), ("b", &[])]);
        let found = faults(&rooms, &[], &graph(&[("c", "b", false)]));
        assert_eq!(
            found,
            [
                "c.rs: stands in no room of the table",
                "xtask/rooms.toml: a may name b and does not"
            ]
        );
    }

    #[test]
    fn a_lower_rooms_things_are_not_passed_on_but_a_rooms_own_are() {
        let rooms = rooms(&[("a", &["a::b", "c"]), ("a::b", &[]), ("c", &[])]);
        let found = faults(
            &rooms,
            &[],
            &graph(&[("a", "a::b", true), ("a::x", "c", true)]),
        );
        assert_eq!(found, ["a::x.rs:3: passes on what is c's"]);
    }
}
