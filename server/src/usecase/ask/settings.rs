//! How a vendor's public page is reached, and who answers: the vendor's own admin says.

use crate::{
    auth,
    failure::Failure,
    store::{
        Tx,
        ask::{self, Page, Saved},
        people::persons,
        vendor::record,
    },
    usecase::{Cx, Query, vendor::log::note},
};
use orderline_domain::{
    field::{FieldError, code},
    people::roles::{Action, Relation},
    vendor::{change::VendorChange, slug::Slug},
};
use orderline_protocol::{
    ask::{PageSettings, SetPage},
    problem::Code,
};

/// The settings as they are.
pub async fn read(query: &mut Query<'_>) -> Result<PageSettings, Failure> {
    auth::authorise(query.actor, Action::ReadVendor, Relation::Own)?;
    as_they_are(&mut query.tx).await
}

/// Changes them. Whoever looked at an older version is told so.
pub async fn set(cx: &mut Cx<'_>, wish: &SetPage) -> Result<PageSettings, Failure> {
    auth::authorise(cx.actor, Action::EditVendor, Relation::Own)?;
    let typed = wish.slug.as_deref().filter(|it| !it.trim().is_empty());
    let page = Page {
        slug: typed.map(Slug::new).transpose()?,
        answers: wish.answers,
        version: wish.version,
    };
    if let Some(answers) = page.answers {
        let sellers = ask::candidates(&mut cx.tx).await?;
        if sellers.iter().all(|it| it.seller != answers) {
            return Err(FieldError::new("answers", code::UNKNOWN).into());
        }
    }
    if ask::page(&mut cx.tx).await? == page {
        return as_they_are(&mut cx.tx).await;
    }
    match ask::save_page(&mut cx.tx, cx.actor.vendor, &page).await? {
        Saved::Done => {}
        Saved::Older => return Err(Code::Conflict.into()),
        Saved::Taken => return Err(FieldError::new("slug", code::TAKEN).into()),
    }
    note(cx, &VendorChange::PageSet).await?;
    as_they_are(&mut cx.tx).await
}

async fn as_they_are(tx: &mut Tx) -> Result<PageSettings, Failure> {
    let record = record::find(tx).await?.ok_or(Code::NotFound)?;
    let page = ask::page(tx).await?;
    let sellers = persons::sellers(tx).await?;
    let proposed = Slug::proposed(&record.record.data.name);
    Ok(PageSettings {
        vendor: record.vendor,
        slug: page.slug.map(|it| it.as_str().to_owned()),
        proposed: proposed.map(|it| it.as_str().to_owned()),
        answers: page.answers,
        sellers: sellers.into_iter().map(Into::into).collect(),
        version: page.version,
    })
}
