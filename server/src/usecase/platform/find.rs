//! Somebody of the platform's looks for one exact thing in all vendors. What is looked for, by whom and why is written before
//! it is answered.

use crate::{
    auth,
    failure::Failure,
    store::people::visits::{self, Found, Written},
    usecase::PlatformCx,
};
use orderline_domain::people::{roles::Action, visit::Search};
use orderline_protocol::{
    problem::Code,
    visit::{Find, Finding, Findings},
};

/// Looks for it.
pub async fn find(cx: &mut PlatformCx<'_>, wish: &Find) -> Result<Findings, Failure> {
    auth::authorise_steward(cx.steward, Action::FindAcrossVendors)?;
    let search = Search::new(&wish.what, &wish.reason)?;
    let found = visits::find(&mut cx.tx, &search.sought).await?;
    let mut vendors: Vec<_> = found.iter().map(|it| it.vendor).collect();
    vendors.sort_unstable();
    vendors.dedup();
    let new = Written {
        search: wish.search,
        by: (cx.steward.user, cx.steward.role),
        at: cx.now,
        what: search.sought.written(),
        reason: search.reason,
        found: found.len(),
        vendors,
    };
    if !visits::write(&mut cx.tx, &new).await? {
        let known = visits::written(&mut cx.tx, wish.search).await?;
        let same =
            known.is_some_and(|it| (it.by, it.what, it.reason) == (new.by, new.what, new.reason));
        if !same {
            return Err(Code::CommandReused.into());
        }
    }
    Ok(Findings {
        items: found.into_iter().map(view).collect(),
    })
}

fn view(it: Found) -> Finding {
    Finding {
        vendor: it.vendor,
        vendor_name: it.vendor_name,
        thread: it.thread,
        title: it.title,
        order_number: it.order,
        at: it.at,
    }
}
