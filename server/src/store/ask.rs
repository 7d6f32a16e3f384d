//! Vendors' public pages, and the questions that came by them.

use super::{StoreError, Tx, commands::digest};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ask::answering::Candidate,
    digest::Digest,
    ids::{ProductId, ThreadId, UserId, VendorId},
    vendor::slug::Slug,
};
use uuid::Uuid;

/// The constraint that a slug meets which another vendor has.
const SLUG_ONCE: &str = "vendor_pages_slug_key";
/// Sellers that are looked at; whom a vendor has beyond these answers no new questions by themselves.
const MAX_CANDIDATES: i64 = 200;

/// Whose public page stands at this address. Works before a vendor is known.
pub async fn vendor_of(
    tx: &mut Tx,
    id: Option<VendorId>,
    slug: Option<&Slug>,
) -> Result<Option<VendorId>, StoreError> {
    let vendor = sqlx::query_scalar!(
        r#"SELECT vendor_of_page($1, $2)"#,
        id.map(VendorId::as_uuid),
        slug.map(Slug::as_str)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(vendor.map(VendorId::from_uuid))
}

/// What the transaction's vendor has set for its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub slug: Option<Slug>,
    pub answers: Option<UserId>,
    /// 0 before anything was set.
    pub version: i64,
}

/// The page of the transaction's vendor.
pub async fn page(tx: &mut Tx) -> Result<Page, StoreError> {
    let row = sqlx::query!("SELECT vendor_id, slug, answers, version FROM vendor_pages")
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else {
        return Ok(Page::default());
    };
    let slug = row.slug.as_deref().map(Slug::new).transpose();
    let bad = |_| StoreError::corrupt("vendor_pages", "slug", row.vendor_id, "not after its rule");
    Ok(Page {
        slug: slug.map_err(bad)?,
        answers: row.answers.map(UserId::from_uuid),
        version: row.version,
    })
}

/// What came of saving a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Done,
    /// It is another one by now.
    Older,
    /// Another vendor has the slug.
    Taken,
}

/// Saves a page that was made from the version in it.
pub async fn save_page(tx: &mut Tx, vendor: VendorId, page: &Page) -> Result<Saved, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO vendor_pages AS p (vendor_id, slug, answers)
         SELECT $1, $2, $3 WHERE $4::bigint = 0 OR EXISTS (SELECT FROM vendor_pages)
             ON CONFLICT (vendor_id) DO UPDATE
            SET slug = excluded.slug, answers = excluded.answers, version = p.version + 1
          WHERE p.version = $4",
        vendor.as_uuid(),
        page.slug.as_ref().map(Slug::as_str),
        page.answers.map(UserId::as_uuid),
        page.version
    )
    .execute(tx.conn())
    .await
    .map_err(StoreError::from);
    match done {
        Ok(done) if done.rows_affected() == 1 => Ok(Saved::Done),
        Ok(_) => Ok(Saved::Older),
        Err(error) if error.is_constraint(SLUG_ONCE) => Ok(Saved::Taken),
        Err(error) => Err(error),
    }
}

/// The sellers of the transaction's vendor who could answer.
pub async fn candidates(tx: &mut Tx) -> Result<Vec<Candidate>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT m.user_id,
                  (SELECT count(*) FROM thread_people s JOIN threads t USING (vendor_id, thread_id)
                    WHERE s.user_id = m.user_id AND s.role = 'seller' AND t.closed_at IS NULL) AS "open!"
             FROM memberships m JOIN people p USING (user_id)
            WHERE m.role = 'seller' AND m.suspended_at IS NULL AND p.disabled_at IS NULL
            ORDER BY m.user_id LIMIT $1"#,
        MAX_CANDIDATES
    )
    .fetch_all(tx.conn())
    .await?;
    let candidates = rows.into_iter().map(|row| Candidate {
        seller: UserId::from_uuid(row.user_id),
        open_threads: row.open,
    });
    Ok(candidates.collect())
}

/// The transaction's person has to do with its vendor from now on.
pub async fn meet_vendor(tx: &mut Tx, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT meet_vendor($1)",
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// A question, as it was taken.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Of the secret that the asker's page made for it.
    pub secret_hash: Digest,
    /// Of all that it sent.
    pub body_hash: Digest,
    pub thread: ThreadId,
    pub asker: UserId,
    pub product: Option<ProductId>,
    /// The asker had no session.
    pub stranger: bool,
    pub at: Timestamp,
}

/// Keeps a question.
pub async fn keep(tx: &mut Tx, vendor: VendorId, it: &Question) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO questions (vendor_id, secret_hash, body_hash, thread_id, asker_id, product_id, stranger, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vendor.as_uuid(),
        it.secret_hash.as_bytes().as_slice(),
        it.body_hash.as_bytes().as_slice(),
        it.thread.as_uuid(),
        it.asker.as_uuid(),
        it.product.map(ProductId::as_uuid),
        it.stranger,
        it.at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The question that was taken with this secret.
pub async fn find(tx: &mut Tx, secret_hash: &Digest) -> Result<Option<Question>, StoreError> {
    let row = sqlx::query!(
        "SELECT body_hash, thread_id, asker_id, product_id, stranger, at FROM questions WHERE secret_hash = $1",
        secret_hash.as_bytes().as_slice()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Question {
            secret_hash: *secret_hash,
            body_hash: digest("questions", "body_hash", row.thread_id, &row.body_hash)?,
            thread: ThreadId::from_uuid(row.thread_id),
            asker: UserId::from_uuid(row.asker_id),
            product: row.product_id.map(ProductId::from_uuid),
            stranger: row.stranger,
            at: row.at.to_jiff(),
        })
    })
    .transpose()
}

/// How many questions of strangers were taken after a moment.
pub async fn of_strangers_since(tx: &mut Tx, since: Timestamp) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM questions WHERE stranger AND at > $1"#,
        since.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// A thread, and what it is called.
#[derive(Clone, Debug)]
pub struct OpenThread {
    pub thread: ThreadId,
    pub title: String,
}

/// The buyer's newest open thread about this product, or about none.
pub async fn open_thread(
    tx: &mut Tx,
    buyer: UserId,
    product: Option<ProductId>,
) -> Result<Option<OpenThread>, StoreError> {
    let product: Option<Uuid> = product.map(ProductId::as_uuid);
    let row = sqlx::query!(
        "SELECT t.thread_id, t.title
           FROM thread_people p JOIN threads t USING (vendor_id, thread_id)
          WHERE p.user_id = $1 AND p.role = 'buyer' AND t.closed_at IS NULL
            AND CASE WHEN $2::uuid IS NULL
                     THEN NOT EXISTS (SELECT FROM questions q
                                       WHERE q.asker_id = $1 AND q.thread_id = t.thread_id AND q.product_id IS NOT NULL)
                     ELSE EXISTS (SELECT FROM questions q
                                   WHERE q.asker_id = $1 AND q.thread_id = t.thread_id AND q.product_id = $2) END
          ORDER BY t.last_at DESC, t.thread_id DESC LIMIT 1",
        buyer.as_uuid(),
        product
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| OpenThread {
        thread: ThreadId::from_uuid(row.thread_id),
        title: row.title,
    }))
}

/// The thread, if nobody has closed it.
pub async fn still_open(tx: &mut Tx, thread: ThreadId) -> Result<Option<OpenThread>, StoreError> {
    let title = sqlx::query_scalar!(
        "SELECT title FROM threads WHERE thread_id = $1 AND closed_at IS NULL",
        thread.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(title.map(|title| OpenThread { thread, title }))
}
