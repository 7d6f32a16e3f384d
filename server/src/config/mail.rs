//! Mail.

use super::{ConfigError, Secret, ServeArgs};
use std::path::PathBuf;
use url::Url;

/// An SMTP server, or (`None`) none: mail stays in its table.
#[derive(Clone, Debug)]
pub struct MailConfig {
    pub smtp: Option<SmtpSettings>,
}

/// Where mail is handed over and as whom.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// With the login in it.
    pub url: Secret,
    pub from: String,
    pub authority_file: Option<PathBuf>,
}

impl SmtpSettings {
    /// The server's name, without the login.
    pub fn host(&self) -> String {
        let url = Url::parse(self.url.reveal()).ok();
        url.and_then(|it| it.host_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

impl MailConfig {
    pub(super) fn read(args: &ServeArgs) -> Result<Self, ConfigError> {
        let Some(url) = &args.smtp_url else {
            return Ok(Self { smtp: None });
        };
        let bad = |what: &str| ConfigError::Bad {
            name: "smtp-url",
            what: what.to_owned(),
        };
        let parsed = Url::parse(url.reveal()).map_err(|_| bad("is no URL"))?;
        if !matches!(parsed.scheme(), "smtps" | "smtp" | "smtp+plain")
            || parsed.host_str().is_none()
        {
            return Err(bad(
                "must be smtps://, smtp:// (STARTTLS) or smtp+plain://, then [USER:PASSWORD@]HOST[:PORT]",
            ));
        }
        let from = args.mail_from.clone().ok_or_else(|| ConfigError::Bad {
            name: "mail-from",
            what: "is needed together with smtp-url".to_owned(),
        })?;
        Ok(Self {
            smtp: Some(SmtpSettings {
                url: url.clone(),
                from,
                authority_file: args.smtp_authority_file.clone(),
            }),
        })
    }
}
