//! A record as it is stored, and back.

use super::{Rep, Stored};
use crate::store::StoreError;
use orderline_domain::{
    customer::record::{Customer, CustomerData, Kind},
    ids::{CustomerId, UserId},
};
use uuid::Uuid;

/// A record as its row has it.
pub(super) struct Row {
    pub customer_id: Uuid,
    pub user_id: Uuid,
    pub created_at: jiff_sqlx::Timestamp,
    pub kind: String,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: String,
    pub country: Option<String>,
    pub vat_id: Option<String>,
    pub tax_number: Option<String>,
    pub group_name: Option<String>,
    pub notes: Option<String>,
    pub consent_at: Option<jiff_sqlx::Timestamp>,
    pub version: i64,
    pub rep_id: Option<Uuid>,
    pub rep_name: Option<String>,
    pub last_contact: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Stored {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.customer_id;
        let fault = |column, what: &str| StoreError::corrupt("customers", column, id, what);
        let data = CustomerData {
            kind: Kind::from_name(&row.kind)
                .ok_or_else(|| fault("kind", "no kind of that name"))?,
            name: row.name,
            company: row.company,
            email: row.email,
            phone: row.phone,
            language: row.language,
            country: row.country,
            vat_id: row.vat_id,
            tax_number: row.tax_number,
            group: row.group_name,
            notes: row.notes,
            may_be_called: row.consent_at.is_some(),
        };
        // What is wrong is told by the field's name: never the text in it.
        let record = Customer::new(&data).map_err(|errors| {
            let wrong = errors.first().map_or("customer_id", |it| it.field);
            fault(wrong, "not after its rule")
        })?;
        Ok(Self {
            customer: CustomerId::from_uuid(id),
            person: UserId::from_uuid(row.user_id),
            record,
            consent_at: row.consent_at.map(jiff_sqlx::Timestamp::to_jiff),
            version: row.version,
            created_at: row.created_at.to_jiff(),
            rep: row.rep_id.zip(row.rep_name).map(|(user, name)| Rep {
                user: UserId::from_uuid(user),
                name,
            }),
            last_contact: row.last_contact.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}
