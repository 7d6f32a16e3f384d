//! Text messages to phones.

use crate::config::SmsConfig;
use async_trait::async_trait;
use jiff::Timestamp;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Messages that the local adapter remembers.
const MAX_KEPT: usize = 200;
/// How long a provider may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a message was not taken. Names neither number nor text.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    #[error("the SMS provider cannot be reached: {0}")]
    Unreachable(String),
    /// Sending it again would fail too.
    #[error("the SMS provider refused the message with status {0}")]
    Refused(u16),
    #[error("the SMS provider answered with status {0}")]
    Failed(u16),
}

impl SmsError {
    /// Whether the same message may be taken when it is sent again.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed(_))
    }
}

/// Sends text messages.
#[async_trait]
pub trait Sms: Send + Sync {
    /// Hands a message over; `to` is a number in E.164 form. Once it is taken, delivery is the provider's.
    async fn send(&self, to: &str, text: &str) -> Result<(), SmsError>;

    /// Asks whether the provider knows the account. Nothing is sent.
    async fn reach(&self) -> Result<(), SmsError>;
}

/// A message that the local adapter took.
#[derive(Clone)]
pub struct Kept {
    pub at: Timestamp,
    pub to: String,
    pub text: String,
}

/// Keeps messages in memory, for one machine without a provider: nothing leaves it, and nothing is stored.
#[derive(Default)]
pub struct Local(Mutex<VecDeque<Kept>>);

impl Local {
    /// What was sent, the newest first.
    pub fn kept(&self) -> Vec<Kept> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().cloned().collect()
    }

    /// Takes a message.
    pub fn keep(&self, at: Timestamp, to: &str, text: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.pop_front();
        }
        kept.push_back(Kept {
            at,
            to: to.to_owned(),
            text: text.to_owned(),
        });
    }
}

#[async_trait]
impl Sms for Local {
    async fn send(&self, to: &str, text: &str) -> Result<(), SmsError> {
        self.keep(Timestamp::now(), to, text);
        Ok(())
    }

    async fn reach(&self) -> Result<(), SmsError> {
        Ok(())
    }
}

/// A provider behind the widespread "Messages" interface: a form with To, From and Body, posted to the account
/// under its id and token.
pub struct Messages {
    config: SmsConfig,
    client: reqwest::Client,
}

impl Messages {
    /// A client of the provider; connects with the first message.
    pub fn new(config: SmsConfig) -> Result<Self, SmsError> {
        super::choose_tls();
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| SmsError::Unreachable(error.without_url().to_string()))?;
        Ok(Self { config, client })
    }
}

#[async_trait]
impl Sms for Messages {
    async fn send(&self, to: &str, text: &str) -> Result<(), SmsError> {
        let it = &self.config;
        let url = format!(
            "{}/2010-04-01/Accounts/{}/Messages.json",
            it.url, it.account
        );
        let form = [("To", to), ("From", it.from.as_str()), ("Body", text)];
        let answer = self
            .client
            .post(url)
            .basic_auth(&it.account, Some(it.token.reveal()))
            .form(&form)
            .send()
            .await
            .map_err(|error| SmsError::Unreachable(error.without_url().to_string()))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            // About this message: its number, its words. Any other refusal (no account, too many) is of the way.
            status @ (400 | 410 | 413 | 422) => Err(SmsError::Refused(status)),
            status => Err(SmsError::Failed(status)),
        }
    }

    async fn reach(&self) -> Result<(), SmsError> {
        let it = &self.config;
        let url = format!("{}/2010-04-01/Accounts/{}.json", it.url, it.account);
        let answer = self
            .client
            .get(url)
            .basic_auth(&it.account, Some(it.token.reveal()))
            .send()
            .await
            .map_err(|error| SmsError::Unreachable(error.without_url().to_string()))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            // Not let in, or no such account.
            status @ (401 | 403 | 404) => Err(SmsError::Refused(status)),
            // Whatever else it says, it has not said that it knows the account.
            status => Err(SmsError::Failed(status)),
        }
    }
}
