//! Asks a TURN server for an allocation, as a browser would (RFC 8656), and gives it back.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha1::Sha1;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket, lookup_host},
    time::timeout,
};

const ALLOCATE: u16 = 0x0003;
const ALLOCATED: u16 = 0x0103;
const REFRESH: u16 = 0x0004;
const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const ERROR_CODE: u16 = 0x0009;
const LIFETIME: u16 = 0x000d;
const REALM: u16 = 0x0014;
const NONCE: u16 = 0x0015;
const REQUESTED_TRANSPORT: u16 = 0x0019;
const UDP: [u8; 4] = [17, 0, 0, 0];
const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEAD: usize = 20;
/// The attribute that ends a message: its head and an HMAC-SHA1.
const INTEGRITY_BYTES: usize = 24;
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
    let first = Message::new(ALLOCATE).with(REQUESTED_TRANSPORT, &UDP);
    let asked = line.ask(&first.bytes(0)).await?;
    let (Some(realm), Some(nonce)) = (asked.value(REALM), asked.value(NONCE)) else {
        return Err(asked.refusal());
    };
    let sealed = Sealed {
        credential,
        realm,
        nonce,
    };
    let wish = Message::new(ALLOCATE).with(REQUESTED_TRANSPORT, &UDP);
    let answer = line.ask(&sealed.seal(wish)).await?;
    if answer.kind != ALLOCATED {
        return Err(answer.refusal());
    }
    let back = Message::new(REFRESH).with(LIFETIME, &0_u32.to_be_bytes());
    // It ends by itself in any case.
    line.ask(&sealed.seal(back)).await.ok();
    Ok(())
}

/// What makes a message one of somebody's.
struct Sealed<'a> {
    credential: Credential<'a>,
    realm: Vec<u8>,
    nonce: Vec<u8>,
}

impl Sealed<'_> {
    fn seal(&self, message: Message) -> Vec<u8> {
        let Credential { username, password } = self.credential;
        let realm = String::from_utf8_lossy(&self.realm);
        let key = Md5::digest(format!("{username}:{realm}:{password}"));
        let message = message
            .with(USERNAME, username.as_bytes())
            .with(REALM, &self.realm)
            .with(NONCE, &self.nonce);
        // HMAC takes keys of any length.
        let Ok(mut integrity) = Hmac::<Sha1>::new_from_slice(&key) else {
            return Vec::new();
        };
        integrity.update(&message.bytes(INTEGRITY_BYTES));
        let message = message.with(MESSAGE_INTEGRITY, &integrity.finalize().into_bytes());
        message.bytes(0)
    }
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

    async fn ask(&mut self, message: &[u8]) -> Result<Message, TurnError> {
        let mut bytes = [0; 1_500];
        let length = match self {
            Self::Udp(socket) => udp_answer(socket, message, &mut bytes).await?,
            Self::Tcp(stream) => timeout(ANSWER, async {
                stream.write_all(message).await?;
                stream.read_exact(&mut bytes[..HEAD]).await?;
                let more = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
                let rest = bytes
                    .get_mut(HEAD..HEAD + more)
                    .ok_or(io::ErrorKind::InvalidData)?;
                stream.read_exact(rest).await?;
                io::Result::Ok(HEAD + more)
            })
            .await
            .map_err(io::Error::from)??,
        };
        Ok(Message::read(&bytes[..length]).ok_or(io::Error::from(io::ErrorKind::InvalidData))?)
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

/// A STUN message (RFC 8489): its type, and its attributes as they follow each other.
struct Message {
    kind: u16,
    attributes: Vec<u8>,
}

impl Message {
    const fn new(kind: u16) -> Self {
        Self {
            kind,
            attributes: Vec::new(),
        }
    }

    fn with(mut self, name: u16, value: &[u8]) -> Self {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        self.attributes.extend(name.to_be_bytes());
        self.attributes.extend(length.to_be_bytes());
        self.attributes.extend(&value[..usize::from(length)]);
        let whole = self.attributes.len().next_multiple_of(4);
        self.attributes.resize(whole, 0);
        self
    }

    /// Its bytes, with so many more to follow.
    fn bytes(&self, more: usize) -> Vec<u8> {
        let length = u16::try_from(self.attributes.len() + more).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(HEAD + self.attributes.len());
        bytes.extend(self.kind.to_be_bytes());
        bytes.extend(length.to_be_bytes());
        bytes.extend(MAGIC);
        // One request at a time on a line of its own: nothing is told apart by it.
        bytes.extend([self.kind.to_be_bytes()[1]; 12]);
        bytes.extend(&self.attributes);
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let attributes = bytes.get(HEAD..)?.to_vec();
        Some(Self {
            kind: u16::from_be_bytes([bytes[0], bytes[1]]),
            attributes,
        })
    }

    fn value(&self, wanted: u16) -> Option<Vec<u8>> {
        let mut rest = self.attributes.as_slice();
        while let [a, b, c, d, tail @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*c, *d]));
            if u16::from_be_bytes([*a, *b]) == wanted {
                return tail.get(..length).map(<[u8]>::to_vec);
            }
            rest = tail.get(length.next_multiple_of(4)..)?;
        }
        None
    }

    /// What an answer that is none of success says.
    fn refusal(&self) -> TurnError {
        match self.value(ERROR_CODE).as_deref() {
            Some([_, _, class, number, ..]) => {
                TurnError::Refused(u16::from(class & 7) * 100 + u16::from(*number))
            }
            _ => TurnError::Refused(0),
        }
    }
}
