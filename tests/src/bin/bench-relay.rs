//! Measures relaying and recording of many calls and prints one line of JSON.

use anyhow::Result;
use clap::Parser;
use orderline_tests::load::{CallLoad, calls};

/// `bench-relay`
#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 40)]
    calls: u32,
    /// With sound alone, and then as long with pictures too.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Percent of the media lost in either direction in a last span, which is not counted in the costs; 0 leaves it
    /// out.
    #[arg(long, default_value_t = 5)]
    loss: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments {
        calls: number,
        seconds,
        loss,
    } = Arguments::parse();
    let report = calls(CallLoad {
        calls: number,
        seconds,
        loss,
    })
    .await?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
