//! People: who signs in, and what the transaction's vendor knows of somebody.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{ThreadId, UserId, VendorId},
    language::Language,
    people::{capacity::Known, person::Person, roles::Role},
};

/// Sellers that are listed.
const MAX_SELLERS: i64 = 200;

/// What sign-in needs to know about an address.
#[derive(Clone)]
pub struct Credentials {
    pub user: UserId,
    /// PHC string (argon2id).
    pub password_hash: String,
}

/// Who signs in with this address, exactly as given (lower case).
pub async fn credentials(tx: &mut Tx, email: &str) -> Result<Option<Credentials>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT user_id AS "user_id!", password_hash AS "password_hash!" FROM sign_in_lookup($1)"#,
        email
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Credentials {
        user: UserId::from_uuid(row.user_id),
        password_hash: row.password_hash,
    }))
}

/// Somebody whom the transaction's vendor knows.
pub async fn known(tx: &mut Tx, user: UserId) -> Result<Option<Known>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT p.name,
                  ARRAY(SELECT m.role FROM memberships m
                         WHERE m.user_id = p.user_id AND m.suspended_at IS NULL ORDER BY m.role)
                  || ARRAY(SELECT 'buyer' FROM customers c WHERE c.user_id = p.user_id) AS "roles!"
             FROM people p WHERE p.user_id = $1 AND p.disabled_at IS NULL"#,
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let roles = row.roles.iter().map(|name| role("memberships", user, name));
        Ok(Known {
            user,
            name: row.name,
            roles: roles.collect::<Result<_, StoreError>>()?,
        })
    })
    .transpose()
}

/// What somebody is called whom the transaction's vendor knows.
pub async fn name(tx: &mut Tx, user: UserId) -> Result<Option<String>, StoreError> {
    let name = sqlx::query_scalar!("SELECT name FROM people WHERE user_id = $1", user.as_uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(name)
}

/// The sellers of the transaction's vendor, by name.
pub async fn sellers(tx: &mut Tx) -> Result<Vec<Person>, StoreError> {
    let rows = sqlx::query!(
        "SELECT p.user_id, p.name FROM memberships m JOIN people p USING (user_id)
          WHERE m.role = 'seller' AND m.suspended_at IS NULL AND p.disabled_at IS NULL
          ORDER BY p.name, p.user_id LIMIT $1",
        MAX_SELLERS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Person::new(UserId::from_uuid(row.user_id), row.name, Role::Seller))
        .collect())
}

/// The address at which a person gets mail.
pub async fn email(tx: &mut Tx, user: UserId) -> Result<Option<String>, StoreError> {
    let email = sqlx::query_scalar!(
        "SELECT email FROM people WHERE user_id = $1 AND disabled_at IS NULL",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(email.flatten())
}

/// The address that a person has said is theirs. One that a vendor gave is nobody's word but the vendor's.
pub async fn own_email(tx: &mut Tx, user: UserId) -> Result<Option<String>, StoreError> {
    let email = sqlx::query_scalar!(
        "SELECT email FROM people WHERE user_id = $1 AND disabled_at IS NULL AND NOT email_given",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(email.flatten())
}

/// The transaction's person has shown that this address (as it is compared) is theirs. `false`: their account has
/// another, or the address another account.
pub async fn take_address(tx: &mut Tx, email: &str) -> Result<bool, StoreError> {
    let taken = sqlx::query_scalar!(r#"SELECT take_address($1) AS "taken!""#, email)
        .fetch_one(tx.conn())
        .await?;
    Ok(taken)
}

/// The language that a person reads (BCP 47).
pub async fn language(tx: &mut Tx, user: UserId) -> Result<Option<String>, StoreError> {
    let language = sqlx::query_scalar!(
        "SELECT language FROM people WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(language)
}

/// Keeps what a person reads: what they chose, or what their page says, which takes the place of no choice. Only they
/// themselves reach their row.
pub async fn keep_language(
    tx: &mut Tx,
    user: UserId,
    language: Language,
    chosen: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE people SET language = $2, language_chosen = $3
          WHERE user_id = $1 AND ($3 OR NOT language_chosen)",
        user.as_uuid(),
        language.tag(),
        chosen
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the vendor is called.
pub async fn vendor_name(tx: &mut Tx, vendor: VendorId) -> Result<Option<String>, StoreError> {
    let name = sqlx::query_scalar!(
        "SELECT name FROM vendors WHERE vendor_id = $1",
        vendor.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(name)
}

/// A stored role as a role.
pub(in crate::store) fn role(
    table: &'static str,
    row: impl ToString,
    name: &str,
) -> Result<Role, StoreError> {
    Role::from_name(name)
        .ok_or_else(|| StoreError::corrupt(table, "role", row, "no role of that name"))
}

/// Where a person lives, if that is known, where an offer says that they do, and what they read.
#[derive(Clone, Debug)]
pub struct Home {
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The country in the address of the thread's offer, as far as it is typed.
    pub typed_country: Option<String>,
    /// BCP 47.
    pub language: String,
}

/// A person's countries and language.
pub async fn home(tx: &mut Tx, user: UserId, thread: ThreadId) -> Result<Option<Home>, StoreError> {
    let row = sqlx::query!(
        "SELECT u.country, (SELECT o.draft -> 'buyer' -> 'address' ->> 'country'
                               FROM offers o WHERE o.thread_id = $2) AS typed_country,
                  u.language
             FROM people u WHERE u.user_id = $1",
        user.as_uuid(),
        thread.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Home {
        country: row.country,
        typed_country: row.typed_country,
        language: row.language,
    }))
}

/// Whom a vendor names: by an address (as it is compared), or without one a guest.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub email: Option<&'a str>,
    pub name: &'a str,
    /// What they read, as far as is known (BCP 47).
    pub language: &'a str,
}

/// The person whom the transaction's vendor names: whoever has the address, else somebody new under this id, who has no
/// way in yet. Nothing tells which. From then on the vendor knows them.
pub async fn named(
    tx: &mut Tx,
    fresh: UserId,
    who: Named<'_>,
    at: Timestamp,
) -> Result<UserId, StoreError> {
    let user = sqlx::query_scalar!(
        r#"SELECT person_of_address($1, $2, $3, $4, $5) AS "user!""#,
        fresh.as_uuid(),
        who.email,
        who.name,
        who.language,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(UserId::from_uuid(user))
}

/// A person about to be written whose address is their own word.
#[derive(Debug)]
pub struct NewPerson<'a> {
    pub user: UserId,
    /// Lower case.
    pub email: &'a str,
    pub name: &'a str,
    /// ISO 3166-1 alpha-2, where it is known.
    pub country: Option<&'a str>,
    pub password_hash: &'a str,
}

/// Writes a person. Needs the jobs' role.
pub async fn add(tx: &mut Tx, new: &NewPerson<'_>, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO people (user_id, email, name, country, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.user.as_uuid(),
        new.email,
        new.name,
        new.country,
        new.password_hash,
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A person has another password. Only they themselves reach their row.
pub async fn change_password(
    tx: &mut Tx,
    user: UserId,
    password_hash: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE people SET password_hash = $2 WHERE user_id = $1",
        user.as_uuid(),
        password_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A person who holds their mailbox chooses a name and a password. Only they themselves reach their row.
pub async fn choose_password(
    tx: &mut Tx,
    user: UserId,
    (name, password_hash): (&str, &str),
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE people SET name = $2, password_hash = $3, email_given = false WHERE user_id = $1",
        user.as_uuid(),
        name,
        password_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who has this address (as it is compared), whoever they are. For the jobs' role.
pub async fn of_address(tx: &mut Tx, email: &str) -> Result<Option<UserId>, StoreError> {
    let user = sqlx::query_scalar!("SELECT user_id FROM people WHERE email = $1", email)
        .fetch_optional(tx.conn())
        .await?;
    Ok(user.map(UserId::from_uuid))
}

/// A person has another address, which they have shown to be theirs. `false`: somebody has it. For the jobs' role.
pub async fn change_address(tx: &mut Tx, user: UserId, email: &str) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE people SET email = $2, email_given = false
          WHERE user_id = $1 AND NOT EXISTS (SELECT FROM people o WHERE o.email = $2 AND o.user_id <> $1)",
        user.as_uuid(),
        email
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
