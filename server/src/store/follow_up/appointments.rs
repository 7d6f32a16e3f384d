//! Planned calls.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    follow_up::appointment::{Appointment, AppointmentState, REMIND_BEFORE, Slot},
    ids::{AppointmentId, ThreadId, UserId, VendorId},
    text::AppointmentNote,
};
use uuid::Uuid;

/// Planned calls of one thread; more are not planned.
const MAX_LISTED: i64 = 200;
/// Reminders taken at a time.
const MAX_REMINDED: i64 = 50;

/// A planned call as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub appointment: AppointmentId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub held: Appointment,
    pub version: i64,
    pub changed_at: Timestamp,
}

/// Saves a new one.
pub async fn insert(tx: &mut Tx, new: &Stored) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO appointments (appointment_id, vendor_id, thread_id, state, state_body, version, sequence,
                                   starts_at, minutes, note, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        new.appointment.as_uuid(),
        new.vendor.as_uuid(),
        new.thread.as_uuid(),
        new.held.name(),
        body(new)?,
        new.version,
        sequence(new)?,
        new.held.slot.starts_at.to_sqlx(),
        minutes(new)?,
        new.held.slot.note.as_ref().map(AppointmentNote::as_str),
        new.changed_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves a step that was taken from `from`. `false`: it has changed since it was read.
pub async fn save(
    tx: &mut Tx,
    from: &Stored,
    held: &Appointment,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let next = Stored {
        held: held.clone(),
        ..from.clone()
    };
    let done = sqlx::query!(
        "UPDATE appointments SET state = $3, state_body = $4, sequence = $5, starts_at = $6, minutes = $7, note = $8,
                changed_at = $9, version = version + 1
          WHERE appointment_id = $1 AND version = $2",
        from.appointment.as_uuid(),
        from.version,
        held.name(),
        body(&next)?,
        sequence(&next)?,
        held.slot.starts_at.to_sqlx(),
        minutes(&next)?,
        held.slot.note.as_ref().map(AppointmentNote::as_str),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One of them.
pub async fn find(tx: &mut Tx, appointment: AppointmentId) -> Result<Option<Stored>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT appointment_id, vendor_id, thread_id, state_body, version, sequence, starts_at, minutes, note, changed_at
           FROM appointments WHERE appointment_id = $1",
        appointment.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::stored)
    .transpose()
}

/// Those of a thread that are not over, the next first. A closed thread has none.
pub async fn open_of_thread(
    tx: &mut Tx,
    thread: ThreadId,
    now: Timestamp,
) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT appointment_id, vendor_id, thread_id, state_body, version, sequence, starts_at, minutes, note, changed_at
           FROM appointments
          WHERE thread_id = $1 AND state <> 'cancelled' AND starts_at + make_interval(mins => minutes) > $2
            AND EXISTS (SELECT FROM threads t WHERE t.thread_id = appointments.thread_id AND t.closed_at IS NULL)
          ORDER BY starts_at, appointment_id LIMIT $3",
        thread.as_uuid(),
        now.to_sqlx(),
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Row::all(rows)
}

/// A page of those of a person's open threads that are not over, the next first.
pub async fn open_of_user(
    tx: &mut Tx,
    user: UserId,
    now: Timestamp,
    wanted: &Wanted,
) -> Result<Part<Stored>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT a.appointment_id, a.vendor_id, a.thread_id, a.state_body, a.version, a.sequence, a.starts_at, a.minutes,
                a.note, a.changed_at
           FROM appointments a JOIN thread_people p ON p.thread_id = a.thread_id AND p.user_id = $1
           JOIN threads t ON t.thread_id = a.thread_id AND t.closed_at IS NULL
          WHERE a.state <> 'cancelled' AND a.starts_at + make_interval(mins => a.minutes) > $2
            AND ($3::timestamptz IS NULL OR (a.starts_at, a.appointment_id) > ($3, $4::uuid))
          ORDER BY a.starts_at, a.appointment_id LIMIT $5",
        user.as_uuid(),
        now.to_sqlx(),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.starts_at.to_jiff(), row.appointment_id)
    });
    rows.try_map(Row::stored)
}

/// Takes those that begin soon and that nobody was reminded of as they stand; each is taken once. For the jobs'
/// role.
pub async fn take_due(tx: &mut Tx, now: Timestamp) -> Result<Vec<Stored>, StoreError> {
    let until = now.saturating_add(REMIND_BEFORE).unwrap_or(Timestamp::MAX);
    let rows = sqlx::query_as!(
        Row,
        "UPDATE appointments SET reminded = sequence
          WHERE appointment_id IN (SELECT appointment_id FROM appointments
                 WHERE state = 'confirmed' AND starts_at > $1 AND starts_at <= $2
                   AND reminded IS DISTINCT FROM sequence
                   AND EXISTS (SELECT FROM threads t
                                WHERE t.thread_id = appointments.thread_id AND t.closed_at IS NULL)
                 ORDER BY starts_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING appointment_id, vendor_id, thread_id, state_body, version, sequence, starts_at, minutes, note, changed_at",
        now.to_sqlx(),
        until.to_sqlx(),
        MAX_REMINDED
    )
    .fetch_all(tx.conn())
    .await?;
    Row::all(rows)
}

/// The vendor's time zone.
pub async fn vendor_zone(tx: &mut Tx, vendor: VendorId) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT time_zone FROM vendors WHERE vendor_id = $1",
        vendor.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The time zone that a person's browser has told.
pub async fn zone_of(tx: &mut Tx, user: UserId) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT time_zone FROM people WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .flatten())
}

/// Keeps the time zone that a person's browser tells.
pub async fn keep_zone(tx: &mut Tx, user: UserId, zone: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE people SET time_zone = $2 WHERE user_id = $1 AND time_zone IS DISTINCT FROM $2",
        user.as_uuid(),
        zone
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn body(it: &Stored) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(&it.held.state)
        .map_err(|e| StoreError::corrupt("appointments", "state_body", it.appointment, e))
}

fn sequence(it: &Stored) -> Result<i32, StoreError> {
    i32::try_from(it.held.sequence)
        .map_err(|e| StoreError::corrupt("appointments", "sequence", it.appointment, e))
}

fn minutes(it: &Stored) -> Result<i16, StoreError> {
    i16::try_from(it.held.slot.minutes)
        .map_err(|e| StoreError::corrupt("appointments", "minutes", it.appointment, e))
}

struct Row {
    appointment_id: Uuid,
    vendor_id: Uuid,
    thread_id: Uuid,
    state_body: serde_json::Value,
    version: i64,
    sequence: i32,
    starts_at: jiff_sqlx::Timestamp,
    minutes: i16,
    note: Option<String>,
    changed_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn all(rows: Vec<Self>) -> Result<Vec<Stored>, StoreError> {
        rows.into_iter().map(Self::stored).collect()
    }

    fn stored(self) -> Result<Stored, StoreError> {
        let id = self.appointment_id;
        let state: AppointmentState = serde_json::from_value(self.state_body)
            .map_err(|e| StoreError::corrupt("appointments", "state_body", id, e))?;
        let note = self
            .note
            .as_deref()
            .map(AppointmentNote::new)
            .transpose()
            .map_err(|e| StoreError::corrupt("appointments", "note", id, e))?;
        Ok(Stored {
            appointment: AppointmentId::from_uuid(id),
            vendor: VendorId::from_uuid(self.vendor_id),
            thread: ThreadId::from_uuid(self.thread_id),
            held: Appointment {
                slot: Slot {
                    starts_at: self.starts_at.to_jiff(),
                    minutes: u16::try_from(self.minutes)
                        .map_err(|e| StoreError::corrupt("appointments", "minutes", id, e))?,
                    note,
                },
                state,
                sequence: u32::try_from(self.sequence)
                    .map_err(|e| StoreError::corrupt("appointments", "sequence", id, e))?,
            },
            version: self.version,
            changed_at: self.changed_at.to_jiff(),
        })
    }
}
