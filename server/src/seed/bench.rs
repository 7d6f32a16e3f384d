//! Many more people for the demo shop: what the load generators sign in as.

use crate::{
    app::App,
    config::demo::BENCH_DOORS,
    failure::Failure,
    store::{
        self,
        people::persons::{self, NewPerson},
        seed::NewUser,
        thread::{self, NewThread},
    },
};
use orderline_domain::ids::{ThreadId, UserId};

/// Most pairs that one shop is given.
pub const MAX_PAIRS: u32 = 10_000;

/// Writes pairs of a seller and a buyer with a thread each, as far as they are not there yet. They share the
/// password of `like`.
pub async fn pairs(app: &App, like: &str, count: u32) -> Result<(), Failure> {
    let mut tx = app.store.begin_unscoped().await?;
    let like = persons::credentials(&mut tx, like).await?;
    let mut begin = 0;
    while begin < count
        && persons::credentials(&mut tx, &format!("bench-buyer-{begin}@bench.example"))
            .await?
            .is_some()
    {
        begin += 1;
    }
    tx.roll_back().await?;
    let nobody = || Failure::Internal("the demo shop has no people".into());
    let like = like.ok_or_else(nobody)?;
    let now = app.clock.now();
    let mut tx = app.store.begin_jobs().await?;
    let vendor = store::seed::vendor_of(&mut tx, like.user)
        .await?
        .ok_or_else(nobody)?;
    for number in begin..count.min(MAX_PAIRS) {
        let mut pair = Vec::with_capacity(BENCH_DOORS.len());
        for (prefix, role) in BENCH_DOORS {
            let user = UserId::from_uuid(app.entropy.uuid(now));
            let new = NewUser {
                person: NewPerson {
                    user,
                    email: &format!("{prefix}{number}@bench.example"),
                    name: &format!("{prefix}{number}"),
                    // Recorded from the first second, which is what is measured.
                    country: Some("US"),
                    password_hash: &like.password_hash,
                },
                vendor,
                role,
                at: now,
            };
            store::seed::user(&mut tx, &new).await?;
            pair.push((user, role));
        }
        let new = NewThread {
            thread: ThreadId::from_uuid(app.entropy.uuid(now)),
            vendor,
            title: "Load",
            people: &pair,
            at: now,
        };
        thread::open(&mut tx, &new).await?;
    }
    tx.commit().await?;
    Ok(())
}
