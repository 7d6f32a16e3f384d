//! Mail: kept here for the demo's mailboxes, or handed to an SMTP server.

mod smtp;

pub use smtp::{BadSmtp, Smtp, SmtpConfig, SmtpSecurity};

use crate::config::MailConfig;
use anyhow::Context as _;
use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

/// A mail on its way. Never logged: it holds an address and words.
pub struct Mail {
    /// Names it for good: sent twice, the receiver's program sees one.
    pub id: Uuid,
    pub queued_at: Timestamp,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub attachment: Option<Attachment>,
}

/// A file that goes with a mail.
#[derive(Clone)]
pub struct Attachment {
    pub name: String,
    /// Such as `text/calendar; method=REQUEST`.
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// Why a mail did not go. The words are the other server's or ours, without addresses.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may go later.
    #[error("{0}")]
    Later(String),
    /// It never will.
    #[error("{0}")]
    Never(String),
}

/// Whoever takes mail from us.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands the mail over; when this returns it is the other side's.
    async fn send(&self, mail: &Mail) -> Result<(), SendError>;

    /// Goes as far as a mail would: connection, TLS, login. Nothing is sent.
    async fn reach(&self) -> Result<(), ReachError>;
}

/// How far a mail would come.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    #[error("the mail server does not answer: {0}")]
    Unreachable(String),
    #[error("no TLS with the mail server: {0}")]
    Tls(String),
    #[error("the mail server takes no login: {0}")]
    Login(String),
}

/// No mail leaves this machine: what was written stays in its table, where the demo's mailboxes show it.
#[derive(Clone, Copy, Debug)]
pub struct Local;

#[async_trait]
impl Mailer for Local {
    async fn send(&self, _mail: &Mail) -> Result<(), SendError> {
        Ok(())
    }

    async fn reach(&self) -> Result<(), ReachError> {
        Ok(())
    }
}

/// Whoever takes mail from us; nobody does where no server is configured.
pub fn mailer(config: &MailConfig) -> anyhow::Result<Box<dyn Mailer>> {
    let Some(settings) = &config.smtp else {
        return Ok(Box::new(Local));
    };
    let authority = match &settings.authority_file {
        Some(path) => Some(std::fs::read(path).with_context(|| {
            format!("cannot read the mail server's authority {}", path.display())
        })?),
        None => None,
    };
    let smtp = SmtpConfig::new(settings.url.reveal(), &settings.from, authority)?;
    Ok(Box::new(
        Smtp::new(&smtp).context("the mail server's settings")?,
    ))
}
