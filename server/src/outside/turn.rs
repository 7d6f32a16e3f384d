//! Asks a TURN server for an allocation, as a browser would (RFC 8656), and gives it back.

use rtc_crypto::RTCCryptoProvider;
use rtc_stun::{
    attributes::{ATTR_LIFETIME, ATTR_NONCE, ATTR_REALM, ATTR_REQUESTED_TRANSPORT, ATTR_USERNAME},
    error_code::ErrorCodeAttribute,
    integrity::MessageIntegrity,
    message::{
        CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter as _, MESSAGE_HEADER_SIZE, METHOD_ALLOCATE,
        METHOD_REFRESH, Message, MessageType, Method, Setter as _,
    },
    textattrs::TextAttribute,
};
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket, lookup_host},
    time::timeout,
};

/// The protocol number of UDP, as the attribute holds it.
const UDP: [u8; 4] = [17, 0, 0, 0];
/// Where nothing else is named.
const PORT: u16 = 3478;
/// How long one answer may take, and how often it is asked for: a datagram may be lost.
const ANSWER: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 3;

/// Why there is no allocation.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    #[error("the TURN server does not answer: {0}")]
    Silent(#[from] io::Error),
    #[error("the TURN server refused with {0}")]
    Refused(u16),
    /// TLS is the browser's.
    #[error("this way to a TURN server is not tried")]
    Untried,
}

/// A name and a password that soon expire.
#[derive(Clone, Copy)]
pub struct Credential<'a> {
    pub username: &'a str,
    pub password: &'a str,
}

/// Takes an allocation at `turn:HOST[:PORT][?transport=udp|tcp]`, and gives it back.
pub async fn allocate(url: &str, credential: Credential<'_>) -> Result<(), TurnError> {
    let rest = url.strip_prefix("turn:").ok_or(TurnError::Untried)?;
    let (host, transport) = rest.split_once('?').unwrap_or((rest, ""));
    let mut line = Line::open(host, transport.ends_with("tcp")).await?;
    let asked = line.ask(&request(METHOD_ALLOCATE, None)?).await?;
    let (Ok(realm), Ok(nonce)) = (
        TextAttribute::get_from_as(&asked, ATTR_REALM),
        TextAttribute::get_from_as(&asked, ATTR_NONCE),
    ) else {
        return Err(refusal(&asked));
    };
    let sender = Sender {
        credential,
        realm,
        nonce,
        crypto: rtc_crypto::default_provider().map_err(unreadable)?,
    };
    let answer = line.ask(&request(METHOD_ALLOCATE, Some(&sender))?).await?;
    if answer.typ.class != CLASS_SUCCESS_RESPONSE {
        return Err(refusal(&answer));
    }
    // It ends by itself in any case.
    line.ask(&request(METHOD_REFRESH, Some(&sender))?)
        .await
        .ok();
    Ok(())
}

/// Who sends a request, as the server asked to know it.
struct Sender<'a> {
    credential: Credential<'a>,
    realm: TextAttribute,
    nonce: TextAttribute,
    crypto: Arc<dyn RTCCryptoProvider>,
}

impl Sender<'_> {
    fn sign(&self, message: &mut Message) -> Result<(), rtc_shared::error::Error> {
        let Credential { username, password } = self.credential;
        TextAttribute::new(ATTR_USERNAME, username.to_owned()).add_to(message)?;
        self.realm.add_to(message)?;
        self.nonce.add_to(message)?;
        let integrity = MessageIntegrity::new_long_term_integrity_with_provider(
            username.to_owned(),
            self.realm.text.clone(),
            password.to_owned(),
            self.crypto.crypto(),
        )?;
        integrity.add_to(message)
    }
}

/// A request for an allocation, or that gives one back.
fn request(method: Method, sender: Option<&Sender<'_>>) -> io::Result<Message> {
    let mut message = Message::new();
    message.set_type(MessageType::new(method, CLASS_REQUEST));
    message.new_transaction_id().map_err(unreadable)?;
    message.write_header();
    if method == METHOD_ALLOCATE {
        message.add(ATTR_REQUESTED_TRANSPORT, &UDP);
    } else {
        message.add(ATTR_LIFETIME, &0_u32.to_be_bytes());
    }
    if let Some(sender) = sender {
        sender.sign(&mut message).map_err(unreadable)?;
    }
    Ok(message)
}

/// What an answer that is none of success says.
fn refusal(answer: &Message) -> TurnError {
    let mut code = ErrorCodeAttribute::default();
    TurnError::Refused(code.get_from(answer).map_or(0, |()| code.code.0))
}

fn unreadable(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// The way to the server.
enum Line {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

impl Line {
    async fn open(host: &str, tcp: bool) -> io::Result<Self> {
        let named = host.rsplit_once(':').is_some_and(|(_, port)| {
            !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit())
        });
        let place = if named {
            host.to_owned()
        } else {
            format!("{host}:{PORT}")
        };
        let mut found = timeout(ANSWER, lookup_host(place)).await??;
        let address = found.next().ok_or(io::ErrorKind::NotFound)?;
        if tcp {
            return Ok(Self::Tcp(
                timeout(ANSWER, TcpStream::connect(address)).await??,
            ));
        }
        let any = if address.is_ipv4() {
            "0.0.0.0:0"
        } else {
            "[::]:0"
        };
        let socket = UdpSocket::bind(any).await?;
        socket.connect(address).await?;
        Ok(Self::Udp(socket))
    }

    async fn ask(&mut self, message: &Message) -> Result<Message, TurnError> {
        let message = message.raw.as_slice();
        let mut bytes = [0; 1_500];
        let length = match self {
            Self::Udp(socket) => udp_answer(socket, message, &mut bytes).await?,
            Self::Tcp(stream) => timeout(ANSWER, async {
                stream.write_all(message).await?;
                stream.read_exact(&mut bytes[..MESSAGE_HEADER_SIZE]).await?;
                let more = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
                let rest = bytes
                    .get_mut(MESSAGE_HEADER_SIZE..MESSAGE_HEADER_SIZE + more)
                    .ok_or(io::ErrorKind::InvalidData)?;
                stream.read_exact(rest).await?;
                io::Result::Ok(MESSAGE_HEADER_SIZE + more)
            })
            .await
            .map_err(io::Error::from)??,
        };
        let mut answer = Message::new();
        answer.write(&bytes[..length]).map_err(unreadable)?;
        Ok(answer)
    }
}

async fn udp_answer(socket: &UdpSocket, message: &[u8], bytes: &mut [u8]) -> io::Result<usize> {
    for _ in 0..ATTEMPTS {
        socket.send(message).await?;
        if let Ok(received) = timeout(ANSWER, socket.recv(bytes)).await {
            return received;
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}
