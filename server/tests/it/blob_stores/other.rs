//! B4: any S3-compatible store. A second, independent implementation of S3 (moto, from `PyPI`) must do.

use super::support::{Outcome, config, keeps_the_contract};
use orderline_server::blob::Blob;
use std::{fs::File, path::PathBuf, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

const MOTO: &str = "moto[server]==5.2.5";

/// Installs moto into the build's folder when it is not there.
///
/// # Errors
/// Says what is missing: this test does not pass without its store.
async fn moto_server() -> Outcome<PathBuf> {
    let build = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let venv = build.parent().unwrap_or(&build).join("venv");
    std::fs::create_dir_all(&venv)?;
    // Two test runs at once install it once.
    let lock = File::create(venv.join("install.lock"))?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    let server = venv.join("bin/moto_server");
    if !server.exists() {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&venv)
            .status()
            .await;
        let made = made.map_err(|error| {
            format!("python3 is needed to run moto, a second S3 store: {error}")
        })?;
        assert!(
            made.success(),
            "python3 -m venv failed: install python3-venv"
        );
        let pip = Command::new(venv.join("bin/pip"))
            .args(["install", "--quiet", MOTO])
            .status()
            .await?;
        assert!(pip.success(), "{MOTO} cannot be installed from PyPI");
    }
    drop(lock);
    Ok(server)
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_another_s3_store_keeps_the_contract() -> Outcome {
    let mut server = Command::new(moto_server().await?)
        .args(["-H", "127.0.0.1", "-p", "0"])
        .env("PYTHONUNBUFFERED", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(server.stderr.take().ok_or("no output")?).lines();
    let endpoint = loop {
        let line = lines
            .next_line()
            .await?
            .ok_or("moto ended before it served")?;
        if let Some(at) = line.find("http://127.0.0.1:") {
            break line[at..].trim().parse()?;
        }
    };
    // Reads on, so that its log never fills the pipe.
    let log = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    keeps_the_contract(&Blob::connect(&config(endpoint, "test", "test"))).await?;
    server.kill().await?;
    log.await?;
    Ok(())
}
