//! The offer while it is edited: loose texts as the seller types them, and the one rule that turns them into
//! a schedule and into a revision's content, the same on the server and in both browsers.

use crate::{
    catalogue::product::{Catalogue, Plan, Product},
    customer::buyer::BuyerData,
    field::{FieldError, code},
    ids::{PlanId, ProductId},
    money::Money,
    offer::{
        plan::{DEFAULT_SUBSCRIPTION_PERIODS, Interval, PlanKind},
        revision::{PaymentMethod, RevisionContent},
        schedule::{ProposedTerms, Schedule},
        terms::PaymentTerms,
    },
    percent::{Percent, vat_included},
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Longest text of a payment detail, in bytes; longer is refused before it is read.
pub const MAX_DETAIL_BYTES: usize = 32;

/// A phone offer while it is edited. Every field may be empty or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Counts every change, so that two editors cannot overwrite each other unseen.
    pub version: u64,
    pub product: Option<ProductId>,
    pub plan: Option<PlanId>,
    /// Gross price of one unit, as typed; see [`ProposedTerms::amount`].
    pub amount: String,
    /// As typed; empty means 1.
    pub quantity: String,
    /// Number of payments, as typed; empty means 1 for one-time and 12 for a subscription.
    pub payments: String,
    pub interval: Option<Interval>,
    /// Day of the first payment, `YYYY-MM-DD`.
    pub first_due: String,
    pub method: Option<PaymentMethod>,
    pub buyer: BuyerData,
}

/// What both people see while the seller types: the terms, every payment, and the tax in the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub terms: PaymentTerms,
    pub schedule: Schedule,
    pub vat_rate: Percent,
    pub vat: Money,
}

/// What the payment details of a draft come to.
struct Priced<'a> {
    product: &'a Product,
    plan: &'a Plan,
    preview: Preview,
}

impl Draft {
    /// Chooses a plan: payment details are filled in from it, to be changed for this offer alone. Buyer data
    /// and first day stay, the payment method too if it goes with the plan; a plan of another product
    /// replaces the product first.
    #[must_use]
    pub fn with_plan(mut self, plan: &Plan) -> Self {
        if self.product != Some(plan.product) {
            self = self.replace_product(plan.product);
        }
        self.plan = Some(plan.id);
        self.amount = plan.amount.amount().to_string();
        "1".clone_into(&mut self.quantity);
        self.payments = plan.payments.to_string();
        self.interval = plan.interval;
        self.method = self.method.filter(|method| method.allowed(plan.kind));
        self
    }

    /// Replaces the main product: buyer data stays, payment details are entered anew.
    #[must_use]
    pub fn replace_product(self, product: ProductId) -> Self {
        Self {
            version: self.version,
            product: Some(product),
            buyer: self.buyer,
            ..Self::default()
        }
    }

    /// The draft in the middle of being typed: its texts readable, not yet held against any rule. What goes to others
    /// and into storage is this.
    #[must_use]
    pub fn unfinished(self) -> Self {
        Self {
            amount: text::unfinished(&self.amount),
            quantity: text::unfinished(&self.quantity),
            payments: text::unfinished(&self.payments),
            first_due: text::unfinished(&self.first_due),
            buyer: self.buyer.unfinished(),
            ..self
        }
    }

    /// The schedule as far as product, plan and payment details allow one, whatever the buyer's data are.
    pub fn preview(&self, catalogue: &Catalogue, today: Date) -> Result<Preview, Vec<FieldError>> {
        self.priced(catalogue, today).map(|priced| priced.preview)
    }

    /// Where the payment details are other than the plan's: a complaint a field. Quantity and first day are the offer's
    /// own; what cannot be read is complained about elsewhere.
    pub fn by_hand(&self, catalogue: &Catalogue, today: Date) -> Vec<FieldError> {
        let Ok(priced) = self.priced(catalogue, today) else {
            return Vec::new();
        };
        let (terms, plan) = (&priced.preview.terms, priced.plan);
        let fields = [
            ("amount", terms.amount() != plan.amount),
            ("payments", terms.payments() != plan.payments),
            ("interval", terms.interval() != plan.interval),
        ];
        let others = fields.into_iter().filter(|(_, other)| *other);
        others
            .map(|(field, _)| FieldError::new(field, code::FIXED))
            .collect()
    }

    /// The content of a revision, or every complaint, in the order of the form. Whoever asks, with the same
    /// catalogue on the same day, gets the same content and so the same hash.
    pub fn computed(
        &self,
        catalogue: &Catalogue,
        today: Date,
    ) -> Result<RevisionContent, Vec<FieldError>> {
        let mut errors = Vec::new();
        let priced = take(self.priced(catalogue, today), &mut errors);
        let kind = self.chosen_kind(catalogue);
        let method = take(self.checked_method(kind).map_err(|e| vec![e]), &mut errors);
        let buyer = take(self.buyer.complete(), &mut errors);
        match (priced, method, buyer) {
            (Some(priced), Some(method), Some(buyer)) if errors.is_empty() => Ok(RevisionContent {
                product: priced.product.id,
                product_name: priced.product.name.clone(),
                contracting: priced.product.contracting.clone(),
                plan: priced.plan.id,
                plan_label: priced.plan.label.clone(),
                terms: priced.preview.terms,
                schedule: priced.preview.schedule,
                vat_rate: priced.preview.vat_rate,
                vat: priced.preview.vat,
                method,
                buyer,
            }),
            _ => Err(errors),
        }
    }

    fn chosen_kind(&self, catalogue: &Catalogue) -> Option<PlanKind> {
        self.plan
            .and_then(|id| catalogue.plan(id))
            .map(|it| it.kind)
    }

    fn checked_method(&self, kind: Option<PlanKind>) -> Result<PaymentMethod, FieldError> {
        let method = self
            .method
            .ok_or_else(|| FieldError::new("method", code::REQUIRED))?;
        match kind {
            Some(kind) if !method.allowed(kind) => {
                Err(FieldError::new("method", code::NOT_ALLOWED)
                    .with("method", &method.name())
                    .with("kind", &kind.name()))
            }
            _ => Ok(method),
        }
    }

    fn priced<'a>(
        &self,
        catalogue: &'a Catalogue,
        today: Date,
    ) -> Result<Priced<'a>, Vec<FieldError>> {
        let mut errors = Vec::new();
        let product = take(
            self.chosen_product(catalogue).map_err(|e| vec![e]),
            &mut errors,
        );
        let plan = take(
            self.chosen_plan(catalogue).map_err(|e| vec![e]),
            &mut errors,
        );
        let (Some(product), Some(plan)) = (product, plan) else {
            return Err(errors);
        };
        let proposed = self.proposed(product, plan)?;
        let terms = PaymentTerms::new(proposed, today)?;
        let schedule = terms.schedule().clone();
        let vat = vat_included(schedule.total, product.vat_rate);
        Ok(Priced {
            product,
            plan,
            preview: Preview {
                terms,
                schedule,
                vat_rate: product.vat_rate,
                vat,
            },
        })
    }

    fn chosen_product<'a>(&self, catalogue: &'a Catalogue) -> Result<&'a Product, FieldError> {
        let id = self
            .product
            .ok_or_else(|| FieldError::new("product", code::REQUIRED))?;
        let product = catalogue
            .product(id)
            .ok_or_else(|| FieldError::new("product", code::UNKNOWN))?;
        product.sellable().map(|()| product)
    }

    fn chosen_plan<'a>(&self, catalogue: &'a Catalogue) -> Result<&'a Plan, FieldError> {
        let id = self
            .plan
            .ok_or_else(|| FieldError::new("plan", code::REQUIRED))?;
        let plan = catalogue
            .plan(id)
            .ok_or_else(|| FieldError::new("plan", code::UNKNOWN))?;
        if self.product.is_some_and(|product| product != plan.product) {
            return Err(FieldError::new("plan", code::OTHER_PRODUCT));
        }
        Ok(plan)
    }

    /// Reads the typed payment details, all complaints at once.
    fn proposed(&self, product: &Product, plan: &Plan) -> Result<ProposedTerms, Vec<FieldError>> {
        let mut errors = Vec::new();
        let default_payments = match plan.kind {
            PlanKind::OneTime => Some(1),
            PlanKind::Instalments => None,
            PlanKind::Subscription => Some(DEFAULT_SUBSCRIPTION_PERIODS),
        };
        let amount = take(read_amount(&self.amount, product), &mut errors);
        let quantity = take(read("quantity", &self.quantity, Some(1)), &mut errors);
        let payments = take(
            read("payments", &self.payments, default_payments),
            &mut errors,
        );
        let first_due = take(read("first_due", &self.first_due, None), &mut errors);
        match (amount, quantity, payments, first_due) {
            (Some(amount), Some(quantity), Some(payments), Some(first_due)) => Ok(ProposedTerms {
                kind: plan.kind,
                amount,
                quantity,
                payments,
                interval: self.interval,
                first_due,
            }),
            _ => Err(errors),
        }
    }
}

/// Keeps the value or collects the complaints.
fn take<T>(result: Result<T, Vec<FieldError>>, errors: &mut Vec<FieldError>) -> Option<T> {
    result.map_err(|found| errors.extend(found)).ok()
}

fn read_amount(text: &str, product: &Product) -> Result<Money, Vec<FieldError>> {
    if text.trim().is_empty() {
        return Err(vec![FieldError::new("amount", code::REQUIRED)]);
    }
    Money::parse(text, product.currency).map_err(|error| vec![error.at("amount")])
}

fn read<T: FromStr>(
    field: &'static str,
    text: &str,
    default: Option<T>,
) -> Result<T, Vec<FieldError>> {
    let text = text.trim();
    if text.len() > MAX_DETAIL_BYTES {
        return Err(vec![FieldError::new(field, code::INVALID)]);
    }
    if text.is_empty() {
        return default.ok_or_else(|| vec![FieldError::new(field, code::REQUIRED)]);
    }
    text.parse()
        .map_err(|_| vec![FieldError::new(field, code::INVALID)])
}
