//! Measures chat under load and prints one line of JSON.

use anyhow::Result;
use clap::Parser;
use orderline_tests::load::{ChatLoad, chat, chat_limits};

/// `bench-chat`
#[derive(Parser)]
struct Arguments {
    /// Threads, with two sockets each.
    #[arg(long, default_value_t = 2_500)]
    threads: u32,
    /// Of each rate.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// This rate alone, instead of 500 and then more and more until it is too much.
    #[arg(long)]
    messages_per_s: Option<u32>,
}

#[tokio::main]
async fn main() -> Result<()> {
    // Two sockets a thread are more than a shell allows by itself.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let Arguments {
        threads,
        seconds,
        messages_per_s,
    } = Arguments::parse();
    let load = ChatLoad { threads, seconds };
    let report = match messages_per_s {
        Some(rate) => serde_json::to_string(&chat(load, rate).await?)?,
        None => serde_json::to_string(&chat_limits(load).await?)?,
    };
    println!("{report}");
    Ok(())
}
