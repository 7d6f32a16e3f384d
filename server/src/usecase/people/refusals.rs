//! Requests that were refused for want of rights: counted in memory after the answer, written together a little later, read by
//! the platform's own people.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::people::refusals::{self, Counted},
    usecase::{JobCx, PlatformCx, Reach, Runner},
};
use futures::FutureExt as _;
use orderline_domain::{
    network::network,
    people::{refusal::Line, roles::Action},
};
use orderline_protocol::security::{AccountOf, RefusalLine, Refusals};

/// Writes what was counted on this node. What cannot be written is lost.
pub async fn write(run: &Runner) -> Result<(), Failure> {
    let waiting = run.env.refusals.take();
    if waiting.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<(Line, i64)> = waiting.into_iter().collect();
    // Nodes that write the same lines lock them in the same sequence.
    lines.sort_by_key(|(line, _)| (line.hour, line.user, line.from, line.refused));
    run.job(Reach::Everyone, |cx| written(cx, lines).boxed())
        .await
}

async fn written(cx: &mut JobCx<'_>, lines: Vec<(Line, i64)>) -> Result<(), Failure> {
    for (line, times) in lines {
        let id = cx.env.entropy.uuid(cx.now);
        let of = (&line, network(line.from));
        refusals::count(&mut cx.tx, id, of, times).await?;
    }
    Ok(())
}

/// A page of them, the newest hour first.
pub async fn list(cx: &mut PlatformCx<'_>, wanted: &Wanted) -> Result<Refusals, Failure> {
    auth::authorise_steward(cx.steward, Action::ReadSecurityLog)?;
    let lines = refusals::lines(&mut cx.tx, wanted).await?;
    Ok(lines.page(view))
}

fn view(it: Counted) -> RefusalLine {
    RefusalLine {
        hour: it.hour,
        refused: it.refused,
        who: it.who.map(|who| AccountOf {
            user: who.user,
            name: who.name,
            email: who.email,
        }),
        from: it.from,
        count: it.times,
    }
}
