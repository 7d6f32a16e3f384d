//! A buyer begins: vendors' public pages, and the questions that are asked there (ADR 24).

pub mod look;
pub mod question;
pub mod settings;

use crate::{
    actor::Scope,
    failure::Failure,
    store::{
        Tx,
        ask::{self, OpenThread},
        catalogue::products,
        thread,
    },
    usecase::{JobCx, Reach, Runner, again, people::session::SignedIn},
};
use futures::FutureExt as _;
use orderline_domain::{
    ask::answering::who_answers,
    catalogue::product::Offered,
    ids::{ProductId, ThreadId, UserId, VendorId},
    people::proof::Proof,
    vendor::slug::Slug,
};
use orderline_protocol::problem::Code;

/// Who stands before a vendor's public page.
#[derive(Clone, Debug)]
enum Asker {
    /// Nobody knows them.
    Stranger,
    /// They are signed in, whatever they are to this vendor.
    Known(Known),
    /// They have a session of one open thread of this vendor's: whatever they ask goes there.
    InThread(Known, OpenThread),
}

/// Somebody with a session.
#[derive(Clone, Debug)]
struct Known {
    user: UserId,
    name: String,
    proof: Proof,
}

impl Asker {
    /// What their transactions see. A session of one thread asks as the vendor's own: nothing but its thread is touched.
    fn reach(&self, vendor: VendorId) -> Reach {
        let person = match self {
            Self::Known(known) => Some(known.user),
            Self::Stranger | Self::InThread(..) => None,
        };
        Reach::Scope(Scope {
            vendor,
            person,
            only_thread: None,
        })
    }

    fn user(&self) -> Option<UserId> {
        match self {
            Self::Stranger => None,
            Self::Known(known) | Self::InThread(known, _) => Some(known.user),
        }
    }
}

/// Whose page stands at this address. There is no telling an unknown one from one that never was.
async fn vendor_of(run: &Runner, page: &str) -> Result<VendorId, Failure> {
    let id = page.parse().ok();
    let slug = Slug::new(page).ok();
    let found = again(|| run.job(Reach::Nobody, |cx| found(cx, id, slug.clone()).boxed())).await?;
    Ok(found.ok_or(Code::NotFound)?)
}

async fn found(
    cx: &mut JobCx<'_>,
    id: Option<VendorId>,
    slug: Option<Slug>,
) -> Result<Option<VendorId>, Failure> {
    Ok(ask::vendor_of(&mut cx.tx, id, slug.as_ref()).await?)
}

/// Who asks, by the session that they have. One of another vendor's thread says nothing here, nor does one of a thread
/// that is closed. Nor is anybody known who still owes a second factor: the page is there for them as for everybody.
async fn asker(run: &Runner, vendor: VendorId, me: Option<&SignedIn>) -> Result<Asker, Failure> {
    let Some(me) = me else {
        return Ok(Asker::Stranger);
    };
    let known = Known {
        user: me.user(),
        name: me.name().to_owned(),
        proof: me.proof(),
    };
    if !me.is_limited() {
        return Ok(match me.may_act() {
            Ok(()) => Asker::Known(known),
            Err(_) => Asker::Stranger,
        });
    }
    let own = me.actor().ok().filter(|actor| actor.vendor == vendor);
    let Some(thread) = own.and_then(|actor| actor.only_thread) else {
        return Ok(Asker::Stranger);
    };
    let open = again(|| run.job(vendor, |cx| still_open(cx, thread).boxed())).await?;
    Ok(open.map_or(Asker::Stranger, |open| Asker::InThread(known, open)))
}

async fn still_open(cx: &mut JobCx<'_>, thread: ThreadId) -> Result<Option<OpenThread>, Failure> {
    Ok(ask::still_open(&mut cx.tx, thread).await?)
}

/// The asker's open thread into which a question about this goes.
async fn open_thread(
    tx: &mut Tx,
    asker: &Asker,
    product: Option<ProductId>,
) -> Result<Option<OpenThread>, Failure> {
    Ok(match asker {
        Asker::Stranger => None,
        Asker::Known(known) => ask::open_thread(tx, known.user, product).await?,
        Asker::InThread(_, open) => Some(open.clone()),
    })
}

/// The same, kept open: whoever closes it waits until the question is in it. `None` where it was closed meanwhile.
async fn open_thread_locked(
    tx: &mut Tx,
    asker: &Asker,
    product: Option<ProductId>,
) -> Result<Option<OpenThread>, Failure> {
    let Some(found) = open_thread(tx, asker, product).await? else {
        return Ok(None);
    };
    thread::lock(tx, found.thread).await?;
    Ok(ask::still_open(tx, found.thread).await?)
}

/// The seller who answers a new question of theirs.
async fn answering(tx: &mut Tx, asker: &Asker) -> Result<Option<UserId>, Failure> {
    let named = ask::page(tx).await?.answers;
    let candidates = ask::candidates(tx).await?;
    Ok(who_answers(named, &candidates, asker.user()))
}

/// What can be asked about: a product that is for sale.
async fn for_sale(tx: &mut Tx, product: ProductId) -> Result<Option<Offered>, Failure> {
    let offered = products::find(tx, product).await?;
    Ok(offered.filter(|it| it.product.active))
}
