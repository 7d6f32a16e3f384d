//! Mail through an SMTP server (RFC 5321), over TLS unless the operator says that the way is safe without.

use super::{Attachment, Mail, Mailer, SendError};
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Attachment as Part, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use percent_encoding::percent_decode_str;
use std::time::{Duration, SystemTime};
use url::Url;

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the way to the server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// TLS after a greeting, and no mail without it (`smtp://`).
    StartTls,
    /// None: for a server on the same machine (`smtp+plain://`).
    Plain,
}

/// Where the server is and as whom we send.
#[derive(Clone)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub login: Option<(String, String)>,
    /// Also trusted, beside the machine's own authorities (PEM).
    pub authority: Option<Vec<u8>>,
    pub from: String,
}

impl SmtpConfig {
    /// Reads `smtps://`, `smtp://` or `smtp+plain://`, then `[USER:PASSWORD@]HOST[:PORT]`.
    pub fn new(url: &str, from: &str, authority: Option<Vec<u8>>) -> Result<Self, BadSmtp> {
        let url = Url::parse(url).map_err(|_| BadSmtp::Url)?;
        let (security, port) = match url.scheme() {
            "smtps" => (SmtpSecurity::Tls, 465),
            "smtp" => (SmtpSecurity::StartTls, 587),
            "smtp+plain" => (SmtpSecurity::Plain, 25),
            _ => return Err(BadSmtp::Url),
        };
        let plain = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| BadSmtp::Url)
        };
        let login = match url.password() {
            Some(password) => Some((plain(url.username())?, plain(password)?)),
            None => None,
        };
        Ok(Self {
            host: url.host_str().ok_or(BadSmtp::Url)?.to_owned(),
            port: url.port().unwrap_or(port),
            security,
            login,
            authority,
            from: from.to_owned(),
        })
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSmtp {
    #[error("the mail server's URL is none")]
    Url,
    #[error("the sender's address is none: {0}")]
    From(#[from] lettre::address::AddressError),
    #[error("TLS to the mail server: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// The server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The right side of our message ids.
    domain: String,
}

impl Smtp {
    /// Prepares connections; the first mail connects.
    pub fn new(config: &SmtpConfig) -> Result<Self, BadSmtp> {
        let from: Mailbox = config.from.parse()?;
        let domain = from.email.domain().to_owned();
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host.as_str())
                .port(config.port)
                .hello_name(ClientId::Domain(domain.clone()))
                .timeout(Some(TIMEOUT))
                .tls(tls(config)?);
        if let Some((user, password)) = &config.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
            domain,
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message, SendError> {
        let never = |what: &dyn std::fmt::Display| SendError::Never(what.to_string());
        let address: Address = mail.to_address.parse().map_err(|error| never(&error))?;
        let to = Mailbox::new(Some(mail.to_name.clone()), address);
        let builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .date(SystemTime::from(mail.queued_at))
            .message_id(Some(format!("<{}@{}>", mail.id, self.domain)))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        let text = SinglePart::plain(mail.text.clone());
        match &mail.attachment {
            None => builder.singlepart(text),
            Some(file) => {
                builder.multipart(MultiPart::mixed().singlepart(text).singlepart(part(file)?))
            }
        }
        .map_err(|error| never(&error))
    }
}

fn part(file: &Attachment) -> Result<SinglePart, SendError> {
    let mime =
        ContentType::parse(&file.mime).map_err(|error| SendError::Never(error.to_string()))?;
    Ok(Part::new(file.name.clone()).body(file.bytes.clone(), mime))
}

fn tls(config: &SmtpConfig) -> Result<Tls, BadSmtp> {
    if config.security == SmtpSecurity::Plain {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.authority {
        parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
    }
    let parameters = parameters.build_rustls()?;
    Ok(match config.security {
        SmtpSecurity::Tls => Tls::Wrapper(parameters),
        SmtpSecurity::StartTls | SmtpSecurity::Plain => Tls::Required(parameters),
    })
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let message = self.message(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // The server's own words may quote the address: only its code is kept.
            Err(error) => {
                let what = match error.status() {
                    Some(code) => format!("the mail server answered {code}"),
                    None if error.is_timeout() => "the mail server did not answer".to_owned(),
                    None if error.is_tls() => "no TLS with the mail server".to_owned(),
                    None => "no connection to the mail server".to_owned(),
                };
                Err(if error.is_permanent() {
                    SendError::Never(what)
                } else {
                    SendError::Later(what)
                })
            }
        }
    }
}
