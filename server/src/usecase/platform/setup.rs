//! Setting the platform up, once: by the page that the server's one-time token opens, or by command.

use crate::{
    failure::Failure,
    live::common_passwords::is_common,
    store::{
        StoreError,
        people::persons::{self, NewPerson},
        platform,
        vendor::plans,
    },
    usecase::{JobCx, Reach, Runner, again, people::sign_in},
};
use futures::FutureExt as _;
use orderline_domain::{
    field::{FieldError, code},
    ids::{LegalEntityId, UserId, VendorPlanId},
    people::{proof::Proof, roles::Role},
    platform::{PlatformData, ProposedPlatform},
    vendor::plan::VendorPlan,
};
use orderline_protocol::problem::Code;
use std::net::IpAddr;

/// The constraint that a second person of the same address meets.
const EMAIL_ONCE: &str = "people_email_key";

/// Whether the platform was set up.
pub async fn is_set_up(run: &Runner) -> Result<bool, Failure> {
    again(|| run.job(Reach::Nobody, |cx| asked(cx).boxed())).await
}

async fn asked(cx: &mut JobCx<'_>) -> Result<bool, Failure> {
    Ok(platform::is_set_up(&mut cx.tx).await?)
}

/// Sets the platform up from its page, and signs its first admin in.
pub async fn by_token(
    run: &Runner,
    from: IpAddr,
    token: &str,
    proposed: &ProposedPlatform,
) -> Result<sign_in::Begun, Failure> {
    if !run.env.setup.admits(token) {
        return Err(run.env.sign_in.no_link(from).into());
    }
    let admin = establish(run, proposed).await?;
    run.env.setup.close();
    again(|| {
        run.job(Reach::Person(admin), |cx| {
            sign_in::session(cx, (admin, None), Proof::Password).boxed()
        })
    })
    .await
}

/// Sets the platform up: its name, its first legal entity with its terms, its first admin, who is answered.
///
/// # Errors
/// `invalid` with every field that is wrong, `conflict` when it was set up before.
pub async fn establish(run: &Runner, proposed: &ProposedPlatform) -> Result<UserId, Failure> {
    let data = PlatformData::new(proposed, is_common)?;
    let hash = run.env.sign_in.hash(data.admin.password.clone()).await?;
    run.job(Reach::Everyone, |cx| established(cx, data, hash).boxed())
        .await
}

async fn established(
    cx: &mut JobCx<'_>,
    data: PlatformData,
    hash: String,
) -> Result<UserId, Failure> {
    if !platform::establish(&mut cx.tx, &data.name, cx.now).await? {
        return Err(Code::Conflict.into());
    }
    let entity = LegalEntityId::from_uuid(cx.env.entropy.uuid(cx.now));
    platform::add_entity(&mut cx.tx, entity, &data.entity, cx.now).await?;
    // Vendors begin with it.
    let plan = VendorPlanId::from_uuid(cx.env.entropy.uuid(cx.now));
    plans::add(&mut cx.tx, plan, &VendorPlan::first(), cx.now).await?;
    let user = UserId::from_uuid(cx.env.entropy.uuid(cx.now));
    let admin = NewPerson {
        user,
        email: &data.admin.email,
        name: &data.admin.name,
        country: None,
        password_hash: &hash,
    };
    persons::add(&mut cx.tx, &admin, cx.now)
        .await
        .map_err(raced)?;
    platform::grant(&mut cx.tx, user, Role::PlatformAdmin, cx.now).await?;
    Ok(user)
}

fn raced(error: StoreError) -> Failure {
    if error.is_constraint(EMAIL_ONCE) {
        FieldError::new("admin.email", code::TAKEN).into()
    } else {
        error.into()
    }
}
