//! Mail: kept here for the demo's mailboxes, or handed to an SMTP server.

mod smtp;

pub use smtp::{BadSmtp, Smtp, SmtpConfig, SmtpSecurity};

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
}

/// No mail leaves this machine: what was written stays in its table, where the demo's mailboxes show it.
#[derive(Clone, Copy, Debug)]
pub struct Local;

#[async_trait]
impl Mailer for Local {
    async fn send(&self, _mail: &Mail) -> Result<(), SendError> {
        Ok(())
    }
}
