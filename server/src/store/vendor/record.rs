//! The transaction's vendor as its page shows it.

use super::{functions::read_switches, state::Stored};
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use orderline_domain::{
    ids::{VendorId, VendorPlanId},
    vendor::{
        VendorData,
        function::Switches,
        profile::{Profile, ProfileData},
        record::Record,
        state::VendorState,
    },
};

/// A vendor's record, and how it stands.
#[derive(Clone, Debug)]
pub struct Kept {
    pub vendor: VendorId,
    pub record: Record,
    /// Products, orders or a rule on who may call stand in its currency.
    pub is_currency_fixed: bool,
    pub plan: VendorPlanId,
    pub plan_name: String,
    pub switches: Switches,
    pub state: VendorState,
    /// Grows with every change.
    pub version: i64,
    pub created_at: Timestamp,
}

/// The record; `None` without a vendor.
pub async fn find(tx: &mut Tx) -> Result<Option<Kept>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT vendor_id, v.name, v.currency, country, time_zone, legal_name, address, register_number, email, phone,
                  languages, colour, state, state_since, state_reason, v.version, v.created_at, functions,
                  plan_id, p.name AS plan_name, p.allows,
                  EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM orders)
                    OR EXISTS (SELECT FROM vendor_calling WHERE rule ? 'least')
                    OR EXISTS (SELECT FROM seller_calling WHERE rule ? 'least') AS "is_currency_fixed!"
             FROM vendors v JOIN vendor_plans p USING (plan_id)"#
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let id = row.vendor_id;
        let stored = Stored {
            vendor: id,
            state: &row.state,
            since: row.state_since.map(jiff_sqlx::Timestamp::to_jiff),
            reason: row.state_reason,
        };
        let currency = row.currency.parse();
        let currency = currency
            .map_err(|e| StoreError::corrupt("vendors", "currency", id, format!("{e:?}")))?;
        let profile = ProfileData {
            legal_name: row.legal_name,
            address: row.address,
            register_number: row.register_number,
            email: row.email,
            phone: row.phone,
            languages: row.languages,
            colour: row.colour,
        };
        // What is wrong is told by the field's name: never the text in it.
        let profile = Profile::new(&profile).map_err(|errors| {
            let wrong = errors.first().map_or("vendor_id", |it| it.field);
            StoreError::corrupt("vendors", wrong, id, "not after its rule")
        })?;
        Ok(Kept {
            vendor: VendorId::from_uuid(id),
            record: Record {
                data: VendorData {
                    name: row.name,
                    currency,
                    country: row.country,
                    time_zone: row.time_zone,
                },
                profile,
            },
            is_currency_fixed: row.is_currency_fixed,
            plan: VendorPlanId::from_uuid(row.plan_id),
            plan_name: row.plan_name,
            switches: read_switches(id, &row.allows, &row.functions)?,
            state: stored.try_into()?,
            version: row.version,
            created_at: row.created_at.to_jiff(),
        })
    })
    .transpose()
}

/// Saves a record that was made from the one that was read. `false`: it is another one by now.
pub async fn save(tx: &mut Tx, from: &Kept, record: &Record) -> Result<bool, StoreError> {
    let (data, profile) = (&record.data, record.profile.data());
    let done = sqlx::query!(
        "UPDATE vendors
            SET name = $2, currency = $3, country = $4, time_zone = $5, legal_name = $6, address = $7,
                register_number = $8, email = $9, phone = $10, languages = $11, colour = $12, version = version + 1
          WHERE version = $1",
        from.version,
        data.name,
        data.currency.code(),
        data.country,
        data.time_zone,
        profile.legal_name,
        profile.address,
        profile.register_number,
        profile.email,
        profile.phone,
        &profile.languages,
        profile.colour,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
