//! Somebody of the platform's looks into a vendor where a search found something, until the visit ends; the vendor reads
//! who did.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::people::visits::{self, Visit},
    usecase::{AfterCommit, JobCx, PlatformCx, Query, Reach, Runner},
};
use futures::FutureExt as _;
use orderline_domain::{
    ids::{UserId, VisitId},
    people::{
        roles::{Action, Relation},
        visit,
    },
};
use orderline_protocol::{
    problem::Code,
    visit::{BeginVisit, VisitLine, VisitLog, VisitView},
};

/// A visit begins, or the one by the same search is extended. The id is the client's: asked again with it, the same visit
/// is answered.
pub async fn begin(cx: &mut PlatformCx<'_>, wish: &BeginVisit) -> Result<VisitView, Failure> {
    auth::authorise_steward(cx.steward, Action::FindAcrossVendors)?;
    let role = visit::role_at_vendor(cx.steward.role).ok_or(Code::NotFound)?;
    let search = visits::written(&mut cx.tx, wish.search).await?;
    let search = search
        .filter(|it| it.by == (cx.steward.user, cx.steward.role))
        .filter(|it| it.vendors.contains(&wish.vendor))
        .ok_or(Code::NotFound)?;
    let new = Visit {
        visit: wish.visit,
        vendor: wish.vendor,
        user: cx.steward.user,
        role,
        search: wish.search,
        until: visit::ends_at(cx.now),
    };
    if let Some(known) = visits::lock(&mut cx.tx, wish.visit).await? {
        let same = (known.user, known.vendor, known.search) == (new.user, new.vendor, new.search);
        return match (same, known.until > cx.now) {
            (true, true) => Ok(view(&known)),
            (true, false) => Err(Code::Conflict.into()),
            (false, _) => Err(Code::CommandReused.into()),
        };
    }
    if !visit::still_holds(search.at, cx.now) {
        return Err(Code::Conflict.into());
    }
    if let Some(lasting) = visits::extend(&mut cx.tx, &new, cx.now).await? {
        return Ok(view(&Visit {
            visit: lasting,
            ..new
        }));
    }
    visits::begin(&mut cx.tx, &new, &search.reason, cx.now).await?;
    Ok(view(&new))
}

/// Whoever visits a vendor ends that, with every visit of theirs to it, and loses at once what it let them see. One that
/// is over already is no fault; another's is nobody's to find.
pub async fn end(run: &Runner, user: UserId, visit: VisitId) -> Result<(), Failure> {
    run.job(Reach::Everyone, |cx| ended(cx, user, visit).boxed())
        .await
}

async fn ended(cx: &mut JobCx<'_>, user: UserId, visit: VisitId) -> Result<(), Failure> {
    let known = visits::lock(&mut cx.tx, visit).await?;
    let known = known.filter(|it| it.user == user).ok_or(Code::NotFound)?;
    let sessions = visits::end(&mut cx.tx, (user, known.vendor), cx.now).await?;
    let renewed = sessions.into_iter().map(AfterCommit::Renewed);
    cx.news.after.extend(renewed);
    Ok(())
}

/// A page of who looked into the vendor, the newest first.
pub async fn log(query: &mut Query<'_>, wanted: &Wanted) -> Result<VisitLog, Failure> {
    auth::authorise(query.actor, Action::ReadPeople, Relation::Own)?;
    let lines = visits::lines(&mut query.tx, wanted).await?;
    Ok(lines.page(|it| VisitLine {
        by: it.by.into(),
        from: it.from,
        until: it.until,
        reason: it.reason,
    }))
}

const fn view(it: &Visit) -> VisitView {
    VisitView {
        visit: it.visit,
        vendor: it.vendor,
        role: it.role,
        until: it.until,
    }
}
