//! Text messages: whether the provider knows the account.

use crate::outside::sms::{Sms, SmsError};
use orderline_domain::checkup::{Finding, Part, Symptom};

/// Whether text messages would leave.
pub(super) async fn look(sms: Option<&dyn Sms>) -> Finding {
    let found = |symptom| Finding::new(Part::Sms, symptom);
    let Some(sms) = sms else {
        return found(Symptom::SmsNone);
    };
    match sms.reach().await {
        Ok(()) => found(Symptom::SmsGood),
        Err(SmsError::Refused(status)) => found(Symptom::SmsDenied).with("status", &status),
        Err(error) => found(Symptom::SmsUnreachable).with("detail", &error),
    }
}
