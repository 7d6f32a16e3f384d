//! Mail through an SMTP server (RFC 5321), over TLS unless the operator says that the way is safe without.

use super::{Attachment, Mail, Mailer, ReachError, SendError};
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    address::Envelope,
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
use orderline_domain::text::MailAddress;
use percent_encoding::percent_decode_str;
use std::{
    error::Error,
    io,
    time::{Duration, SystemTime},
};
use url::{Host, Url};

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
        let address =
            address(&mail.to_address).ok_or_else(|| never(&"the receiver's address is none"))?;
        // Not read back from the header, where lettre takes no odd address.
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![address.clone()])
            .map_err(|error| never(&error))?;
        let to = Mailbox::new(Some(mail.to_name.clone()), address);
        let builder = Message::builder()
            .envelope(envelope)
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

/// Whatever [`MailAddress`] lets through, as an envelope has it: the host in ASCII, and what is no atom in quotes
/// (`jana..l`, which some hosts gave out).
fn address(typed: &str) -> Option<Address> {
    let typed = MailAddress::new(typed).ok()?;
    let (local, host) = typed.parts();
    let host = match Host::parse(host) {
        Ok(Host::Domain(ascii)) => ascii,
        // No name that anybody could look up; the server says so.
        _ => host.to_owned(),
    };
    let quoted = format!("\"{local}\"");
    let address = Address::new(local, &host).or_else(|_| Address::new(&quoted, &host));
    Some(address.unwrap_or_else(|_| Address::new_dangerous(&quoted, &host)))
}

/// Whether this answer is about this one mail: its receiver, its size, its words. Every other refusal is of the way
/// (no login, no relaying, a sender that is not taken) and concerns each mail alike: it is tried again.
fn is_of_the_mail(code: u16) -> bool {
    // RFC 5321, section 4.2.3, and RFC 6531's for addresses that are not ASCII.
    matches!(code, 501 | 550..=556)
}

/// Whether the server offers no way of logging in that the client knows; the library says so in words alone.
fn is_no_login(error: &lettre::transport::smtp::Error) -> bool {
    error.is_client() && error.to_string().contains("authentication")
}

/// Whether TLS after the greeting failed, which the library calls a connection that broke.
fn is_of_tls(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let within = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if error.is::<rustls::Error>()
            || within
                .and_then(|it| it.downcast_ref::<rustls::Error>())
                .is_some()
        {
            return true;
        }
        next = error.source();
    }
    false
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
        let to = message.envelope().to();
        let is_ascii = to.iter().all(|to| AsRef::<str>::as_ref(to).is_ascii());
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // A client's own: the server takes no such letters in an address, which no later attempt changes.
            Err(error) if error.is_client() && !is_ascii => Err(SendError::Never(
                "the mail server takes no address with other letters than ASCII".to_owned(),
            )),
            // The server's own words may quote the address: only its code is kept.
            Err(error) => {
                let what = match error.status() {
                    Some(code) => format!("the mail server answered {code}"),
                    None if error.is_timeout() => "the mail server did not answer".to_owned(),
                    None if error.is_tls() => "no TLS with the mail server".to_owned(),
                    None => "no connection to the mail server".to_owned(),
                };
                Err(match error.status().map(u16::from) {
                    Some(code) if error.is_permanent() && is_of_the_mail(code) => {
                        SendError::Never(what)
                    }
                    _ => SendError::Later(what),
                })
            }
        }
    }

    async fn reach(&self) -> Result<(), ReachError> {
        let error = match self.transport.test_connection().await {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(ReachError::Unreachable("no answer".to_owned())),
            Err(error) => error,
        };
        let what = error.to_string();
        Err(if error.status().is_some() || is_no_login(&error) {
            ReachError::Login(what)
        } else if error.is_tls() || error.is_client() || is_of_tls(&error) {
            ReachError::Tls(what)
        } else {
            ReachError::Unreachable(what)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn mail_to(address: &str) -> Result<Message, SendError> {
        let config = SmtpConfig::new("smtp+plain://localhost", "no-reply@orderline.example", None);
        let mail = Mail {
            id: Uuid::nil(),
            queued_at: jiff::Timestamp::UNIX_EPOCH,
            to_name: "Jana, \"L\" \u{202e}Lind".to_owned(),
            to_address: address.to_owned(),
            subject: "A subject".to_owned(),
            text: "Words".to_owned(),
            attachment: None,
        };
        Smtp::new(&config.unwrap()).unwrap().message(&mail)
    }

    fn receiver(address: &str) -> String {
        mail_to(address).unwrap().envelope().to()[0].to_string()
    }

    #[test]
    fn odd_addresses_are_written_as_servers_read_them() {
        assert_eq!(receiver("jana@lind.example"), "jana@lind.example");
        assert_eq!(
            receiver("jana..l@docomo.example"),
            "\"jana..l\"@docomo.example"
        );
        assert_eq!(
            receiver(".jana.@docomo.example"),
            "\".jana.\"@docomo.example"
        );
        assert_eq!(
            receiver("jana@münchen.example"),
            "jana@xn--mnchen-3ya.example"
        );
        assert_eq!(
            receiver("o'neil+a/b@lind.example"),
            "o'neil+a/b@lind.example"
        );
        assert!(mail_to("jana@lind").is_err());
        assert!(mail_to("jana@lind.example\r\nBcc: x@y.example").is_err());
    }

    /// How SMTP says it: about the mail, or about the way.
    #[test]
    fn a_refusal_is_of_the_mail_or_of_the_way() {
        for code in [501, 550, 551, 552, 553, 554, 555, 556] {
            assert!(is_of_the_mail(code), "{code}");
        }
        for code in [421, 450, 454, 500, 502, 503, 504, 521, 530, 534, 535, 538] {
            assert!(!is_of_the_mail(code), "{code}");
        }
    }

    proptest! {
        /// One judge: what a form accepts the mailer accepts.
        #[test]
        fn whatever_the_form_accepts_is_put_into_an_envelope(
            local in "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.äß中-]{1,64}",
            host in "[a-z0-9äß中\u{200d}-]{1,20}(\\.[a-zäß中-]{1,20}){1,3}",
        ) {
            let typed = format!("{local}@{host}");
            let judged = MailAddress::new(&typed);
            let sent = mail_to(&typed);
            prop_assert_eq!(judged.is_ok(), sent.is_ok(), "{}: {:?}", typed, sent.err());
        }
    }
}
