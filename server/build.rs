//! Makes the folder that the app's files are embedded from, so that the server builds before the app was.

use std::{env, fs, path::Path};

fn main() {
    let manifest = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".into());
    let dist = Path::new(&manifest).join("../app/dist");
    if let Err(error) = fs::create_dir_all(&dist) {
        println!("cargo::error=cannot create {}: {error}", dist.display());
    }
    // Debug builds read the files from disk at each request.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../app/dist");
    }
    println!("cargo::rerun-if-changed=../migrations");
}
