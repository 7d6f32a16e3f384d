//! What changed between two states of an offer, so that it can be highlighted where it happened and said in a
//! sentence.

use orderline_domain::{
    catalogue::product::Catalogue,
    money::Money,
    offer::{Draft, PaymentMethod, Preview, plan::Interval, schedule::Payment},
};

/// What the buyer sees of an offer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub product: Option<String>,
    pub quantity: Option<u32>,
    pub payments: Vec<Payment>,
    pub total: Option<Money>,
    pub interval: Option<Interval>,
    pub method: Option<PaymentMethod>,
    pub address: Vec<String>,
}

impl Facts {
    /// The facts of a draft; without a schedule as far as there are any.
    pub fn of(draft: &Draft, catalogue: &Catalogue, preview: Option<&Preview>) -> Self {
        Self {
            product: draft
                .product
                .and_then(|id| catalogue.product(id))
                .map(|product| product.name.clone()),
            quantity: preview.map(|preview| preview.terms.quantity()),
            payments: preview
                .map(|preview| preview.schedule.payments.clone())
                .unwrap_or_default(),
            total: preview.map(|preview| preview.schedule.total),
            interval: preview.and_then(|preview| preview.terms.interval()),
            method: draft.method,
            address: draft.buyer.lines(),
        }
    }
}

/// One thing that changed, with what is said about it.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Product(String),
    Quantity(u32),
    /// The number of payments, before and now.
    Count {
        before: usize,
        now: usize,
    },
    Total(Money),
    /// The same number of payments on other days.
    Days,
    Method(PaymentMethod),
    Address,
}

/// What is different now, in the order in which it is said.
pub fn changes(before: &Facts, now: &Facts) -> Vec<Change> {
    let mut found = Vec::new();
    if let Some(product) = now
        .product
        .as_ref()
        .filter(|_| before.product != now.product)
    {
        found.push(Change::Product(product.clone()));
    }
    if let Some(quantity) = now
        .quantity
        .filter(|_| before.quantity.is_some() && before.quantity != now.quantity)
    {
        found.push(Change::Quantity(quantity));
    }
    let (had, has) = (before.payments.len(), now.payments.len());
    if had != has && had > 0 && has > 0 {
        found.push(Change::Count {
            before: had,
            now: has,
        });
    }
    if let Some(total) = now.total.filter(|_| before.total != now.total) {
        found.push(Change::Total(total));
    }
    let days = |facts: &Facts| {
        facts
            .payments
            .iter()
            .map(|payment| payment.due)
            .collect::<Vec<_>>()
    };
    if had == has && days(before) != days(now) {
        found.push(Change::Days);
    }
    if let Some(method) = now.method.filter(|_| before.method != now.method) {
        found.push(Change::Method(method));
    }
    if before.address != now.address && !now.address.is_empty() {
        found.push(Change::Address);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use orderline_domain::money::Currency;

    fn euros(cents: i64) -> Money {
        Money::from_minor(cents, Currency::EUR).expect("an amount")
    }

    fn facts(count: u16, cents: i64) -> Facts {
        Facts {
            product: Some("Coaching Pro".to_owned()),
            payments: (1..=count)
                .map(|number| Payment {
                    number,
                    due: date(2026, 12, 1),
                    amount: euros(cents),
                })
                .collect(),
            total: Some(euros(cents * i64::from(count))),
            ..Facts::default()
        }
    }

    #[test]
    fn a_changed_number_of_payments_is_named_with_both_numbers() {
        let found = changes(&facts(3, 76_000), &facts(4, 57_000));
        assert_eq!(found, vec![Change::Count { before: 3, now: 4 }]);
        let found = changes(&facts(3, 76_000), &facts(3, 70_000));
        assert_eq!(found, vec![Change::Total(euros(210_000))]);
    }

    #[test]
    fn other_days_alone_are_a_change_and_no_change_is_none() {
        let mut later = facts(3, 100);
        later.payments[2].due = date(2027, 3, 1);
        assert_eq!(changes(&facts(3, 100), &later), vec![Change::Days]);
        assert!(changes(&later, &later).is_empty());
    }

    #[test]
    fn what_is_taken_away_for_a_moment_is_not_announced() {
        let half_typed = Facts {
            payments: Vec::new(),
            total: None,
            ..facts(3, 100)
        };
        assert!(
            changes(&facts(3, 100), &half_typed)
                .iter()
                .all(|change| !matches!(change, Change::Total(_) | Change::Count { .. }))
        );
    }
}
