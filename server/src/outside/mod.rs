//! External parties: a small trait each, with a local adapter and a real one.

pub mod mail;
pub mod sms;
pub mod turn;

use crate::config::Config;
use sms::{Local, Messages, Sms, SmsError};
use std::sync::Arc;

/// Chooses the process's TLS: the library that Postgres, S3 and the relay use already. To be called before an HTTP
/// client is made; who calls it again changes nothing.
pub fn choose_tls() {
    // An error says that one was chosen before, which was the same.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
}

/// The ways out. Cheap to clone.
#[derive(Clone)]
pub struct Outside {
    /// Text messages to phones; `None`: no provider is set up.
    pub sms: Option<Arc<dyn Sms>>,
    /// Where messages stay that leave this machine in demo mode only by being looked at.
    pub local: Option<Arc<Local>>,
}

impl Outside {
    /// The ways out that the operator has set up; in demo mode nothing leaves the machine.
    pub fn new(config: &Config) -> Result<Self, SmsError> {
        if config.demo {
            let local = Arc::new(Local::default());
            return Ok(Self {
                sms: Some(local.clone()),
                local: Some(local),
            });
        }
        let sms = match &config.sms {
            Some(sms) => Some(Arc::new(Messages::new(sms.clone())?) as Arc<dyn Sms>),
            None => None,
        };
        Ok(Self { sms, local: None })
    }
}
