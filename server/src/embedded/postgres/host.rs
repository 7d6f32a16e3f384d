//! What one machine offers for a private Postgres: its programs, an account that may run them, a folder that this
//! account can reach. Only the standard library and `rustix`: the build's own tool compiles this file too, for the
//! clusters behind the tests.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// Names the folder with the Postgres programs to use, instead of looking for one.
pub(crate) const PROGRAMS_VARIABLE: &str = "ORDERLINE_POSTGRES_BIN";
/// Postgres names its socket file by port, also where nothing listens on TCP.
const SOCKET_FILE: &str = ".s.PGSQL.5432";
/// Longest path of a Unix socket on Linux, in bytes, without the closing zero.
const SOCKET_PATH_MAX: usize = 107;
/// The superuser that `initdb` creates.
pub(crate) const SUPERUSER: &str = "postgres";
/// Most of a failed program's complaint that is repeated, in bytes.
const COMPLAINT_MAX: usize = 2_000;

/// One installation of Postgres.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Programs {
    /// The folder that holds `initdb` and `postgres`.
    pub bin: PathBuf,
    /// The major version, as in a cluster's `PG_VERSION`.
    pub major: u32,
}

impl Programs {
    /// The newest installation, or the one that fits `major` where a cluster exists already. `also` is one more folder
    /// to look in.
    ///
    /// # Errors
    /// `NotFound` when this machine has none that fits; the message says where it was looked for.
    pub(crate) fn find(major: Option<u32>, also: Option<&Path>) -> io::Result<Self> {
        let folders = candidates().into_iter().chain(also.map(Path::to_owned));
        let mut found: Vec<Self> = folders.filter_map(|bin| Self::in_folder(&bin)).collect();
        if let Some(major) = major {
            found.retain(|programs| programs.major == major);
        }
        // Stable: among equals, the place looked at first wins.
        found.sort_by_key(|programs| std::cmp::Reverse(programs.major));
        found.into_iter().next().ok_or_else(|| {
            let wanted = major.map_or_else(String::new, |major| format!(" {major}, which the data directory needs"));
            io::Error::new(
                io::ErrorKind::NotFound,
                format!(
                    "no PostgreSQL{wanted}: looked for initdb and postgres in {PROGRAMS_VARIABLE}, PATH and \
                     /usr/lib/postgresql; install Debian's package `postgresql`, or set DATABASE_URL"
                ),
            )
        })
    }

    fn in_folder(bin: &Path) -> Option<Self> {
        if !bin.join("initdb").is_file() {
            return None;
        }
        let answer = Command::new(bin.join("postgres"))
            .arg("--version")
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8(answer.stdout).ok()?;
        Some(Self {
            bin: bin.to_owned(),
            major: major_of(&text)?,
        })
    }

    /// Makes an empty cluster in `<home>/data`, owned by `account`; does nothing where there is one.
    ///
    /// The cluster is made beside its place and then renamed, so a start that was cut short leaves none that is half.
    ///
    /// # Errors
    /// When a folder cannot be made or `initdb` fails; the message carries its complaint.
    pub(crate) fn init(&self, home: &Path, account: Account, durable: bool) -> io::Result<()> {
        let data = home.join("data");
        if data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        let fresh = home.join("data.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh)?;
        }
        let mut initdb = account.command(self.bin.join("initdb"), home);
        initdb
            .arg("--pgdata")
            .arg(&fresh)
            .args([
                "--username",
                SUPERUSER,
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
            ])
            // Whoever reaches the socket may be anyone: its folder lets in the account alone (and root).
            .args([
                "--auth-local=trust",
                "--auth-host=reject",
                "--no-instructions",
            ]);
        if !durable {
            initdb.arg("--no-sync");
        }
        let answer = initdb.stdin(Stdio::null()).output()?;
        if !answer.status.success() {
            return Err(io::Error::other(format!(
                "initdb failed: {}",
                tail(&answer.stderr)
            )));
        }
        fs::rename(&fresh, &data)
    }
}

/// The major version in the words of `postgres --version`.
fn major_of(version: &str) -> Option<u32> {
    let number = version
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    number
        .split(|sign: char| !sign.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn candidates() -> Vec<PathBuf> {
    if let Some(named) = env::var_os(PROGRAMS_VARIABLE) {
        return vec![PathBuf::from(named)];
    }
    let mut folders: Vec<PathBuf> = Vec::new();
    let path = env::var_os("PATH").unwrap_or_default();
    // A link in /usr/local/bin leads to the folder where the other programs are.
    folders.extend(
        env::split_paths(&path)
            .filter_map(|folder| folder.join("initdb").canonicalize().ok())
            .filter_map(|program| program.parent().map(Path::to_owned)),
    );
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
}

/// Who runs a child of the server. Postgres refuses to run as root, and what reads packets from anywhere should not:
/// so root lends them another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The ids to change to; `None` where the caller is an ordinary user.
    pub other: Option<(u32, u32)>,
}

impl Account {
    /// The caller's own account; for root that of `postgres`, else of `nobody`.
    ///
    /// # Errors
    /// When the caller is root and the machine has neither.
    pub(crate) fn choose() -> io::Result<Self> {
        Self::among(&["postgres", "nobody"])
    }

    /// The caller's own account; for root the first of these that the machine has.
    ///
    /// # Errors
    /// When the caller is root and the machine has none of them.
    pub(crate) fn among(names: &[&str]) -> io::Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self { other: None });
        }
        let known = fs::read_to_string("/etc/passwd")?;
        names
            .iter()
            .find_map(|name| ids_in(&known, name))
            .map(|ids| Self { other: Some(ids) })
            .ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::NotFound,
                    format!(
                        "this does not run as root, and there is no account named {}",
                        names.join(" or ")
                    ),
                )
            })
    }

    /// `program`, to be run as this account inside `folder`.
    pub(crate) fn command(self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Some((uid, gid)) = self.other {
            command.gid(gid).uid(uid);
        }
        command
    }

    /// Makes `folder` (its parent must be there) for this account alone.
    fn own_folder(self, folder: &Path) -> io::Result<()> {
        match fs::DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        let found = fs::symlink_metadata(folder)?;
        let owner = self
            .other
            .map_or_else(|| rustix::process::geteuid().as_raw(), |(uid, _)| uid);
        let foreign = found.uid() != owner && found.uid() != rustix::process::geteuid().as_raw();
        if !found.is_dir() || foreign {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("{} belongs to somebody else", folder.display()),
            ));
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        match self.other {
            Some((uid, gid)) if found.uid() != uid => chown(folder, Some(uid), Some(gid)),
            _ => Ok(()),
        }
    }

    /// Whether this account can enter `folder`.
    fn reaches(self, folder: &Path) -> bool {
        self.other.is_none()
            || self
                .command("test", Path::new("/"))
                .arg("-x")
                .arg(folder)
                .status()
                .is_ok_and(|status| status.success())
    }

    /// The folder for a cluster that belongs to `parent`.
    ///
    /// # Errors
    /// As [`Self::home`].
    pub(crate) fn cluster_home(self, parent: &Path) -> io::Result<PathBuf> {
        self.home(parent, "postgres")
    }

    /// A folder of this account's own inside `parent` (made where missing): `<parent>/<name>`, or, where root's
    /// other account cannot reach that, a folder below `/var/lib/orderline` to which a link of this name leads.
    ///
    /// # Errors
    /// When a folder cannot be made or belongs to somebody else.
    pub(crate) fn home(self, parent: &Path, name: &str) -> io::Result<PathBuf> {
        fs::create_dir_all(parent)?;
        let parent = parent.canonicalize()?;
        let home = parent.join(name);
        if let Ok(elsewhere) = fs::read_link(&home) {
            self.own_folder(&elsewhere)?;
            return Ok(elsewhere);
        }
        if self.reaches(&parent) {
            self.own_folder(&home)?;
            return Ok(home);
        }
        let shelter = Path::new("/var/lib/orderline");
        fs::create_dir_all(shelter)?;
        let elsewhere = shelter.join(format!("{name}-{}", short_name(&parent)));
        self.own_folder(&elsewhere)?;
        std::os::unix::fs::symlink(&elsewhere, &home)?;
        Ok(elsewhere)
    }

    /// The folder for the cluster's socket: inside `home`, or, where that path is too long for a socket, a folder of
    /// the same privacy below `XDG_RUNTIME_DIR` or `/tmp`.
    ///
    /// # Errors
    /// When the folder cannot be made or belongs to somebody else.
    pub(crate) fn socket_folder(self, home: &Path) -> io::Result<PathBuf> {
        let beside = home.join("run");
        let folder = if beside.join(SOCKET_FILE).as_os_str().len() <= SOCKET_PATH_MAX {
            beside
        } else {
            let runtime = env::var_os("XDG_RUNTIME_DIR").filter(|_| self.other.is_none());
            let short = runtime
                .map(PathBuf::from)
                .filter(|folder| folder.as_os_str().len() <= 60);
            short
                .unwrap_or_else(|| PathBuf::from("/tmp"))
                .join(format!("orderline-{}", short_name(home)))
        };
        self.own_folder(&folder)?;
        Ok(folder)
    }
}

fn ids_in(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Sixteen hexadecimal digits that stand for a path (FNV-1a, 64 bits: it need not resist anyone, only be stable).
fn short_name(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

/// What the file `postmaster.pid` says of a running cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Postmaster {
    /// The process id written there.
    pub pid: i32,
    /// Whether it takes connections.
    pub ready: bool,
}

impl Postmaster {
    /// Reads the file in the cluster's folder `data`; `None` where there is none, or none yet whole.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 0)?;
        // The eighth line is the state; Postgres pads it with spaces.
        let ready = lines.nth(6).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// The address of a database behind the socket in `folder`, in the form that libpq and sqlx read alike.
pub(crate) fn url(folder: &Path, role: &str, database: &str) -> String {
    format!(
        "postgres://{}@localhost/{}?host={}",
        escape(role),
        escape(database),
        escape(&folder.to_string_lossy())
    )
}

/// Percent-encodes all but what is safe everywhere in an address.
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// The end of a program's complaint.
pub(crate) fn tail(output: &[u8]) -> String {
    let from = output.len().saturating_sub(COMPLAINT_MAX);
    String::from_utf8_lossy(&output[from..]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version_of_debian_and_of_a_beta() {
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major_of("postgres"), None);
    }

    #[test]
    fn finds_an_account_by_its_whole_name() {
        let passwd =
            "postgresql:x:9:9::/:/bin/sh\npostgres:x:101:104:PostgreSQL:/var/lib:/bin/bash\n";
        assert_eq!(ids_in(passwd, "postgres"), Some((101, 104)));
        assert_eq!(ids_in(passwd, "nobody"), None);
    }

    #[test]
    fn an_address_escapes_what_the_folder_brings() {
        assert_eq!(
            url(Path::new("/srv/a b/run"), "owner", "orderline"),
            "postgres://owner@localhost/orderline?host=/srv/a%20b/run"
        );
    }

    #[test]
    fn a_socket_path_that_is_too_long_moves_to_a_short_folder() -> io::Result<()> {
        let account = Account { other: None };
        let folder = account.socket_folder(&Path::new("/srv").join("x".repeat(120)))?;
        assert!(folder.join(SOCKET_FILE).as_os_str().len() <= SOCKET_PATH_MAX);
        assert_eq!(fs::metadata(&folder)?.permissions().mode() & 0o777, 0o700);
        fs::remove_dir(&folder)
    }
}
