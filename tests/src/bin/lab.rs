//! The network laboratory: hosts in namespaces behind a seeded router, told what to do by lines of JSON. Needs root.

use anyhow::Result;
use clap::Parser;
use orderline_tests::lab::{desk, forward};
use std::{io, net::SocketAddr};

/// `lab`
#[derive(Parser)]
enum Arguments {
    /// Make these hosts, and do what the input says until it ends.
    Run {
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// Their names, in the order of their numbers.
        #[arg(required = true)]
        hosts: Vec<String>,
    },
    /// Pass TCP connections on.
    Forward { listen: SocketAddr, to: SocketAddr },
}

fn main() -> Result<()> {
    match Arguments::parse() {
        Arguments::Run { seed, hosts } => {
            desk::run(seed, &hosts, io::stdin().lock(), io::stdout().lock())
        }
        Arguments::Forward { listen, to } => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(forward::forward(listen, to)),
    }
}
