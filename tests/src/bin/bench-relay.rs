//! Measures relaying and recording of many calls and prints one line of JSON.

use anyhow::Result;
use clap::Parser;
use orderline_tests::load::{CallLoad, calls};

/// `bench-relay`
#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 20)]
    calls: u32,
    /// With sound alone, and then as long with pictures too.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments {
        calls: number,
        seconds,
    } = Arguments::parse();
    let report = calls(CallLoad {
        calls: number,
        seconds,
    })
    .await?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
