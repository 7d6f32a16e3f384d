//! A disk that is full, by a bound that no disk keeps.

use super::{args, assert_found};
use orderline_domain::checkup::{Part, Symptom, bounds::DiskBounds};
use orderline_server::doctor::examine_with;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_full_disk_is_found() {
    let data = tempfile::tempdir().expect("a folder");
    for (low, least, symptom) in [
        (1, 1, Symptom::DiskGood),
        (u64::MAX, 1, Symptom::DiskLow),
        (u64::MAX, u64::MAX, Symptom::DiskFull),
    ] {
        let args = args("postgres://127.0.0.1:1/none", data.path(), &[]);
        let report = examine_with(args, DiskBounds { low, least }).await;
        assert_found(&report.expect("a report"), Part::Disk, symptom);
    }
}
