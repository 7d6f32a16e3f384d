//! Measures chat under load and prints one line of JSON.

use anyhow::Result;
use clap::Parser;
use orderline_tests::load::{ChatLoad, chat};

/// `bench-chat`
#[derive(Parser)]
struct Arguments {
    /// Threads, with two sockets each.
    #[arg(long, default_value_t = 2_500)]
    threads: u32,
    #[arg(long, default_value_t = 500)]
    messages_per_s: u32,
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    // Two sockets a thread are more than a shell allows by itself.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let Arguments {
        threads,
        messages_per_s,
        seconds,
    } = Arguments::parse();
    let report = chat(ChatLoad {
        threads,
        messages_per_s,
        seconds,
    })
    .await?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
