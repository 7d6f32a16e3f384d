//! What a driver says to the laboratory, a line of JSON each, and what it answers.

use super::{
    capture::Capture,
    line::Conditions,
    router::{QUEUE, Router, Told, read},
    space::{Space, sweep},
};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    io::{BufRead, Write},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

/// Most hosts.
const HOSTS: usize = 16;
/// How long the router may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// One wish.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Wish {
    /// Changes a host's line, both ways or one.
    Line {
        host: String,
        #[serde(default)]
        way: Way,
        conditions: Conditions,
    },
    /// Gives the host another address.
    ChangeAddress { host: String },
    /// Passes TCP connections on from inside the host.
    Forward {
        host: String,
        listen: String,
        to: String,
    },
    /// What has passed between the hosts.
    Count,
    /// Writes everything that comes to the host's interface or leaves it into this file, from now on.
    Capture { host: String, file: PathBuf },
    /// Ends that.
    CaptureEnd,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    #[default]
    Both,
    Up,
    Down,
}

/// Makes the hosts, says where they are, and does what it is told until the input ends.
///
/// # Errors
/// When something cannot be set up, or a wish cannot be read or fulfilled.
pub fn run(
    seed: u64,
    hosts: &[String],
    wishes: impl BufRead,
    mut answers: impl Write,
) -> Result<()> {
    ensure!(!hosts.is_empty() && hosts.len() <= HOSTS, "too many hosts");
    sweep()?;
    let folder = tempfile::Builder::new().prefix("lab").tempdir()?;
    let mut spaces = Vec::new();
    for (name, number) in hosts.iter().zip(0u8..) {
        spaces.push(Space::make(folder.path(), name, number)?);
    }
    let (router, told) = mpsc::sync_channel(QUEUE);
    let wires = spaces.iter().map(|space| Arc::clone(&space.wire));
    let routing = Router::new(wires.clone().collect(), seed);
    let running = thread::Builder::new()
        .name("router".to_owned())
        .spawn(move || routing.run(&told))?;
    for (from, wire) in wires.enumerate() {
        read(from, wire, router.clone())?;
    }
    let mut say = |value: Value| -> Result<()> {
        writeln!(answers, "{value}")?;
        answers.flush().context("nobody listens any more")
    };
    say(json!(spaces.iter().map(told_of).collect::<Vec<_>>()))?;
    for line in wishes.lines() {
        let wish = serde_json::from_str(&line?).context("a wish that cannot be read")?;
        say(fulfil(wish, &mut spaces, &router)?)?;
    }
    router.send(Told::Stop).context("the router has ended")?;
    running
        .join()
        .map_err(|_| anyhow::anyhow!("the router panicked"))
}

fn told_of(space: &Space) -> Value {
    json!({"host": space.name, "namespace": space.namespace, "address": space.address()})
}

fn fulfil(wish: Wish, spaces: &mut [Space], router: &mpsc::SyncSender<Told>) -> Result<Value> {
    let find = |spaces: &[Space], name: &str| {
        spaces
            .iter()
            .position(|space| space.name == name)
            .with_context(|| format!("there is no host {name}"))
    };
    match wish {
        Wish::Line {
            host,
            way,
            conditions,
        } => {
            let host = find(spaces, &host)?;
            for (up, other) in [(true, Way::Down), (false, Way::Up)] {
                if way != other {
                    router.send(Told::Line {
                        host,
                        up,
                        conditions,
                    })?;
                }
            }
            Ok(json!({}))
        }
        Wish::ChangeAddress { host } => {
            let space = &mut spaces[find(spaces, &host)?];
            space.change_address()?;
            Ok(told_of(space))
        }
        Wish::Forward { host, listen, to } => {
            spaces[find(spaces, &host)?].forward(&listen, &to)?;
            Ok(json!({}))
        }
        Wish::Count => {
            let (ask, answer) = mpsc::sync_channel(1);
            router.send(Told::Count(ask))?;
            Ok(json!(answer.recv_timeout(ANSWER)?))
        }
        Wish::Capture { host, file } => {
            let begin = Capture::begin(find(spaces, &host)?, &file)?;
            capture(Some(begin), router)
        }
        Wish::CaptureEnd => capture(None, router),
    }
}

fn capture(begin: Option<Capture>, router: &mpsc::SyncSender<Told>) -> Result<Value> {
    let (answer, ended) = mpsc::sync_channel(1);
    router.send(Told::Capture { begin, answer })?;
    ended.recv_timeout(ANSWER)??;
    Ok(json!({}))
}
