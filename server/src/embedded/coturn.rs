//! TURN for calls in strict networks: coturn as a child of this process, with settings that are made at every start.
//! It may reach public addresses and that of our own media, nothing else.

mod database;
mod process;
mod settings;

use crate::{
    config::{OwnTurn, Secret, TlsFiles},
    durable,
    embedded::postgres::host::Account,
};
use process::{Plan, keep};
use settings::Settings;
use std::{
    env, fs,
    fs::OpenOptions,
    io::{self, Write as _},
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    os::unix::fs::{OpenOptionsExt as _, fchown},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};
use zeroize::Zeroizing;

/// Attempts to find a port that is free for UDP and TCP alike.
const PORT_TRIES: u32 = 20;
/// The names in a certificate that we make ourselves.
const DEMO_NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// A coturn that is kept running. Dropping this ends it; so does the end of this process, however that comes.
#[derive(Debug)]
pub struct EmbeddedTurn {
    /// What browsers are told, best first.
    pub urls: Vec<String>,
    /// Shared with it; makes the credentials.
    pub secret: Secret,
    up: Arc<AtomicBool>,
    stop: mpsc::Sender<()>,
    keeper: Option<thread::JoinHandle<()>>,
}

impl EmbeddedTurn {
    /// Sets it up in `data_dir` and starts it; `media` are the addresses of our own media, as browsers are told them.
    /// `Ok(None)` where coturn is not installed. When this returns it may not answer yet: see [`Self::up`].
    ///
    /// # Errors
    /// When a folder, file or port cannot be used.
    pub async fn start(
        data_dir: &Path,
        config: &OwnTurn,
        media: &[IpAddr],
    ) -> io::Result<Option<Self>> {
        let (data_dir, config, media) = (data_dir.to_owned(), config.clone(), media.to_owned());
        tokio::task::spawn_blocking(move || set_up(&data_dir, &config, &media))
            .await
            .map_err(io::Error::other)?
    }

    /// Says whether it answers; keeps telling the truth while it is restarted.
    pub fn up(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.up)
    }

    /// Ends it and waits until it is gone.
    pub async fn stop(mut self) {
        // The keeper never ends by itself.
        let _told = self.stop.send(());
        if let Some(keeper) = self.keeper.take()
            && tokio::task::spawn_blocking(move || keeper.join())
                .await
                .is_err()
        {
            tracing::error!("the keeper of the TURN server panicked");
        }
    }
}

fn set_up(data_dir: &Path, config: &OwnTurn, media: &[IpAddr]) -> io::Result<Option<EmbeddedTurn>> {
    let (Some(turnserver), Some(setpriv)) = (program("turnserver"), program("setpriv")) else {
        return Ok(None);
    };
    let account = Account::among(&["turnserver", "nobody"])?;
    let home = account.home(data_dir, "turn")?;
    let secret = secret(data_dir)?;
    let listen = address(config.listen, media)?;
    let tls = tls(account, &home, config)?;
    let tls_port = match (&tls, config.tls_port) {
        (None, _) => None,
        (Some(_), 0) => Some(free_port(listen.ip())?),
        (Some(_), port) => Some(port),
    };
    let outside = media.first().copied().filter(|outside| {
        *outside != listen.ip() && outside.is_ipv4() == listen.is_ipv4() && !outside.is_loopback()
    });
    let settings = Settings {
        home: &home,
        listen,
        tls: tls.as_ref().zip(tls_port),
        outside,
        secret: secret.reveal(),
        media,
        loopback_peers: config.demo && listen.ip().is_loopback(),
    };
    let file = own_file(account, &home, "turnserver.conf", &settings.text())?;
    own_file(account, &home, settings::LOG_FILE, "")?;
    // Without it TURN works all the same, but for the first moment.
    match program("turnadmin").map(|turnadmin| database::make(&turnadmin, account, &home)) {
        None => tracing::warn!("turnadmin is not installed: the first use of TURN may fail"),
        Some(Err(error)) => tracing::warn!(%error, "the TURN server's database is not made"),
        Some(Ok(())) => {}
    }
    let host = config
        .host
        .clone()
        .unwrap_or_else(|| in_url(outside.unwrap_or(listen.ip())));
    let plan = Plan {
        turnserver,
        setpriv,
        account,
        settings: file,
        log: home.join(settings::LOG_FILE),
        listen,
        lowest_port: listen.port().min(tls_port.unwrap_or(u16::MAX)),
    };
    let up = Arc::new(AtomicBool::new(false));
    let (stop, stopped) = mpsc::channel();
    let told = Arc::clone(&up);
    // A thread of its own, not a task: the child's life hangs on that of the thread that made it.
    let keeper = thread::Builder::new()
        .name("turn".to_owned())
        .spawn(move || {
            keep(&plan, &told, &stopped);
            told.store(false, Ordering::Relaxed);
        })?;
    Ok(Some(EmbeddedTurn {
        urls: urls(&host, listen.port(), tls_port),
        secret,
        up,
        stop,
        keeper: Some(keeper),
    }))
}

/// What browsers are told: UDP first, which delays least; TLS last, which gets through the most.
fn urls(host: &str, port: u16, tls_port: Option<u16>) -> Vec<String> {
    let plain = ["udp", "tcp"].map(|by| format!("turn:{host}:{port}?transport={by}"));
    let tls = tls_port.map(|port| format!("turns:{host}:{port}?transport=tcp"));
    plain.into_iter().chain(tls).collect()
}

fn in_url(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Whether this machine has what [`EmbeddedTurn::start`] needs.
pub(crate) fn is_installed() -> bool {
    program("turnserver").is_some() && program("setpriv").is_some()
}

fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/bin", "/usr/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The secret shared with it, made at the first start.
fn secret(data_dir: &Path) -> io::Result<Secret> {
    let keys = data_dir.join("keys");
    durable::private_dir(&keys)?;
    let (bytes, _) = durable::secret_or_new(&keys.join("turn.secret"), || {
        Ok(hex::encode(crate::live::Entropy.bytes32()).into_bytes())
    })?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    let usable = text.len() == 64 && text.chars().all(|sign| sign.is_ascii_hexdigit());
    if !usable {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "keys/turn.secret is not 64 hexadecimal digits; removing it makes a new one",
        ));
    }
    Ok(Secret::from(text))
}

/// The exact address to listen at: relayed packets leave from it.
fn address(wanted: SocketAddr, media: &[IpAddr]) -> io::Result<SocketAddr> {
    let mut ip = wanted.ip();
    if ip.is_unspecified() {
        // Nothing is sent: connecting only asks which of our addresses would be used.
        let probe = UdpSocket::bind((ip, 0))?;
        let toward = media
            .iter()
            .find(|it| it.is_ipv4() == ip.is_ipv4() && !it.is_unspecified());
        probe.connect((toward.copied().unwrap_or(ip), 9))?;
        ip = probe.local_addr()?.ip();
    }
    let port = match wanted.port() {
        0 => free_port(ip)?,
        port => port,
    };
    Ok(SocketAddr::new(ip, port))
}

fn free_port(ip: IpAddr) -> io::Result<u16> {
    for _ in 0..PORT_TRIES {
        let tcp = TcpListener::bind((ip, 0))?;
        let port = tcp.local_addr()?.port();
        if UdpSocket::bind((ip, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AddrInUse,
        "no port is free for UDP and TCP alike",
    ))
}

/// The certificate in files that the child may read: the configured one, in demo mode one of our own making.
fn tls(account: Account, home: &Path, config: &OwnTurn) -> io::Result<Option<TlsFiles>> {
    let (chain, key) = match &config.tls {
        Some(files) => (
            fs::read_to_string(&files.cert)?,
            Zeroizing::new(fs::read_to_string(&files.key)?),
        ),
        None if config.demo => {
            let mut names: Vec<String> = DEMO_NAMES.map(str::to_owned).to_vec();
            names.extend(config.host.clone());
            let made = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
            (
                made.cert.pem(),
                Zeroizing::new(made.signing_key.serialize_pem()),
            )
        }
        None => return Ok(None),
    };
    Ok(Some(TlsFiles {
        cert: own_file(account, home, "chain.pem", &chain)?,
        key: own_file(account, home, "key.pem", &key)?,
    }))
}

/// Writes `folder/name` anew, for the account's eyes alone.
fn own_file(account: Account, folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Made anew and never followed: in another account's folder a name may lead anywhere.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(text.as_bytes())?;
    if let Some((uid, gid)) = account.other {
        fchown(&file, Some(uid), Some(gid))?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    #[test]
    fn browsers_are_told_udp_then_tcp_then_tls() {
        let told = urls(&in_url(Ipv6Addr::LOCALHOST.into()), 3478, Some(443));
        assert_eq!(
            told,
            [
                "turn:[::1]:3478?transport=udp",
                "turn:[::1]:3478?transport=tcp",
                "turns:[::1]:443?transport=tcp"
            ]
        );
        assert_eq!(urls("turn.example", 3478, None).len(), 2);
    }

    #[test]
    fn an_address_for_everything_becomes_the_one_that_is_used() -> io::Result<()> {
        let found = address(
            SocketAddr::new([0, 0, 0, 0].into(), 0),
            &[[127, 0, 0, 1].into()],
        )?;
        assert_eq!(found.ip(), IpAddr::from([127, 0, 0, 1]));
        assert_ne!(found.port(), 0);
        Ok(())
    }
}
