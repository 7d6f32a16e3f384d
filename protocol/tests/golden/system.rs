//! How the installation is.

use super::Family;
use super::samples::at;
use orderline_protocol::system::{
    JobRef, JobView, JobsView, Part, PartView, QueuedJobView, Readiness,
};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(crate) fn check(files: &mut BTreeSet<String>) {
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
    jobs(files);
}

fn jobs(files: &mut BTreeSet<String>) {
    let name = "housekeeping".to_owned();
    let job = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0077);
    let view = JobView {
        name: name.clone(),
        running: false,
        next_due: Some(at()),
        last_end: Some(at()),
        last_done: None,
        failures: 2,
        error: Some("the database does not answer".to_owned()),
    };
    let queued = QueuedJobView {
        job,
        name: "mail".to_owned(),
        run_at: at(),
        attempts: 14,
        running: false,
        failed_at: Some(at()),
        repeatable: true,
        error: Some("550 nobody here".to_owned()),
    };
    Family {
        name: "jobs",
        values: vec![(
            "sample",
            JobsView {
                jobs: vec![view],
                queued: vec![queued],
            },
        )],
    }
    .check(files);
    Family {
        name: "job_ref",
        values: vec![
            ("job", JobRef::Job { name }),
            ("queued", JobRef::Queued { job }),
        ],
    }
    .check(files);
}
