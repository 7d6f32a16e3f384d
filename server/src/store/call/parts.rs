//! What belongs to a call: its participants, legs and spans, the tickets into it, and its owner's lease.

use crate::store::{StoreError, Tx, people::persons};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::{
        Call,
        leg::{LegNews, NewLeg},
        seat::Seat,
    },
    digest::Digest,
    ids::{CallId, LegId, NodeId, ParticipantId, RecordingId, SessionId, SpanId, UserId, VendorId},
    people::person::Person,
};

/// Seats a participant.
pub async fn seat(
    tx: &mut Tx,
    call: &Call,
    participant: ParticipantId,
    user: UserId,
    seat: Seat,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO call_participants (participant_id, vendor_id, call_id, user_id, seat)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (vendor_id, call_id, user_id) DO NOTHING",
        participant.as_uuid(),
        call.vendor.as_uuid(),
        call.call.as_uuid(),
        user.as_uuid(),
        i16::from(seat),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The seat that this person has in a call, or would get: theirs from before, or the next that nobody had. Beyond
/// the last there is none.
pub async fn seat_for(tx: &mut Tx, call: CallId, user: UserId) -> Result<Option<Seat>, StoreError> {
    let seat = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT seat FROM call_participants WHERE call_id = $1 AND user_id = $2),
                           (SELECT max(seat) + 1 FROM call_participants WHERE call_id = $1)) AS seat"#,
        call.as_uuid(),
        user.as_uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(seat.and_then(|seat| u8::try_from(seat).ok()).map(Seat))
}

/// Notes that somebody came into the running call, perhaps again.
pub async fn joined(
    tx: &mut Tx,
    call: CallId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE call_participants SET joined_at = coalesce(joined_at, $3), left_at = NULL
          WHERE call_id = $1 AND user_id = $2",
        call.as_uuid(),
        user.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that somebody left the running call.
pub async fn left(
    tx: &mut Tx,
    call: CallId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE call_participants SET left_at = $3 WHERE call_id = $1 AND user_id = $2",
        call.as_uuid(),
        user.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM people_in_calls WHERE call_id = $1 AND user_id = $2",
        call.as_uuid(),
        user.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everybody who ever was in a call, by seat.
pub async fn participants(tx: &mut Tx, call: CallId) -> Result<Vec<(Seat, Person)>, StoreError> {
    sqlx::query!(
        r#"SELECT p.seat, u.user_id, coalesce(b.name, u.name) AS "name!", t.role
           FROM call_participants p
           JOIN people u USING (user_id)
           JOIN calls c USING (call_id)
           JOIN thread_people t ON t.thread_id = c.thread_id AND t.user_id = p.user_id
           LEFT JOIN customers b ON b.vendor_id = c.vendor_id AND b.user_id = p.user_id AND t.role = 'buyer'
          WHERE p.call_id = $1 ORDER BY p.seat"#,
        call.as_uuid(),
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|row| {
        let seat = Seat::try_from(row.seat)
            .map_err(|e| StoreError::corrupt("call_participants", "seat", call, e))?;
        Ok((
            seat,
            Person {
                user: UserId::from_uuid(row.user_id),
                name: row.name,
                role: persons::role("thread_people", row.user_id, &row.role)?,
            },
        ))
    })
    .collect()
}

/// A stretch of a call that is private or recorded as a whole.
#[derive(Clone, Copy, Debug)]
pub struct NewSpan {
    pub span: SpanId,
    /// None for a private one.
    pub recording: Option<RecordingId>,
    pub at: Timestamp,
}

/// Opens a span and closes the one before. One that is open already and of the same kind goes on.
pub async fn open_span(tx: &mut Tx, call: &Call, new: &NewSpan) -> Result<(), StoreError> {
    let recording = new.recording.map(RecordingId::as_uuid);
    let same = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM call_spans
                           WHERE call_id = $1 AND ended_at IS NULL
                             AND recording_id IS NOT DISTINCT FROM $2) AS "same!""#,
        call.call.as_uuid(),
        recording,
    )
    .fetch_one(tx.conn())
    .await?;
    if same {
        return Ok(());
    }
    close_span(tx, call.call, new.at).await?;
    sqlx::query!(
        "INSERT INTO call_spans (span_id, vendor_id, call_id, kind, recording_id, started_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.span.as_uuid(),
        call.vendor.as_uuid(),
        call.call.as_uuid(),
        if recording.is_some() {
            "recorded"
        } else {
            "private"
        },
        recording,
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes the span that is open, if one is.
pub async fn close_span(tx: &mut Tx, call: CallId, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE call_spans SET ended_at = greatest($2, started_at)
          WHERE call_id = $1 AND ended_at IS NULL",
        call.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes what is open of an ended call: its span and its legs.
pub async fn close_all(tx: &mut Tx, call: CallId, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH spans AS (
             UPDATE call_spans SET ended_at = greatest($2, started_at)
              WHERE call_id = $1 AND ended_at IS NULL)
         UPDATE call_legs SET closed_at = greatest($2, opened_at)
          WHERE call_id = $1 AND closed_at IS NULL",
        call.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A new leg of this person.
pub async fn open_leg(tx: &mut Tx, call: &Call, new: &NewLeg) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO call_legs (leg_id, vendor_id, call_id, participant_id, epoch, opened_at, route)
         SELECT $1, p.vendor_id, p.call_id, p.participant_id, $4, $5, $6
           FROM call_participants p WHERE p.call_id = $2 AND p.user_id = $3",
        new.leg.as_uuid(),
        call.call.as_uuid(),
        new.user.as_uuid(),
        i32::try_from(call.epoch).unwrap_or(i32::MAX),
        new.at.to_sqlx(),
        new.route.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes what became of a leg.
pub async fn note_leg(tx: &mut Tx, leg: LegId, news: LegNews) -> Result<(), StoreError> {
    let time = |at: Option<Timestamp>| at.map(jiff_sqlx::ToSqlx::to_sqlx);
    sqlx::query!(
        "UPDATE call_legs
            SET connected_at = coalesce(connected_at, $2), last_packet_at = coalesce($3, last_packet_at),
                closed_at = coalesce(closed_at, $4)
          WHERE leg_id = $1",
        leg.as_uuid(),
        time(news.connected_at) as Option<jiff_sqlx::Timestamp>,
        time(news.last_packet_at) as Option<jiff_sqlx::Timestamp>,
        time(news.closed_at) as Option<jiff_sqlx::Timestamp>,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A ticket as it was made out; the ticket itself is only with its bearer.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    pub vendor: VendorId,
    pub call: CallId,
    pub user: UserId,
    /// The session that asked for it, and without which it opens nothing.
    pub session: SessionId,
    pub expires_at: Timestamp,
}

/// Keeps a ticket's hash.
pub async fn issue_ticket(tx: &mut Tx, hash: Digest, ticket: &Ticket) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO call_tickets (ticket_hash, vendor_id, call_id, user_id, expires_at, session_id)
         VALUES ($1, $2, $3, $4, $5, $6)",
        hash.as_bytes().as_slice(),
        ticket.vendor.as_uuid(),
        ticket.call.as_uuid(),
        ticket.user.as_uuid(),
        ticket.expires_at.to_sqlx(),
        ticket.session.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a ticket, once, from an unscoped transaction. An expired one is taken too.
pub async fn take_ticket(tx: &mut Tx, hash: Digest) -> Result<Option<Ticket>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT vendor_id AS "vendor_id!", call_id AS "call_id!", user_id AS "user_id!",
                  session_id AS "session_id!", expires_at AS "expires_at!"
             FROM take_call_ticket($1)"#,
        hash.as_bytes().as_slice(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Ticket {
        vendor: VendorId::from_uuid(row.vendor_id),
        call: CallId::from_uuid(row.call_id),
        user: UserId::from_uuid(row.user_id),
        session: SessionId::from_uuid(row.session_id),
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// Removes up to so many tickets that nobody used in time. For the jobs' role.
pub async fn drop_expired_tickets(
    tx: &mut Tx,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM call_tickets WHERE (vendor_id, ticket_hash) IN (
             SELECT vendor_id, ticket_hash FROM call_tickets WHERE expires_at < $1
              ORDER BY expires_at LIMIT $2)",
        now.to_sqlx(),
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Renews the lease on this node's live calls in one statement, and notes that the media of the active ones
/// still flow. Answers the calls that are still this node's, with their versions. For the jobs' role.
pub async fn renew(
    tx: &mut Tx,
    node: NodeId,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<(CallId, i64)>, StoreError> {
    let rows = sqlx::query!(
        "UPDATE calls
            SET lease_until = $3, last_media_at = CASE WHEN state = 'active' THEN $2 ELSE last_media_at END
          WHERE node_id = $1 AND state IN ('ringing', 'connecting', 'active', 'reconnecting')
         RETURNING call_id, version",
        node.as_uuid(),
        now.to_sqlx(),
        lease_until.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (CallId::from_uuid(row.call_id), row.version))
        .collect())
}
