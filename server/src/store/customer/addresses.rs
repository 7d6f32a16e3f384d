//! The addresses in a customer's record.

use crate::store::{StoreError, Tx};
use orderline_domain::{
    customer::{
        address::Address,
        addresses::{AddressData, Addresses, Kept, Used},
    },
    ids::{AddressId, CustomerId, VendorId},
};
use uuid::Uuid;

/// An address as its row has it.
struct Row {
    address_id: Uuid,
    billing: String,
    delivery: String,
    street: String,
    line2: Option<String>,
    postal_code: String,
    city: String,
    state: Option<String>,
    country: String,
    version: i64,
}

impl TryFrom<Row> for Kept {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.address_id;
        let used = |column: &'static str, name: &str| {
            Used::from_name(name).ok_or_else(|| {
                StoreError::corrupt("customer_addresses", column, id, "no use of that name")
            })
        };
        Ok(Self {
            id: AddressId::from_uuid(id),
            data: AddressData {
                billing: used("billing", &row.billing)?,
                delivery: used("delivery", &row.delivery)?,
                address: Address {
                    street: row.street,
                    line2: row.line2,
                    postal_code: row.postal_code,
                    city: row.city,
                    state: row.state,
                    country: row.country,
                },
            },
            version: row.version,
        })
    }
}

/// All of a record, in their order.
pub async fn of(tx: &mut Tx, customer: CustomerId) -> Result<Addresses, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT address_id, billing, delivery, street, line2, postal_code, city, state, country, version
           FROM customer_addresses WHERE customer_id = $1 ORDER BY place, address_id",
        customer.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let kept = rows.into_iter().map(Kept::try_from);
    Ok(Addresses::kept(kept.collect::<Result<_, _>>()?))
}

/// Writes them in the place of those that are there.
pub async fn write(
    tx: &mut Tx,
    (vendor, customer): (VendorId, CustomerId),
    addresses: &Addresses,
) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM customer_addresses WHERE customer_id = $1",
        customer.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    for (place, it) in (0_i16..).zip(addresses.all()) {
        let address = &it.data.address;
        sqlx::query!(
            "INSERT INTO customer_addresses (vendor_id, customer_id, address_id, place, billing, delivery, street, line2,
                                             postal_code, city, state, country, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            vendor.as_uuid(),
            customer.as_uuid(),
            it.id.as_uuid(),
            place,
            it.data.billing.name(),
            it.data.delivery.name(),
            address.street,
            address.line2,
            address.postal_code,
            address.city,
            address.state,
            address.country,
            it.version
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
