//! The timeline of a call's lines.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::{
        quality::{LineLevel, Point, Sample},
        seat::Seat,
    },
    ids::{CallId, VendorId},
};

/// Points that are read at most: nearly three and a half hours of two sides.
pub const MAX_POINTS: i64 = 5_000;

/// Keeps points; one that is there already stays.
pub async fn keep(
    tx: &mut Tx,
    vendor: VendorId,
    call: CallId,
    points: &[Point],
) -> Result<(), StoreError> {
    let many = |get: fn(&Sample) -> u32| -> Vec<i32> {
        points.iter().map(|it| number(get(&it.sample))).collect()
    };
    let at: Vec<i64> = points.iter().map(|it| it.at.as_microsecond()).collect();
    let seats: Vec<i16> = points.iter().map(|it| i16::from(it.seat)).collect();
    let levels: Vec<String> = points
        .iter()
        .map(|it| it.sample.level.name().to_owned())
        .collect();
    let available: Vec<Option<i32>> = points
        .iter()
        .map(|it| it.sample.available_out.map(number))
        .collect();
    let held: Vec<bool> = points.iter().map(|it| it.sample.picture_held).collect();
    sqlx::query!(
        "INSERT INTO call_quality (vendor_id, call_id, at, seat, level, loss_in, loss_out, concealed, rtt_ms,
                                   jitter_ms, bits_in, bits_out, available_out, frozen_ms, picture_held)
         SELECT $1, $2, timestamptz 'epoch' + p.at * interval '1 microsecond', seat, level, loss_in, loss_out,
                concealed, rtt_ms, jitter_ms, bits_in, bits_out, available_out, frozen_ms, picture_held
           FROM unnest($3::bigint[], $4::smallint[], $5::text[], $6::integer[], $7::integer[],
                       $8::integer[], $9::integer[], $10::integer[], $11::integer[], $12::integer[],
                       $13::integer[], $14::integer[], $15::boolean[])
                AS p (at, seat, level, loss_in, loss_out, concealed, rtt_ms, jitter_ms, bits_in, bits_out,
                      available_out, frozen_ms, picture_held)
         ON CONFLICT DO NOTHING",
        vendor.as_uuid(),
        call.as_uuid(),
        &at,
        &seats,
        &levels,
        &many(|it| u32::from(it.loss_in)),
        &many(|it| u32::from(it.loss_out)),
        &many(|it| u32::from(it.concealed)),
        &many(|it| it.rtt_ms),
        &many(|it| it.jitter_ms),
        &many(|it| it.bits_in),
        &many(|it| it.bits_out),
        &available as &[Option<i32>],
        &many(|it| it.frozen_ms),
        &held,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The points of a call, oldest first.
pub async fn of_call(tx: &mut Tx, call: CallId) -> Result<Vec<Point>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT at, seat, level, loss_in, loss_out, concealed, rtt_ms, jitter_ms,
                  bits_in, bits_out, available_out, frozen_ms, picture_held
             FROM call_quality WHERE call_id = $1 ORDER BY at, seat LIMIT $2"#,
        call.as_uuid(),
        MAX_POINTS,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let level = LineLevel::from_name(&row.level)
                .ok_or_else(|| StoreError::corrupt("call_quality", "level", call, &row.level))?;
            Ok(Point {
                at: row.at.to_jiff(),
                seat: Seat::try_from(row.seat)
                    .map_err(|e| StoreError::corrupt("call_quality", "seat", call, e))?,
                sample: Sample {
                    level,
                    loss_in: share(row.loss_in),
                    loss_out: share(row.loss_out),
                    concealed: share(row.concealed),
                    rtt_ms: row.rtt_ms.unsigned_abs(),
                    jitter_ms: row.jitter_ms.unsigned_abs(),
                    bits_in: row.bits_in.unsigned_abs(),
                    bits_out: row.bits_out.unsigned_abs(),
                    available_out: row.available_out.map(i32::unsigned_abs),
                    frozen_ms: row.frozen_ms.unsigned_abs(),
                    picture_held: row.picture_held,
                },
            })
        })
        .collect()
}

/// Forgets points that were measured before `before`, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM call_quality WHERE (vendor_id, call_id, at, seat) IN
             (SELECT vendor_id, call_id, at, seat FROM call_quality WHERE at < $1 ORDER BY at LIMIT $2)",
        before.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// What a page says is only a number: what does not fit is cut.
fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn share(value: i32) -> u16 {
    u16::try_from(value).unwrap_or(1_000)
}
