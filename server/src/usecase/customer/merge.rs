//! Two records of one customer become one (ADR 27).

use super::record::{seen, theirs, view};
use crate::{
    failure::Failure,
    store::customer::{
        self, addresses,
        merges::{self, NewMerge},
    },
    usecase::{Cx, Query},
};
use orderline_domain::{
    customer::{
        addresses::Addresses,
        merge::{MAX_MERGED, Stays, joined, stays},
    },
    field::{FieldError, code},
    ids::CustomerId,
    people::roles::Action,
};
use orderline_protocol::{
    customer::{CustomerView, MergeCustomers, MergedCustomer, MergedCustomers},
    problem::Code,
};

/// Makes two records one. Which stays the rules say; the other is read in its place from now on. Asked again with the same
/// id, the one that stays is answered again.
pub async fn merge(
    cx: &mut Cx<'_>,
    first: CustomerId,
    wish: &MergeCustomers,
) -> Result<CustomerView, Failure> {
    let asked = (cx.actor, Action::EditCustomers);
    theirs(&mut cx.tx, asked, first).await?;
    customer::lock(&mut cx.tx, &[first, wish.with]).await?;
    if let Some((stays, goes)) = merges::find(&mut cx.tx, wish.merge).await? {
        let both = [(first, wish.with), (wish.with, first)];
        if !both.contains(&(stays, goes)) {
            return Err(Code::CommandReused.into());
        }
        let merged = theirs(&mut cx.tx, asked, stays).await?;
        return view(&mut cx.tx, &merged).await;
    }
    let one = theirs(&mut cx.tx, asked, first).await?;
    let other = seen(&mut cx.tx, asked, wish.with).await?;
    let other = other.ok_or_else(|| FieldError::new("with", code::UNKNOWN))?;
    if one.customer == other.customer {
        return Err(FieldError::new("with", code::INVALID).into());
    }
    if one.version != wish.version || other.version != wish.with_version {
        return Err(Code::Conflict.into());
    }
    let (stays, goes) = match stays(one.record.data(), other.record.data()) {
        Ok(Stays::First) => (one, other),
        Ok(Stays::Second) => (other, one),
        Err(why) => return Err(FieldError::new("with", why).into()),
    };
    let held = merges::count(&mut cx.tx, [stays.customer, goes.customer]).await?;
    if usize::try_from(held).map_or(true, |held| held >= MAX_MERGED) {
        return Err(FieldError::range("with", 0, MAX_MERGED).into());
    }
    let new = NewMerge {
        id: wish.merge,
        vendor: cx.actor.vendor,
        at: cx.now,
        by: (cx.actor.user, cx.actor.role),
        stays: &stays,
        goes: &goes,
        joined: &joined(&stays.record, &goes.record),
    };
    if !merges::make(&mut cx.tx, &new).await? {
        return Err(Code::Conflict.into());
    }
    let own = addresses::of(&mut cx.tx, stays.customer).await?;
    let others = addresses::of(&mut cx.tx, goes.customer).await?;
    let vendor = cx.actor.vendor;
    addresses::write(&mut cx.tx, (vendor, goes.customer), &Addresses::default()).await?;
    addresses::write(&mut cx.tx, (vendor, stays.customer), &own.and(others)).await?;
    let merged = customer::find(&mut cx.tx, stays.customer).await?;
    view(&mut cx.tx, &merged.ok_or(Code::NotFound)?).await
}

/// The records that have become a part of this one.
pub async fn merged(
    query: &mut Query<'_>,
    customer: CustomerId,
) -> Result<MergedCustomers, Failure> {
    let asked = (query.actor, Action::ReadCustomers);
    let found = theirs(&mut query.tx, asked, customer).await?;
    let all = merges::of(&mut query.tx, found.customer).await?;
    let merged = all.into_iter().map(|(it, record)| MergedCustomer {
        customer: it.customer,
        data: record.data().clone(),
        at: it.at,
        by: it.by.into(),
    });
    Ok(MergedCustomers {
        merged: merged.collect(),
    })
}
