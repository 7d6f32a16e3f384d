//! The mail server: connection, TLS, login; a mail only where somebody asked for one.

use super::Mail;
use crate::outside::mail::{self, ReachError};
use jiff::Timestamp;
use orderline_domain::checkup::{Finding, Part, Symptom};
use uuid::Uuid;

/// A mail that is sent to see it arrive.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub id: Uuid,
    pub at: Timestamp,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// How far a mail comes.
pub(super) async fn look(mail: &Mail) -> Finding {
    let found = |symptom| Finding::new(Part::Mail, symptom);
    let (host, mailer, parcel) = match mail {
        Mail::None => return found(Symptom::MailNone),
        Mail::Unusable(why) => return found(Symptom::MailSettings).with("detail", why),
        Mail::At {
            host,
            mailer,
            parcel,
        } => (host, mailer, parcel),
    };
    if let Err(error) = mailer.reach().await {
        let (symptom, detail) = match error {
            ReachError::Unreachable(detail) => (Symptom::MailUnreachable, detail),
            ReachError::Tls(detail) => (Symptom::MailTls, detail),
            ReachError::Login(detail) => (Symptom::MailLogin, detail),
        };
        return found(symptom).with("host", host).with("detail", &detail);
    }
    let Some(parcel) = parcel else {
        return found(Symptom::MailGood).with("host", host);
    };
    match mailer.send(&written(parcel)).await {
        Ok(()) => found(Symptom::MailSent).with("address", &parcel.to),
        Err(error) => found(Symptom::MailNotSent)
            .with("address", &parcel.to)
            .with("detail", &error),
    }
}

fn written(parcel: &Parcel) -> mail::Mail {
    mail::Mail {
        id: parcel.id,
        queued_at: parcel.at,
        to_name: parcel.to.clone(),
        to_address: parcel.to.clone(),
        subject: parcel.subject.clone(),
        text: parcel.text.clone(),
        attachment: None,
    }
}
