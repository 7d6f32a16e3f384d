//! How the installation is.

use super::Family;
use orderline_protocol::system::{Part, PartView, Readiness};
use std::collections::BTreeSet;

pub fn check(files: &mut BTreeSet<String>) {
    let name = |part: Part| match part {
        Part::Database => "database",
        Part::Bucket => "bucket",
        Part::Spool => "spool",
        Part::Relay => "relay",
        Part::Turn => "turn",
        Part::Tasks => "tasks",
        Part::Process => "process",
    };
    Family {
        name: "part",
        values: Part::ALL.map(|part| (name(part), part)).to_vec(),
    }
    .check(files);
    let part = PartView {
        part: Part::Bucket,
        ok: false,
        needed: false,
        words: "the object storage does not answer; recordings wait on this machine".to_owned(),
    };
    Family {
        name: "readiness",
        values: vec![(
            "sample",
            Readiness {
                ready: true,
                parts: vec![part],
            },
        )],
    }
    .check(files);
}
