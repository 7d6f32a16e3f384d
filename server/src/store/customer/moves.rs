//! Customers that are given to a rep or taken from one, and who holds how many.

use super::Rep;
use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{CustomerId, CustomerMoveId, UserId, VendorId},
    people::{person::Person, roles::Role},
};

/// People that are listed.
const MAX_HOLDERS: i64 = 500;

/// A move about to be made.
#[derive(Debug)]
pub struct NewMove {
    pub id: CustomerMoveId,
    pub vendor: VendorId,
    pub at: Timestamp,
    pub by: (UserId, Role),
    /// None: nobody's, from now on.
    pub to: Option<UserId>,
    /// Of what was asked for.
    pub asked: Digest,
    /// More was asked for than one move reaches.
    pub is_more: bool,
}

/// What came of a move.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub count: i64,
    pub is_more: bool,
}

/// Somebody to whom customers can be assigned, or who still has some.
#[derive(Clone, Debug)]
pub struct Holder {
    pub rep: Rep,
    pub customers: i64,
    /// They sell for the vendor now.
    pub is_active: bool,
}

/// A move of one customer.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub by: Person,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// What came of this move, if it was made, and whether it was asked for in the same words.
pub async fn find(
    tx: &mut Tx,
    id: CustomerMoveId,
    asked: Digest,
) -> Result<Option<(Moved, bool)>, StoreError> {
    let row = sqlx::query!(
        "SELECT moved, is_more, asked FROM customer_moves WHERE move_id = $1",
        id.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let moved = Moved {
            count: row.moved,
            is_more: row.is_more,
        };
        (moved, row.asked == asked.as_bytes())
    }))
}

/// Moves those of these customers who are not there yet, and notes each.
pub async fn make(
    tx: &mut Tx,
    new: &NewMove,
    customers: &[CustomerId],
) -> Result<Moved, StoreError> {
    let ids: Vec<_> = customers.iter().map(|it| it.as_uuid()).collect();
    let count = sqlx::query_scalar!(
        "WITH before AS (
             SELECT customer_id, rep_id FROM customers
              WHERE customer_id = ANY($1) AND rep_id IS DISTINCT FROM $2 AND merged_into IS NULL ORDER BY customer_id FOR UPDATE),
         moved AS (
             UPDATE customers c SET rep_id = $2 FROM before b
              WHERE c.customer_id = b.customer_id RETURNING c.customer_id, b.rep_id AS from_rep),
         noted AS (
             INSERT INTO customers_moved (vendor_id, customer_id, move_id, from_rep)
             SELECT $3, customer_id, $4, from_rep FROM moved)
         INSERT INTO customer_moves (vendor_id, move_id, at, by_id, by_role, to_rep, moved, is_more, asked)
         SELECT $3, $4, $5, $6, $7, $2, count(*), $8, $9 FROM moved
         RETURNING moved",
        &ids,
        new.to.map(UserId::as_uuid),
        new.vendor.as_uuid(),
        new.id.as_uuid(),
        new.at.to_sqlx() as jiff_sqlx::Timestamp,
        new.by.0.as_uuid(),
        new.by.1.name(),
        new.is_more,
        new.asked.as_bytes().as_slice()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Moved {
        count,
        is_more: new.is_more,
    })
}

/// A page of a customer's moves, the newest first.
pub async fn of_customer(
    tx: &mut Tx,
    customer: CustomerId,
    wanted: &Wanted,
) -> Result<Part<Line>, StoreError> {
    let rows = sqlx::query!(
        "SELECT m.move_id, m.at, m.by_id, b.name AS by_name, m.by_role,
                  (SELECT f.name FROM people f WHERE f.user_id = c.from_rep) AS from_name,
                  (SELECT t.name FROM people t WHERE t.user_id = m.to_rep) AS to_name
             FROM customers_moved c
             JOIN customer_moves m USING (vendor_id, move_id)
             JOIN people b ON b.user_id = m.by_id
            WHERE c.customer_id IN (SELECT r.customer_id FROM customers r WHERE r.customer_id = $1 OR r.merged_into = $1)
              AND ($2::timestamptz IS NULL OR (m.at, m.move_id) < ($2, $3::uuid))
            ORDER BY m.at DESC, m.move_id DESC LIMIT $4",
        customer.as_uuid(),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.at.to_jiff(), row.move_id));
    rows.try_map(|row| {
        let role = persons::role("customer_moves", row.move_id, &row.by_role)?;
        Ok(Line {
            at: row.at.to_jiff(),
            by: Person::new(UserId::from_uuid(row.by_id), row.by_name, role),
            from: row.from_name,
            to: row.to_name,
        })
    })
}

/// Everybody to whom customers can be assigned, and everybody who still has some, by name.
pub async fn holders(tx: &mut Tx) -> Result<Vec<Holder>, StoreError> {
    let roles: Vec<String> = Role::MEMBERS
        .into_iter()
        .filter(|role| role.may_hold_customers())
        .map(|role| role.name().to_owned())
        .collect();
    let rows = sqlx::query!(
        r#"WITH active AS (
               SELECT DISTINCT user_id FROM memberships WHERE role = ANY($1) AND suspended_at IS NULL),
           held AS (
               SELECT rep_id AS user_id, count(*) AS customers FROM customers
                     WHERE rep_id IS NOT NULL AND merged_into IS NULL GROUP BY rep_id)
           SELECT p.user_id, p.name, coalesce(h.customers, 0) AS "customers!",
                  a.user_id IS NOT NULL AND p.disabled_at IS NULL AS "is_active!"
             FROM active a FULL JOIN held h USING (user_id) JOIN people p USING (user_id)
            ORDER BY p.name, p.user_id LIMIT $2"#,
        &roles,
        MAX_HOLDERS
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| Holder {
            rep: Rep {
                user: UserId::from_uuid(row.user_id),
                name: row.name,
            },
            customers: row.customers,
            is_active: row.is_active,
        })
        .collect())
}
