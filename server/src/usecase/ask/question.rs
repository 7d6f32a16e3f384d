//! A question is asked: it opens a thread, or goes into the one that is open already.

use super::{Asker, Known, answering, asker, for_sale, open_thread_locked, vendor_of};
use crate::{
    auth,
    failure::Failure,
    store::{
        ask, customer,
        people::persons::{self, Named},
        thread::{self, NewThread},
    },
    usecase::{
        JobCx, Runner, again, contact_gate,
        people::{
            session::{SignedIn, token_bytes},
            sign_in::{Begun, Opening, limited_session},
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    ask::{
        COUNTED_OVER, GUEST_LIVES, SENT_AGAIN_WITHIN, STRANGERS_OF_VENDOR,
        question::{by_known, by_stranger, title},
    },
    catalogue::product::Offered,
    customer::record::{Customer, CustomerData},
    digest::{Digest, canonical},
    field::{FieldError, code},
    ids::{CustomerId, ThreadId, UserId, VendorId},
    language::Language,
    people::{proof::Proof, roles::Role},
    text::MessageText,
    thread::{AskedAbout, Author, EventBody},
};
use orderline_protocol::{
    ask::{AskQuestion, Asked},
    problem::{Code, Problem},
};
use std::net::IpAddr;

/// From where somebody asks, and as whom.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    pub from: IpAddr,
    /// What they read.
    pub reads: Language,
    pub me: Option<&'a SignedIn>,
}

/// A question that can be taken.
struct Taken<'a> {
    vendor: VendorId,
    from: IpAddr,
    asker: &'a Asker,
    /// The record that the vendor will have of a stranger.
    record: Option<&'a Customer>,
    text: &'a MessageText,
    wish: &'a AskQuestion,
    /// Of its secret.
    secret_hash: Digest,
    /// Of all that was sent.
    body_hash: Digest,
}

/// Asks. Sent again, the same thread is answered, and a stranger is let into it again for a while. Whoever has no session
/// gets one that sees this thread alone.
pub async fn ask(
    run: &Runner,
    page: &str,
    visitor: Visitor<'_>,
    wish: &AskQuestion,
) -> Result<(Option<Begun>, Asked), Failure> {
    let secret = token_bytes(&wish.secret).ok_or(Code::Malformed)?;
    let vendor = vendor_of(run, page).await?;
    // They are somebody, and ask as nobody else.
    if let Some(me) = visitor.me.filter(|me| !me.is_limited()) {
        me.may_act()?;
    }
    let asker = asker(run, vendor, visitor.me).await?;
    let (record, text) = match asker {
        Asker::Stranger => {
            let (record, text) = by_stranger(&wish.question, visitor.reads)?;
            (Some(record), text)
        }
        Asker::Known(_) | Asker::InThread(..) => (None, by_known(&wish.question)?),
    };
    let body = canonical(wish).map_err(|error| Failure::Internal(error.to_string()))?;
    let taken = Taken {
        vendor,
        from: visitor.from,
        asker: &asker,
        record: record.as_ref(),
        text: &text,
        wish,
        secret_hash: Digest::of(&secret),
        body_hash: Digest::of(&body),
    };
    let answer = again(|| run.job(asker.reach(vendor), |cx| asked(cx, &taken).boxed()));
    let (begun, thread) = answer.await?;
    Ok((begun, Asked { vendor, thread }))
}

async fn asked(cx: &mut JobCx<'_>, it: &Taken<'_>) -> Result<(Option<Begun>, ThreadId), Failure> {
    let one_by_one = match it.asker.user() {
        Some(user) => format!("question {user}"),
        None => format!("question {}", it.secret_hash),
    };
    cx.tx.take_turn(one_by_one).await?;
    if let Some(before) = ask::find(&mut cx.tx, &it.secret_hash).await? {
        return sent_again(cx, it, &before).await;
    }
    // After the lines above, so that a question counts once, however often it is sent.
    if matches!(it.asker, Asker::Stranger) {
        cx.env.sign_in.ask_question(it.from)?;
    }
    auth::require_open(Role::Buyer, cx.tx.shut())?;
    contact_gate::check(&mut cx.tx, "text", it.text.as_str()).await?;
    let product = about(cx, it).await?;
    let id = product.as_ref().map(|it| it.product.id);
    let open = open_thread_locked(&mut cx.tx, it.asker, id).await?;
    let (asker, thread) = match (it.asker, open) {
        (Asker::Known(known) | Asker::InThread(known, _), Some(open)) => {
            (known.clone(), open.thread)
        }
        (Asker::Known(known) | Asker::InThread(known, _), None) => {
            introduce(cx, it, known).await?;
            let thread = opened(cx, it, known, product.as_ref()).await?;
            (known.clone(), thread)
        }
        (Asker::Stranger, _) => {
            let known = welcome(cx, it).await?;
            let thread = opened(cx, it, &known, product.as_ref()).await?;
            (known, thread)
        }
    };
    let question = ask::Question {
        secret_hash: it.secret_hash,
        body_hash: it.body_hash,
        thread,
        asker: asker.user,
        product: id,
        stranger: matches!(it.asker, Asker::Stranger),
        at: cx.now,
    };
    ask::keep(&mut cx.tx, it.vendor, &question).await?;
    tell(cx, it, &asker, (thread, product)).await?;
    // A session of one thread does not see the one that was opened because its own was closed meanwhile.
    let sees_it = match it.asker {
        Asker::Stranger => false,
        Asker::Known(_) => true,
        Asker::InThread(_, own) => own.thread == thread,
    };
    let begun = if sees_it {
        None
    } else {
        Some(begun(cx, it, asker.user, thread).await?)
    };
    Ok((begun, thread))
}

/// The same question once more. What a stranger's page sent is their way in for as long as it may have been lost.
async fn sent_again(
    cx: &mut JobCx<'_>,
    it: &Taken<'_>,
    before: &ask::Question,
) -> Result<(Option<Begun>, ThreadId), Failure> {
    if before.body_hash != it.body_hash {
        return Err(Code::CommandReused.into());
    }
    let asks = it.asker.user();
    let is_theirs = asks.map_or(before.stranger, |asks| asks == before.asker);
    let until = before.at.saturating_add(SENT_AGAIN_WITHIN);
    if !is_theirs || asks.is_none() && until.is_ok_and(|until| until < cx.now) {
        return Err(Code::Conflict.into());
    }
    let begun = if asks.is_some() {
        None
    } else {
        Some(begun(cx, it, before.asker, before.thread).await?)
    };
    Ok((begun, before.thread))
}

/// The session of whoever has none in which they see this thread.
async fn begun(
    cx: &mut JobCx<'_>,
    it: &Taken<'_>,
    asker: UserId,
    thread: ThreadId,
) -> Result<Begun, Failure> {
    let opening = Opening {
        vendor: it.vendor,
        thread,
        link: None,
        proof: Proof::AskedThemselves,
        lives: GUEST_LIVES,
    };
    limited_session(cx, asker, opening).await
}

/// What the question is about.
async fn about(cx: &mut JobCx<'_>, it: &Taken<'_>) -> Result<Option<Offered>, Failure> {
    let Some(product) = it.wish.product else {
        return Ok(None);
    };
    let offered = for_sale(&mut cx.tx, product).await?;
    let unknown = || FieldError::new("product", code::UNKNOWN);
    Ok(Some(offered.ok_or_else(unknown)?))
}

/// Somebody new, and the vendor's record of them. The address that they typed is the record's alone: whoever has it on
/// the platform, or will have, is none of this stranger's business.
async fn welcome(cx: &mut JobCx<'_>, it: &Taken<'_>) -> Result<Known, Failure> {
    let since = cx.now.saturating_sub(COUNTED_OVER);
    let since = since.map_err(|error| Failure::Internal(error.to_string()))?;
    if ask::of_strangers_since(&mut cx.tx, since).await? >= i64::from(STRANGERS_OF_VENDOR) {
        return Err(too_many());
    }
    let record = it
        .record
        .ok_or_else(|| Failure::Internal("a stranger without a record".into()))?;
    let name = record.data().name.clone();
    let fresh = UserId::from_uuid(cx.env.entropy.uuid(cx.now));
    let named = Named {
        email: None,
        name: &name,
        language: &record.data().language,
    };
    let user = persons::named(&mut cx.tx, fresh, named, cx.now).await?;
    write(cx, it.vendor, user, record).await?;
    Ok(Known {
        user,
        name,
        proof: Proof::AskedThemselves,
    })
}

/// Whoever is signed in becomes a customer of the vendor's, under the name that they have, unless they are one.
async fn introduce(cx: &mut JobCx<'_>, it: &Taken<'_>, known: &Known) -> Result<(), Failure> {
    let language = persons::language(&mut cx.tx, known.user).await?;
    let record = Customer::new(&CustomerData {
        name: known.name.clone(),
        language: language.unwrap_or_else(|| Language::COMMON.tag().to_owned()),
        ..CustomerData::default()
    })?;
    // Whoever is in one of its threads has met it.
    if matches!(it.asker, Asker::Known(_)) {
        ask::meet_vendor(&mut cx.tx, cx.now).await?;
    }
    write(cx, it.vendor, known.user, &record).await
}

/// Writes the vendor's record, if it has none of this person.
async fn write(
    cx: &mut JobCx<'_>,
    vendor: VendorId,
    person: UserId,
    record: &Customer,
) -> Result<(), Failure> {
    let new = customer::New {
        vendor,
        customer: CustomerId::from_uuid(cx.env.entropy.uuid(cx.now)),
        person,
        record,
        consent_at: None,
        at: cx.now,
    };
    customer::insert(&mut cx.tx, &new).await?;
    Ok(())
}

/// A new thread with whoever answers.
async fn opened(
    cx: &mut JobCx<'_>,
    it: &Taken<'_>,
    asker: &Known,
    product: Option<&Offered>,
) -> Result<ThreadId, Failure> {
    let answers = answering(&mut cx.tx, it.asker).await?;
    let seller = answers.ok_or(Code::NobodyAnswers)?;
    let product = product.map(|it| it.product.name.as_str());
    let title = title(it.text, product, &asker.name)
        .ok_or_else(|| Failure::Internal("a question has no title".into()))?;
    let thread = ThreadId::from_uuid(cx.env.entropy.uuid(cx.now));
    let new = NewThread {
        thread,
        vendor: it.vendor,
        title: title.as_str(),
        people: &[(seller, Role::Seller), (asker.user, Role::Buyer)],
        at: cx.now,
    };
    if !thread::open(&mut cx.tx, &new).await? {
        return Err(Failure::Internal("a new thread's id is taken".into()));
    }
    Ok(thread)
}

/// The question itself, and how it came.
async fn tell(
    cx: &mut JobCx<'_>,
    it: &Taken<'_>,
    asker: &Known,
    (thread, product): (ThreadId, Option<Offered>),
) -> Result<(), Failure> {
    let author = Author::User {
        user: asker.user,
        role: Role::Buyer,
    };
    let message = EventBody::MessageSent {
        text: it.text.clone(),
    };
    cx.tell_as(author, thread, &message).await?;
    let how = EventBody::QuestionAsked {
        proof: asker.proof,
        product: product.map(|it| AskedAbout {
            product: it.product.id,
            name: it.product.name,
        }),
    };
    cx.tell_as(author, thread, &how).await?;
    Ok(())
}

fn too_many() -> Failure {
    let wait = COUNTED_OVER.as_millis();
    Problem {
        retry_after_ms: u64::try_from(wait).ok(),
        ..Code::TooMany.into()
    }
    .into()
}
