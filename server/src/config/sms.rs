//! Text messages to phones.

use super::{ConfigError, Secret, ServeArgs};

/// Where a provider takes messages, and under which account.
#[derive(Clone, Debug)]
pub struct SmsConfig {
    /// Such as `https://api.example.com`; without a slash at the end.
    pub url: String,
    pub account: String,
    pub token: Secret,
    /// The sender: a number in E.164 form or a name.
    pub from: String,
}

impl SmsConfig {
    pub(super) fn read(args: &ServeArgs) -> Result<Option<Self>, ConfigError> {
        let Some(url) = &args.sms_url else {
            return Ok(None);
        };
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(ConfigError::Bad {
                name: "sms-url",
                what: "must be https".to_owned(),
            });
        }
        match (&args.sms_account, &args.sms_token, &args.sms_from) {
            (Some(account), Some(token), Some(from))
                if account.chars().all(|c| c.is_ascii_alphanumeric()) =>
            {
                Ok(Some(Self {
                    url: url.as_str().trim_end_matches('/').to_owned(),
                    account: account.clone(),
                    token: token.clone(),
                    from: from.clone(),
                }))
            }
            _ => Err(ConfigError::Bad {
                name: "sms-url",
                what: "needs sms-account (letters and digits), sms-token and sms-from".to_owned(),
            }),
        }
    }
}
