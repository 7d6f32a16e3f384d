//! The complete table: every room of every crate, and the rooms that it may name. Change it together with
//! ARCHITECTURE.md.
//!
//! A room is a module with all that stands below it, but for what is a room of its own. A file that belongs to no room
//! and an arrow that the table does not have are faults; so is passing a lower room's things on under one's own name.

use super::graph::{Graph, Module};
use std::collections::{BTreeMap, BTreeSet};

/// One crate's rooms.
pub struct House {
    /// The crate's folder.
    pub folder: &'static str,
    /// Each room by its path (`store::call`), with the rooms that it may name.
    pub rooms: &'static [(&'static str, &'static [&'static str])],
}

/// Stands in the list of what a room may name: it puts the others together.
const EVERYTHING: &str = "*";

/// The crate's root: its `lib.rs` or `main.rs`.
const ROOT: &str = "";

pub const HOUSES: &[House] = &[
    House {
        folder: "domain",
        rooms: &[(ROOT, &[EVERYTHING])],
    },
    House {
        folder: "protocol",
        rooms: &[(ROOT, &[EVERYTHING])],
    },
    House {
        folder: "media",
        rooms: &[
            (ROOT, &[EVERYTHING]),
            ("rtp", &[]),
            ("types", &["rtp"]),
            ("engine", &["rtp", "types"]),
            ("relay", &["rtp", "types"]),
            ("record", &["rtp", "types"]),
            ("render", &["rtp", "types", "record"]),
            ("node", &["rtp", "types", "engine", "relay", "record"]),
            ("testkit", &["rtp", "types", "engine", "node"]),
        ],
    },
    House {
        folder: "server",
        rooms: &[(ROOT, &[EVERYTHING])],
    },
    House {
        folder: "app",
        rooms: &[(ROOT, &[EVERYTHING])],
    },
    House {
        folder: "tests",
        rooms: &[(ROOT, &[EVERYTHING])],
    },
    House {
        folder: "xtask",
        rooms: &[(ROOT, &[EVERYTHING])],
    },
];

/// The room that a module stands in: the one with the longest path; `None` where only the root would be left.
fn room_of(house: &House, module: &Module) -> Option<&'static str> {
    let path = module.join("::");
    house
        .rooms
        .iter()
        .map(|(room, _)| *room)
        .filter(|room| {
            path == *room || (!room.is_empty() && path.starts_with(&format!("{room}::")))
        })
        .max_by_key(|room| room.len())
}

/// What breaks the table.
pub fn faults(house: &House, graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    for (module, file) in &graph.files {
        if room_of(house, module).is_none() {
            faults.push(format!("{file}: stands in no room of the table"));
        }
    }
    for arrow in &graph.arrows {
        let (Some(from), Some(to)) = (room_of(house, &arrow.from), room_of(house, &arrow.to))
        else {
            continue;
        };
        if from == to || to == ROOT {
            continue;
        }
        let file = graph.files.get(&arrow.from).map_or("", String::as_str);
        let may = house.rooms.iter().find(|(room, _)| *room == from);
        let may = may.map_or(&[] as &[&str], |(_, may)| may);
        let composes = may.contains(&EVERYTHING);
        if !composes && !may.contains(&to) {
            faults.push(format!("{file}:{}: {from} must not name {to}", arrow.line));
        }
        if !composes && arrow.passed_on {
            faults.push(format!("{file}:{}: passes on what is {to}'s", arrow.line));
        }
    }
    faults
}

/// Which room names which, as it is.
pub fn named(house: &House, graph: &Graph) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut named: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (room, _) in house.rooms {
        named.entry(*room).or_default();
    }
    for arrow in &graph.arrows {
        if let (Some(from), Some(to)) = (room_of(house, &arrow.from), room_of(house, &arrow.to))
            && from != to
        {
            named.entry(from).or_default().insert(to);
        }
    }
    named
}
