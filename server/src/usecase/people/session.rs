//! Who is behind a request, and signing out.

use crate::{
    actor::{Actor, Steward},
    auth,
    failure::Failure,
    live::Env,
    store::people::{
        persons,
        sessions::{self, Holder},
    },
    usecase::{AfterCommit, JobCx, Reach, Runner, again, people::security::Visitor},
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::{SessionId, UserId},
    job::OLD_TOKEN_LIVES,
    language::Language,
    people::{
        assurance::{Account, Assurance, OpenTo},
        capacity::{ActAs, Capacity},
        person::Person,
        proof::Proof,
        roles::Role,
    },
    text::VendorReason,
    vendor::state::Shut,
};
use orderline_protocol::{
    http::{Me, ReadIn},
    problem::{Code, Problem},
};
use std::{
    collections::{BTreeMap, HashSet},
    net::IpAddr,
};

/// A signed-in person, acting in one of their capacities.
#[derive(Clone, Debug)]
pub struct SignedIn {
    holder: Holder,
    acting: Capacity,
    /// From where they ask, over the network.
    from: Option<IpAddr>,
}

impl SignedIn {
    /// Who it is, whatever they act as.
    pub const fn user(&self) -> UserId {
        self.holder.user
    }

    /// What they are called.
    pub fn name(&self) -> &str {
        &self.holder.name
    }

    /// The session by which they are here.
    pub const fn session(&self) -> SessionId {
        self.holder.session
    }

    /// The same person, asking from there.
    #[must_use]
    pub fn coming_from(self, from: IpAddr) -> Self {
        Self {
            from: Some(from),
            ..self
        }
    }

    /// Whose account it is that something is done with, and from where.
    pub const fn visitor(&self) -> Visitor {
        Visitor {
            user: Some(self.holder.user),
            from: self.from,
        }
    }

    /// How they showed who they are.
    pub const fn proof(&self) -> Proof {
        self.holder.assurance.proof
    }

    /// How sure we are of who they are.
    pub const fn assurance(&self) -> Assurance {
        self.holder.assurance
    }

    /// The session is to be known by another token from now on.
    pub(crate) const fn is_to_renew(&self) -> bool {
        self.holder.renew
    }

    /// A link opened the session, and it sees one thread alone.
    pub const fn is_limited(&self) -> bool {
        self.holder.only_thread.is_some()
    }

    /// As what they act.
    pub const fn role(&self) -> Role {
        self.acting.role
    }

    /// What the account asks of this session.
    fn account(&self) -> Account {
        let roles = self.holder.capacities.iter();
        Account {
            has_authenticator: self.holder.keys.authenticator,
            has_passkey: self.holder.keys.passkey,
            has_guarded_role: roles.map(|it| it.role).any(Role::needs_second_factor),
            open_to: if self.is_limited() {
                OpenTo::Thread
            } else {
                OpenTo::Account
            },
        }
    }

    /// Whether the account has a second factor that it asks for.
    pub fn is_guarded(&self) -> bool {
        self.account().is_guarded()
    }

    /// Whether they may touch what the account has: its password, where it is signed in.
    ///
    /// # Errors
    /// `not_found` in a session that a link opened for one thread; what they have to show before.
    pub(in crate::usecase) fn may_touch_account(&self) -> Result<(), Failure> {
        if self.is_limited() {
            return Err(Code::NotFound.into());
        }
        let enough = self.holder.assurance.is_enough_for_account(self.account());
        Ok(enough.map_err(auth::asked_for)?)
    }

    /// Whether they may change its keys: they have also shown just now who they are.
    ///
    /// # Errors
    /// As for [`may_touch_account`](Self::may_touch_account).
    pub(in crate::usecase) fn may_change_keys(&self) -> Result<(), Failure> {
        self.may_touch_account()?;
        let fresh = self.holder.assurance.is_fresh_enough();
        Ok(fresh.map_err(auth::asked_for)?)
    }

    /// Whether they have shown enough to act as what they are.
    ///
    /// # Errors
    /// `second_factor_needed` until they have shown it.
    pub(in crate::usecase) fn may_act(&self) -> Result<(), Failure> {
        let account = self.account();
        let role = self.acting.stands_on();
        let enough = self.holder.assurance.is_enough_for(role, account);
        Ok(enough.map_err(auth::asked_for)?)
    }

    /// Who acts for or at a vendor.
    ///
    /// # Errors
    /// `second_factor_needed` until they have shown it; `not_found` for whoever acts for the platform: what is a vendor's
    /// does not exist for them.
    pub fn actor(&self) -> Result<Actor, Failure> {
        let vendor = self.acting.vendor.ok_or(Code::NotFound)?;
        self.may_act()?;
        Ok(Actor {
            user: self.holder.user,
            vendor,
            role: self.acting.role,
            name: self.holder.name.clone(),
            session: self.holder.session,
            only_thread: self.holder.only_thread,
            until: self.acting.visit.map(|it| it.until),
            assurance: self.holder.assurance,
        })
    }

    /// Who acts for the platform.
    ///
    /// # Errors
    /// As for [`actor`](Self::actor), the other way round.
    pub fn steward(&self) -> Result<Steward, Failure> {
        if self.acting.vendor.is_some() {
            return Err(Code::NotFound.into());
        }
        self.may_act()?;
        Ok(Steward {
            user: self.holder.user,
            role: self.acting.role,
            name: self.holder.name.clone(),
            session: self.holder.session,
            assurance: self.holder.assurance,
        })
    }

    /// The language that they chose, if they chose one that we speak.
    pub fn chosen_language(&self) -> Option<Language> {
        let chosen = self.holder.language_chosen;
        chosen.then(|| Language::meant_by(&self.holder.language))?
    }

    /// What their pages show about them.
    pub fn described(self, env: &Env) -> Me {
        let needs_second_factor = self.may_act().is_err();
        let Self { holder, acting, .. } = self;
        Me {
            person: Person::new(holder.user, holder.name, acting.role).into(),
            vendor: acting.vendor,
            vendor_name: acting.vendor_name,
            demo: env.config.demo,
            only_thread: holder.only_thread,
            proof: holder.assurance.proof,
            needs_second_factor,
            language: holder.language,
            capacities: holder.capacities,
        }
    }
}

/// Who holds this token, acting as they wish to; `None` when it is unknown, its session is over, or they are nothing to
/// anybody any more.
///
/// # Errors
/// `not_found` when they are not what they wish to act as; `work_suspended` or `work_closed`, with the platform's reason,
/// when the vendor that they would work for does not work.
pub async fn holder(
    run: &Runner,
    token: &str,
    wanted: Option<ActAs>,
) -> Result<Option<SignedIn>, Failure> {
    let Some(hash) = token_hash(token) else {
        return Ok(None);
    };
    let holder = again(|| run.job(Reach::Nobody, |cx| holder_of(cx, hash).boxed())).await?;
    holder.map(|holder| acting(holder, wanted)).transpose()
}

async fn holder_of(cx: &mut JobCx<'_>, hash: Digest) -> Result<Option<Holder>, Failure> {
    Ok(sessions::holder(&mut cx.tx, &hash, cx.now).await?)
}

fn acting(holder: Holder, wanted: Option<ActAs>) -> Result<SignedIn, Failure> {
    let acting = Capacity::choose(&holder.capacities, wanted)
        .ok_or(Code::NotFound)?
        .clone();
    if acting.is_usable() {
        Ok(SignedIn {
            holder,
            acting,
            from: None,
        })
    } else {
        Err(shut(&acting).into())
    }
}

/// What somebody is told who would work for a vendor that does not work.
fn shut(acting: &Capacity) -> Problem {
    let code = match acting.shut {
        Some(Shut::Closed) => Code::WorkClosed,
        Some(Shut::Suspended) | None => Code::WorkSuspended,
    };
    let reason = acting.reason.as_ref().map(VendorReason::as_str);
    Problem {
        params: BTreeMap::from([
            ("vendor".to_owned(), acting.vendor_name.clone()),
            ("reason".to_owned(), reason.unwrap_or_default().to_owned()),
        ]),
        ..code.into()
    }
}

/// Another token for a session whose person may do more than before; `None`: another request was sooner. What lives by the
/// session (pages, calls) goes on.
pub async fn renewed(run: &Runner, me: &SignedIn, token: &str) -> Result<Option<String>, Failure> {
    let old = token_hash(token).ok_or(Code::SignInNeeded)?;
    let fresh = hex::encode(run.env.entropy.bytes32());
    let new = token_hash(&fresh).ok_or(Code::Internal)?;
    let session = me.session();
    let done = again(|| {
        run.job(Reach::Person(me.user()), |cx| {
            renew(cx, session, (old, new)).boxed()
        })
    });
    Ok(done.await?.then_some(fresh))
}

async fn renew(
    cx: &mut JobCx<'_>,
    session: SessionId,
    (old, new): (Digest, Digest),
) -> Result<bool, Failure> {
    let until = cx.now.saturating_add(OLD_TOKEN_LIVES).unwrap_or(cx.now);
    Ok(sessions::renew(&mut cx.tx, session, (&old, &new), until).await?)
}

/// Keeps the language of a page for whoever is signed in there, and says which it is.
///
/// # Errors
/// When it is none that we speak.
pub async fn read_in(
    run: &Runner,
    me: Option<&SignedIn>,
    wish: &ReadIn,
) -> Result<Language, Failure> {
    let language = Language::from_tag(&wish.language)
        .ok_or_else(|| FieldError::new("language", code::UNKNOWN))?;
    if let Some(me) = me {
        let user = me.holder.user;
        let kept = (language, wish.chosen);
        again(|| run.job(Reach::Person(user), |cx| keep(cx, user, kept).boxed())).await?;
    }
    Ok(language)
}

async fn keep(
    cx: &mut JobCx<'_>,
    user: UserId,
    (language, chosen): (Language, bool),
) -> Result<(), Failure> {
    Ok(persons::keep_language(&mut cx.tx, user, language, chosen).await?)
}

/// Ends the session with this token, and after the commit what lives by it; whoever can do nothing else can do this.
pub async fn sign_out(run: &Runner, token: &str) -> Result<(), Failure> {
    let hash = token_hash(token).ok_or(Code::SignInNeeded)?;
    let holder = again(|| run.job(Reach::Nobody, |cx| holder_of(cx, hash).boxed())).await?;
    let Holder { user, session, .. } = holder.ok_or(Code::SignInNeeded)?;
    again(|| run.job(Reach::Person(user), |cx| ended(cx, session).boxed())).await
}

async fn ended(cx: &mut JobCx<'_>, session: SessionId) -> Result<(), Failure> {
    sessions::end(&mut cx.tx, session).await?;
    let ended = AfterCommit::SessionsOver(vec![session]);
    cx.news.after.push(ended);
    Ok(())
}

/// This session's person has shown once more who they are, with a second factor or without.
///
/// # Errors
/// `sign_in_needed` when the session is over meanwhile: nothing of the transaction stays.
pub(super) async fn shown_again(
    cx: &mut JobCx<'_>,
    me: &SignedIn,
    second_factor: bool,
) -> Result<(), Failure> {
    let stands = sessions::proved_again(&mut cx.tx, me.session(), second_factor, cx.now).await?;
    if stands {
        Ok(())
    } else {
        Err(Code::SignInNeeded.into())
    }
}

/// Ends every other session of this one's person, with what lives by them.
pub(super) async fn end_others(cx: &mut JobCx<'_>, me: &SignedIn) -> Result<(), Failure> {
    let ended = sessions::end_others(&mut cx.tx, me.user(), Some(me.session())).await?;
    cx.news.after.push(AfterCommit::SessionsOver(ended));
    Ok(())
}

/// Ends what lives by sessions that are over, of those that sockets of this node live by. Answers how many it ended.
pub async fn end_what_is_over(run: &Runner) -> Result<usize, Failure> {
    let held = run.env.sessions.all();
    let mut ended = 0;
    for some in held.chunks(sessions::MAX_LOOKED_UP) {
        let open = run.job(Reach::Everyone, |cx| open_of(cx, some).boxed());
        let open = open.await?;
        for session in some.iter().filter(|it| !open.contains(it)) {
            run.env.sessions.end(*session);
            ended += 1;
        }
    }
    Ok(ended)
}

/// Another node says that this session ended or became another one.
pub async fn heard_of(run: &Runner, session: SessionId) -> Result<(), Failure> {
    if !run.env.sessions.has(session) {
        return Ok(());
    }
    let asked = [session];
    let open = run.job(Reach::Everyone, |cx| open_of(cx, &asked).boxed());
    if open.await?.is_empty() {
        run.env.sessions.end(session);
    } else {
        run.env.sessions.renew(session);
    }
    Ok(())
}

async fn open_of(
    cx: &mut JobCx<'_>,
    sessions: &[SessionId],
) -> Result<HashSet<SessionId>, Failure> {
    Ok(sessions::open_of(&mut cx.tx, sessions, cx.now).await?)
}

/// The hash that a token is known by; `None` for what cannot be a token.
pub(in crate::usecase) fn token_hash(token: &str) -> Option<Digest> {
    Some(Digest::of(&token_bytes(token)?))
}

/// The secret that a token spells; `None` for what cannot be a token.
pub fn token_bytes(token: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(token, &mut bytes).ok()?;
    Some(bytes)
}
