//! External parties: a small trait each, with a local adapter and a real one.

pub mod mail;
pub mod sms;

use crate::config::Config;
use sms::{Local, Messages, Sms, SmsError};
use std::sync::Arc;

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
