//! Our own coturn: what its first users get of it.

use crate::support::{PATIENCE, eventually};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use orderline_server::{config::OwnTurn, embedded::coturn::EmbeddedTurn};
use s3s::crypto::{Checksum as _, Md5};
use sha1::Sha1;
use std::{
    fs::Permissions,
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    sync::atomic::Ordering,
    time::{Duration, SystemTime},
};
use tokio::{net::UdpSocket, time::timeout};

/// Fresh starts; each of them lost its first allocations to the same race.
const STARTS: usize = 4;
/// People who come at once.
const PEOPLE: u32 = 12;

const ALLOCATE: u16 = 0x0003;
const ALLOCATED: u16 = 0x0103;
const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const REALM: u16 = 0x0014;
const NONCE: u16 = 0x0015;
const REQUESTED_TRANSPORT: u16 = 0x0019;
const UDP: [u8; 4] = [17, 0, 0, 0];
const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// A STUN message (RFC 8489): its type, and its attributes as they follow each other.
struct Message {
    kind: u16,
    attributes: Vec<u8>,
}

impl Message {
    fn allocate() -> Self {
        let attributes = Vec::new();
        let message = Self {
            kind: ALLOCATE,
            attributes,
        };
        message.with(REQUESTED_TRANSPORT, &UDP)
    }

    fn with(mut self, name: u16, value: &[u8]) -> Self {
        self.attributes.extend(name.to_be_bytes());
        let length = u16::try_from(value.len()).expect("short");
        self.attributes.extend(length.to_be_bytes());
        self.attributes.extend(value);
        self.attributes
            .resize(self.attributes.len().next_multiple_of(4), 0);
        self
    }

    /// Its bytes, with so many more to follow.
    fn bytes(&self, more: usize) -> Vec<u8> {
        let length = u16::try_from(self.attributes.len() + more).expect("short");
        let mut bytes = Vec::new();
        bytes.extend(self.kind.to_be_bytes());
        bytes.extend(length.to_be_bytes());
        bytes.extend(MAGIC);
        bytes.extend([7; 12]);
        bytes.extend(&self.attributes);
        bytes
    }

    fn read(bytes: &[u8]) -> Self {
        Self {
            kind: u16::from_be_bytes([bytes[0], bytes[1]]),
            attributes: bytes[20..].to_vec(),
        }
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
}

async fn ask(socket: &UdpSocket, message: &[u8]) -> Message {
    socket.send(message).await.expect("sent");
    let mut bytes = [0; 1500];
    let answer = timeout(PATIENCE, socket.recv(&mut bytes)).await;
    let length = answer.expect("an answer in time").expect("an answer");
    Message::read(&bytes[..length])
}

/// One attempt of one person: the type of the answer to a request with credentials.
async fn allocate(server: SocketAddr, secret: &str, person: u32) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    socket.connect(server).await.expect("connected");
    let asked = ask(&socket, &Message::allocate().bytes(0)).await;
    let realm = asked.value(REALM).expect("a realm");
    let nonce = asked.value(NONCE).expect("a nonce");

    let ends = SystemTime::now() + Duration::from_mins(10);
    let ends = ends.duration_since(SystemTime::UNIX_EPOCH).expect("a time");
    let name = format!("{}:person{person}", ends.as_secs());
    let mut password = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a key");
    password.update(name.as_bytes());
    let password = STANDARD.encode(password.finalize().into_bytes());
    let realm_text = String::from_utf8_lossy(&realm);
    let key = Md5::checksum(format!("{name}:{realm_text}:{password}").as_bytes());
    let message = Message::allocate()
        .with(USERNAME, name.as_bytes())
        .with(REALM, &realm)
        .with(NONCE, &nonce);
    // The length counts the attribute that follows: its head and an HMAC-SHA1.
    let mut integrity = Hmac::<Sha1>::new_from_slice(&key).expect("a key");
    integrity.update(&message.bytes(24));
    let message = message.with(MESSAGE_INTEGRITY, &integrity.finalize().into_bytes());
    ask(&socket, &message.bytes(0)).await.kind
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_allocations_of_a_fresh_start_succeed() {
    let loopback = [127, 0, 0, 1].into();
    let config = OwnTurn {
        listen: SocketAddr::new(loopback, 0),
        tls_port: 0,
        host: None,
        tls: None,
        demo: true,
    };
    for start in 0..STARTS {
        // Open to the account that coturn gets where this runs as root.
        let open = Permissions::from_mode(0o711);
        let data = tempfile::Builder::new().permissions(open).tempdir();
        let data = data.expect("a folder");
        let turn = EmbeddedTurn::start(data.path(), &config, &[loopback]).await;
        let turn = turn.expect("it starts").expect("coturn is installed");
        let server = turn.urls[0]
            .trim_start_matches("turn:")
            .split('?')
            .next()
            .and_then(|address| address.parse().ok())
            .expect("an address");
        eventually("it answers", async || {
            turn.up().load(Ordering::Relaxed).then_some(())
        })
        .await;
        let people = (0..PEOPLE).map(|person| allocate(server, turn.secret.reveal(), person));
        assert_eq!(
            join_all(people).await,
            vec![ALLOCATED; PEOPLE as usize],
            "start {start}"
        );
        let log = std::fs::read_to_string(data.path().join("turn/turn.log")).expect("a log");
        assert!(!log.contains("locked"), "start {start}: {log}");
        turn.stop().await;
    }
}
