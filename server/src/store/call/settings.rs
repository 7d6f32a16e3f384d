//! Who may call: what a vendor has set, what was switched in a thread, and summaries that were not written yet.

use crate::store::{StoreError, Tx, vendor::functions::read_switches};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::{
        calling_rule::{CallingRule, ThreadCalling},
        rules::VendorCalling,
    },
    ids::{CallId, ThreadId, UserId, VendorId},
    money::{Currency, Money, MoneyError},
    thread::contact::ContactPolicy,
    vendor::{
        function::{Function, Functions},
        state::Shut,
    },
};
use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

/// Calls of one thread whose missing summaries are named.
const MAX_MISSING: i64 = 5;

/// A thread with its vendor's setting.
#[derive(Clone, Debug)]
pub struct StandingOfCalls {
    pub thread: ThreadId,
    /// Of the thread's state.
    pub version: i64,
    pub vendor: VendorCalling,
    /// That of the thread's seller.
    pub seller: CallingRule,
    /// The functions that the vendor cannot use.
    pub off: Functions,
    pub contact: ContactPolicy,
    pub calling: ThreadCalling,
    /// Unrecorded calls without a summary, the newest first.
    pub unsummarised: Vec<CallId>,
}

/// What a vendor has set.
#[derive(Clone, Debug)]
pub struct Settings {
    pub vendor: VendorCalling,
    pub currency: Currency,
    pub contact: ContactPolicy,
    /// 0: nothing was ever set.
    pub version: i64,
    pub changed_at: Option<Timestamp>,
    pub changed_by: Option<String>,
}

/// How each of these threads stands; those that are not in scope are left out.
pub async fn of_threads(
    tx: &mut Tx,
    threads: &[ThreadId],
) -> Result<Vec<StandingOfCalls>, StoreError> {
    let threads: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT t.thread_id AS "thread_id!", version_of_state(t) AS "version!", v.vendor_id AS "vendor_id!", v.functions AS "functions!", p.allows AS "allows!",
                  v.state AS "state!", s.rule AS "rule?: Json<CallingRule>", s.contact AS "contact?",
                  own.rule AS "own?: Json<CallingRule>",
                  t.closed_at IS NOT NULL AS "closed!", t.calls_chosen AS "calls_chosen!",
                  t.calls_paid AS "calls_paid!",
                  EXISTS (SELECT 1 FROM orders o WHERE o.thread_id = t.thread_id) AS "has_order!",
                  ARRAY(SELECT o.total FROM orders o WHERE o.thread_id = t.thread_id AND o.state <> 'cancelled'
                         ORDER BY o.order_id) AS "totals!: Vec<Decimal>",
                  ARRAY(SELECT o.currency::text FROM orders o WHERE o.thread_id = t.thread_id AND o.state <> 'cancelled'
                         ORDER BY o.order_id) AS "currencies!: Vec<String>",
                  ARRAY(SELECT c.call_id FROM calls c
                         WHERE c.thread_id = t.thread_id AND c.state = 'ended' AND c.started_at IS NOT NULL
                           AND NOT EXISTS (SELECT 1 FROM recordings r
                                            WHERE r.call_id = c.call_id AND r.started_at IS NOT NULL)
                           AND NOT EXISTS (SELECT 1 FROM call_summaries w WHERE w.call_id = c.call_id)
                         ORDER BY c.ringing_since DESC LIMIT $2) AS "unsummarised!"
             FROM threads t
             JOIN vendors v ON v.vendor_id = t.vendor_id
             JOIN vendor_plans p ON p.plan_id = v.plan_id
             LEFT JOIN vendor_calling s ON s.vendor_id = t.vendor_id
             LEFT JOIN seller_calling own ON own.vendor_id = t.vendor_id AND own.user_id =
                       (SELECT p.user_id FROM thread_people p
                         WHERE p.vendor_id = t.vendor_id AND p.thread_id = t.thread_id AND p.role <> 'buyer'
                         ORDER BY p.since DESC NULLS LAST, p.user_id LIMIT 1)
            WHERE t.thread_id = ANY($1)"#,
        &threads,
        MAX_MISSING
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let switches = read_switches(row.vendor_id, &row.allows, &row.functions)?;
            Ok(StandingOfCalls {
                thread: ThreadId::from_uuid(row.thread_id),
                version: row.version,
                vendor: VendorCalling {
                    shut: Shut::from_name(&row.state),
                    off: switches.check(Function::Calls).err(),
                    rule: row.rule.map(|rule| rule.0).unwrap_or_default(),
                },
                seller: row.own.map(|rule| rule.0).unwrap_or_default(),
                off: switches.off(),
                contact: contact(row.contact.as_deref())?,
                calling: ThreadCalling {
                    closed: row.closed,
                    has_order: row.has_order,
                    chosen: row.calls_chosen,
                    paid: row.calls_paid,
                    orders: amounts(row.thread_id, row.totals, &row.currencies)?,
                },
                unsummarised: row
                    .unsummarised
                    .into_iter()
                    .map(CallId::from_uuid)
                    .collect(),
            })
        })
        .collect()
}

/// What this transaction's vendor has set; `None` without a vendor.
pub async fn settings(tx: &mut Tx) -> Result<Option<Settings>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT v.vendor_id AS "vendor_id!", v.currency AS "currency!", v.functions AS "functions!", p.allows AS "allows!",
                  v.state AS "state!", s.rule AS "rule?: Json<CallingRule>", s.contact AS "contact?", s.version AS "version?",
                  s.changed_at AS "changed_at?", u.name AS "changed_by?"
             FROM vendors v
             JOIN vendor_plans p ON p.plan_id = v.plan_id
             LEFT JOIN vendor_calling s ON s.vendor_id = v.vendor_id
             LEFT JOIN people u ON u.user_id = s.changed_by"#
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let switches = read_switches(row.vendor_id, &row.allows, &row.functions)?;
        Ok(Settings {
            vendor: VendorCalling {
                shut: Shut::from_name(&row.state),
                off: switches.check(Function::Calls).err(),
                rule: row.rule.map(|rule| rule.0).unwrap_or_default(),
            },
            currency: currency("vendors", row.vendor_id, &row.currency)?,
            contact: contact(row.contact.as_deref())?,
            version: row.version.unwrap_or(0),
            changed_at: row.changed_at.map(jiff_sqlx::Timestamp::to_jiff),
            changed_by: row.changed_by,
        })
    })
    .transpose()
}

/// A new setting.
#[derive(Debug)]
pub struct NewSettings {
    pub vendor: VendorId,
    pub rule: CallingRule,
    pub contact: ContactPolicy,
    /// The version that it was made from.
    pub from: i64,
    pub at: Timestamp,
    pub by: UserId,
}

/// Saves a setting, guarded on the version that it was made from. `false`: somebody else was first.
pub async fn save(tx: &mut Tx, new: &NewSettings) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO vendor_calling AS s (vendor_id, rule, contact, version, changed_at, changed_by)
         SELECT $1, $2, $3, 1, $5, $6
          WHERE $4::bigint = 0 OR EXISTS (SELECT 1 FROM vendor_calling WHERE vendor_id = $1)
         ON CONFLICT (vendor_id) DO UPDATE
            SET rule = excluded.rule, contact = excluded.contact, version = s.version + 1,
                changed_at = excluded.changed_at, changed_by = excluded.changed_by
          WHERE s.version = $4",
        new.vendor.as_uuid(),
        Json(new.rule) as _,
        new.contact.name(),
        new.from,
        new.at.to_sqlx(),
        new.by.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Closes a thread or opens it again. `false`: it is so already.
pub async fn set_closed(
    tx: &mut Tx,
    thread: ThreadId,
    closed_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE threads SET closed_at = $2::timestamptz
          WHERE thread_id = $1 AND (closed_at IS NULL) <> ($2::timestamptz IS NULL)",
        thread.as_uuid(),
        closed_at.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Switches calls on or off for a thread: because they were chosen for it, or (`paid`) because they are paid.
/// `false`: it is so already.
pub async fn switch(
    tx: &mut Tx,
    thread: ThreadId,
    paid: bool,
    on: bool,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE threads SET calls_chosen = CASE WHEN $2 THEN calls_chosen ELSE $3 END,
                            calls_paid = CASE WHEN $2 THEN $3 ELSE calls_paid END
          WHERE thread_id = $1 AND CASE WHEN $2 THEN calls_paid ELSE calls_chosen END <> $3",
        thread.as_uuid(),
        paid,
        on,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a call's summary was written. `false`: it was before.
pub async fn summarised(
    tx: &mut Tx,
    vendor: VendorId,
    call: CallId,
    by: UserId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO call_summaries (call_id, vendor_id, written_by, written_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (vendor_id, call_id) DO NOTHING",
        call.as_uuid(),
        vendor.as_uuid(),
        by.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a thread's orders come to, each by itself.
fn amounts(
    thread: Uuid,
    totals: Vec<Decimal>,
    currencies: &[String],
) -> Result<Vec<Money>, StoreError> {
    totals
        .into_iter()
        .zip(currencies)
        .map(|(total, name)| {
            Money::new(total, currency("orders", thread, name)?)
                .map_err(|e| StoreError::corrupt("orders", "total", thread, e))
        })
        .collect()
}

fn currency(table: &'static str, row: Uuid, name: &str) -> Result<Currency, StoreError> {
    name.parse()
        .map_err(|e: MoneyError| StoreError::corrupt(table, "currency", row, e))
}

fn contact(name: Option<&str>) -> Result<ContactPolicy, StoreError> {
    let Some(name) = name else {
        return Ok(ContactPolicy::default());
    };
    ContactPolicy::from_name(name).ok_or_else(|| {
        StoreError::corrupt("vendor_calling", "contact", name, "no policy of that name")
    })
}
