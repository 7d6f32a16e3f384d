//! Phone offers: one a thread, its draft, and the revisions that were shown.

use super::{
    StoreError, Tx,
    commands::digest,
    people::sessions::{proof_json, read_proof},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::canonical,
    ids::{OfferId, ThreadId, UserId, VendorId},
    offer::{
        Confirmation, Offer, OfferState,
        draft::Draft,
        revision::{Revision, RevisionContent},
    },
};
use uuid::Uuid;

/// An offer as it is stored.
#[derive(Clone, Debug)]
pub struct StoredOffer {
    pub thread: ThreadId,
    pub offer: Offer,
    pub draft: Draft,
    pub editor: Option<UserId>,
    /// Of the thread's state, as it was read with the offer.
    pub state_version: i64,
    version: i64,
}

/// An offer about to be stored for the first time.
#[derive(Debug)]
pub struct NewOffer {
    pub offer: OfferId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub at: Timestamp,
}

/// Which offer to load.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    OfThread(ThreadId),
    Offer(OfferId),
}

impl Which {
    /// The thread or the offer to compare with; the other one matches nothing.
    const fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::OfThread(thread) => (Some(thread.as_uuid()), None),
            Self::Offer(offer) => (None, Some(offer.as_uuid())),
        }
    }
}

/// Makes sure that the thread has an offer; the one that was there first stays.
pub async fn ensure(tx: &mut Tx, new: &NewOffer) -> Result<(), StoreError> {
    let draft = serde_json::to_value(Draft::default())
        .map_err(|e| StoreError::corrupt("offers", "draft", new.offer, e))?;
    sqlx::query!(
        "INSERT INTO offers (offer_id, vendor_id, thread_id, state, draft, created_at)
         VALUES ($1, $2, $3, 'drafting', $4, $5) ON CONFLICT (vendor_id, thread_id) DO NOTHING",
        new.offer.as_uuid(),
        new.vendor.as_uuid(),
        new.thread.as_uuid(),
        draft,
        new.at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An offer, if it is in scope.
pub async fn find(tx: &mut Tx, which: Which) -> Result<Option<StoredOffer>, StoreError> {
    let (thread, offer) = which.columns();
    let row = sqlx::query_as!(
        Row,
        r#"SELECT o.offer_id AS "offer_id!", o.thread_id AS "thread_id!", o.state AS "state!",
                  o.version AS "version!", o.draft AS "draft!", o.draft_version AS "draft_version!",
                  o.editor_id, o.revisions AS "revisions!",
                  o.confirmed_at AS "confirmed_at: _", o.confirmed_by, o.confirmed_proof, o.closed_at AS "closed_at: _",
                  r.content AS "content?", r.hash AS "hash?", r.made_at AS "made_at?: _",
                  r.made_by AS "made_by?", d.order_id AS "order_id?", version_of_state(t) AS "state_version!"
             FROM offers o
             JOIN threads t ON t.vendor_id = o.vendor_id AND t.thread_id = o.thread_id
             LEFT JOIN offer_revisions r
               ON r.vendor_id = o.vendor_id AND r.offer_id = o.offer_id AND r.number = o.revisions
             LEFT JOIN orders d ON d.vendor_id = o.vendor_id AND d.offer_id = o.offer_id
            WHERE o.thread_id = $1 OR o.offer_id = $2"#,
        thread,
        offer
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(StoredOffer::try_from).transpose()
}

/// Locks an offer's row until the transaction ends, so that steps come one after the other.
pub async fn lock(tx: &mut Tx, which: Which) -> Result<(), StoreError> {
    let (thread, offer) = which.columns();
    sqlx::query!(
        "SELECT offer_id FROM offers WHERE thread_id = $1 OR offer_id = $2 FOR UPDATE",
        thread,
        offer
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(())
}

/// Saves a step of the offer's life, if it still stands where `before` was read. `false`: it does not.
pub async fn save(tx: &mut Tx, before: &StoredOffer, after: &Offer) -> Result<bool, StoreError> {
    let (confirmed, closed) = match &after.state {
        OfferState::Confirmed { confirmation, .. } => (Some(*confirmation), None),
        OfferState::Finalised { at, .. } => (None, Some(*at)),
        OfferState::Drafting | OfferState::Shown { .. } => (None, None),
    };
    let keep_confirmation = closed.is_some();
    let proof = confirmed.map(|it| proof_json("offers", after.id, it.proof));
    let done = sqlx::query!(
        "UPDATE offers
            SET state = $3, revisions = $4, version = version + 1, closed_at = $7,
                confirmed_at = CASE WHEN $8 THEN confirmed_at ELSE $5 END,
                confirmed_by = CASE WHEN $8 THEN confirmed_by ELSE $6 END,
                confirmed_proof = CASE WHEN $8 THEN confirmed_proof ELSE $10 END
          WHERE offer_id = $1 AND version = $2 AND state = $9",
        after.id.as_uuid(),
        before.version,
        after.state.name(),
        i32::try_from(after.revisions).map_err(|e| StoreError::corrupt(
            "offers",
            "revisions",
            after.id,
            e
        ))?,
        confirmed.map(|it| it.at.to_sqlx()) as _,
        confirmed.map(|it| it.by.as_uuid()),
        closed.map(Timestamp::to_sqlx) as _,
        keep_confirmation,
        before.offer.state.name(),
        proof.transpose()? as Option<serde_json::Value>
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a revision for good.
pub async fn insert_revision(
    tx: &mut Tx,
    vendor: VendorId,
    offer: OfferId,
    revision: &Revision,
) -> Result<(), StoreError> {
    let hash = revision.hash();
    let content = canonical(revision.content())
        .map_err(|e| StoreError::corrupt("offer_revisions", "content", offer, e))?;
    sqlx::query!(
        "INSERT INTO offer_revisions (offer_id, number, vendor_id, content, hash, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        offer.as_uuid(),
        i32::try_from(revision.number()).map_err(|e| StoreError::corrupt(
            "offer_revisions",
            "number",
            offer,
            e
        ))?,
        vendor.as_uuid(),
        content,
        hash.as_bytes().as_slice(),
        revision.made_at().to_sqlx(),
        revision.made_by().as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves the draft, unless a newer one is there.
pub async fn save_draft(
    tx: &mut Tx,
    offer: OfferId,
    draft: &Draft,
    editor: UserId,
) -> Result<(), StoreError> {
    let version = i64::try_from(draft.version).unwrap_or(i64::MAX);
    let draft = serde_json::to_value(draft)
        .map_err(|e| StoreError::corrupt("offers", "draft", offer, e))?;
    sqlx::query!(
        "UPDATE offers SET draft = $2, draft_version = $3, editor_id = $4
          WHERE offer_id = $1 AND draft_version <= $3",
        offer.as_uuid(),
        draft,
        version,
        editor.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The name of the vendor's time zone (IANA), in which its days begin and end.
pub async fn time_zone(tx: &mut Tx, vendor: VendorId) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT time_zone FROM vendors WHERE vendor_id = $1",
        vendor.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}

struct Row {
    offer_id: Uuid,
    thread_id: Uuid,
    state: String,
    version: i64,
    draft: serde_json::Value,
    draft_version: i64,
    editor_id: Option<Uuid>,
    revisions: i32,
    confirmed_at: Option<jiff_sqlx::Timestamp>,
    confirmed_by: Option<Uuid>,
    confirmed_proof: Option<serde_json::Value>,
    closed_at: Option<jiff_sqlx::Timestamp>,
    content: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
    made_at: Option<jiff_sqlx::Timestamp>,
    made_by: Option<Uuid>,
    order_id: Option<Uuid>,
    state_version: i64,
}

impl TryFrom<Row> for StoredOffer {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.offer_id;
        let bad = |column, what: &str| StoreError::corrupt("offers", column, id, what);
        let mut draft: Draft = serde_json::from_value(row.draft.clone())
            .map_err(|e| StoreError::corrupt("offers", "draft", id, e))?;
        draft.version = u64::try_from(row.draft_version).unwrap_or(0);
        let revisions =
            u32::try_from(row.revisions).map_err(|_| bad("revisions", "out of range"))?;
        let revision = |row: &Row| -> Result<Box<Revision>, StoreError> {
            let missing = || bad("revisions", "the latest revision is missing");
            let bytes = row.content.as_deref().ok_or_else(missing)?;
            let content: RevisionContent = serde_json::from_slice(bytes)
                .map_err(|e| StoreError::corrupt("offer_revisions", "content", id, e))?;
            let made_at = row.made_at.ok_or_else(missing)?.to_jiff();
            let made_by = UserId::from_uuid(row.made_by.ok_or_else(missing)?);
            let revision = Revision::make(revisions, content, made_at, made_by)
                .map_err(|e| StoreError::corrupt("offer_revisions", "content", id, e))?;
            let hash = digest(
                "offer_revisions",
                "hash",
                id,
                row.hash.as_deref().ok_or_else(missing)?,
            )?;
            if revision.hash() != hash {
                return Err(bad("hash", "does not name the content"));
            }
            Ok(Box::new(revision))
        };
        let state = match row.state.as_str() {
            "drafting" => OfferState::Drafting,
            "shown" => OfferState::Shown {
                revision: revision(&row)?,
            },
            "confirmed" => OfferState::Confirmed {
                revision: revision(&row)?,
                confirmation: Confirmation {
                    at: row
                        .confirmed_at
                        .ok_or_else(|| bad("confirmed_at", "missing"))?
                        .to_jiff(),
                    by: UserId::from_uuid(
                        row.confirmed_by
                            .ok_or_else(|| bad("confirmed_by", "missing"))?,
                    ),
                    proof: read_proof(
                        "offers",
                        id,
                        row.confirmed_proof
                            .ok_or_else(|| bad("confirmed_proof", "missing"))?,
                    )?,
                },
            },
            "finalised" => OfferState::Finalised {
                revision: revision(&row)?,
                order: orderline_domain::ids::OrderId::from_uuid(
                    row.order_id
                        .ok_or_else(|| bad("state", "finalised without an order"))?,
                ),
                at: row
                    .closed_at
                    .ok_or_else(|| bad("closed_at", "missing"))?
                    .to_jiff(),
            },
            _ => return Err(bad("state", "no such state")),
        };
        Ok(Self {
            thread: ThreadId::from_uuid(row.thread_id),
            offer: Offer {
                id: OfferId::from_uuid(id),
                revisions,
                state,
            },
            draft,
            editor: row.editor_id.map(UserId::from_uuid),
            state_version: row.state_version,
            version: row.version,
        })
    }
}
