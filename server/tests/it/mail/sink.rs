//! A real SMTP server in a process of its own (aiosmtpd, from `PyPI`): TLS after the greeting, and a login.

use serde_json::Value;
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

const PACKAGES: [&str; 2] = ["aiosmtpd==1.4.6", "trustme==1.2.1"];

/// The running server.
pub(crate) struct Sink {
    _process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub port: u16,
    pub authority: PathBuf,
}

impl Sink {
    /// Starts a server that gives these answers before it takes mail.
    pub(crate) async fn start(folder: &Path, answers: &[&str]) -> Self {
        let authority = folder.join("authority.pem");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mail/sink.py");
        let mut process = Command::new(python().await)
            .arg(script)
            .arg(&authority)
            .args(answers)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the mail server starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut sink = Self {
            _process: process,
            lines,
            port: 0,
            authority,
        };
        let port = sink.next().await["port"].as_u64().expect("a port");
        sink.port = port.try_into().expect("a port");
        sink
    }

    /// The next thing that the server says.
    pub(crate) async fn next(&mut self) -> Value {
        let line = timeout(crate::support::PATIENCE, self.lines.next_line())
            .await
            .expect("a line in time")
            .expect("readable")
            .expect("the mail server lives");
        serde_json::from_str(&line).expect("JSON")
    }
}

/// The Python with the packages, installed into the build's folder when they are not there.
async fn python() -> PathBuf {
    let build = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let venv = build.parent().unwrap_or(&build).join("venv-mail");
    std::fs::create_dir_all(&venv).expect("a folder");
    let lock = File::create(venv.join("install.lock")).expect("a lock file");
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
        .await
        .expect("a thread")
        .expect("the lock");
    let ready = venv.join("ready");
    if !ready.exists() {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&venv)
            .status()
            .await
            .expect("python3 is needed to run a mail server");
        assert!(
            made.success(),
            "python3 -m venv failed: install python3-venv"
        );
        let installed = Command::new(venv.join("bin/pip"))
            .args(["install", "--quiet"])
            .args(PACKAGES)
            .status()
            .await
            .expect("pip runs");
        assert!(
            installed.success(),
            "{PACKAGES:?} cannot be installed from PyPI"
        );
        File::create(&ready).expect("a mark");
    }
    drop(lock);
    venv.join("bin/python")
}
