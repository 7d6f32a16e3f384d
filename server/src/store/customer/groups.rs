//! The vendor's own words for customers of one kind.

use crate::store::{StoreError, Tx};
use orderline_domain::customer::record::MAX_GROUPS;

/// Those in use, in the alphabet's order: each is looked up behind the one before it, however many customers have it.
pub async fn all(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let most = i64::try_from(MAX_GROUPS).unwrap_or(i64::MAX);
    Ok(sqlx::query_scalar!(
        r#"WITH RECURSIVE used AS (
               (SELECT group_name FROM customers WHERE group_name IS NOT NULL ORDER BY group_name LIMIT 1)
               UNION ALL
               SELECT (SELECT c.group_name FROM customers c
                        WHERE c.group_name > u.group_name ORDER BY c.group_name LIMIT 1)
                 FROM used u WHERE u.group_name IS NOT NULL)
           SELECT group_name AS "group!" FROM used WHERE group_name IS NOT NULL LIMIT $1"#,
        most
    )
    .fetch_all(tx.conn())
    .await?)
}
