//! Asks whoever sits at the terminal.

use anyhow::{Context as _, bail};
use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    process::{Command, Stdio},
};

/// Longest line that is read, in bytes.
const MAX_LINE: u64 = 4 * 1024;

/// Whether anybody is there.
pub(crate) fn is_there() -> bool {
    io::stdin().is_terminal()
}

/// Asks for one line.
pub(crate) fn ask(question: &str) -> anyhow::Result<String> {
    eprint!("{question}: ");
    io::stderr().flush()?;
    line()
}

/// Asks for one line that does not show.
pub(super) fn ask_hidden(question: &str) -> anyhow::Result<String> {
    eprint!("{question}: ");
    io::stderr().flush()?;
    echo(false)?;
    let typed = line();
    let shown = echo(true);
    eprintln!();
    let typed = typed?;
    shown?;
    Ok(typed)
}

/// One line of standard input, without its end.
pub(super) fn line() -> anyhow::Result<String> {
    let mut line = String::new();
    let read = io::Read::take(io::stdin().lock(), MAX_LINE)
        .read_line(&mut line)
        .context("standard input")?;
    if read == 0 {
        bail!("standard input ended before everything was answered");
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal's own program knows every kind of terminal.
fn echo(on: bool) -> anyhow::Result<()> {
    let set = Command::new("stty")
        .arg(if on { "echo" } else { "-echo" })
        .stdin(Stdio::inherit())
        .status()
        .context("stty, which hides what is typed; give a --password-file instead")?;
    if !set.success() {
        bail!("the terminal cannot hide what is typed; give a --password-file instead");
    }
    Ok(())
}
