//! Kills the server at random moments and says what was lost, in one line of JSON.

use anyhow::Result;
use clap::Parser;
use orderline_tests::recovery::{self, Plan, Storm};

/// `bench-recovery`
#[derive(Parser)]
struct Arguments {
    /// How often the server is killed.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Chooses the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Cut the power instead, on a disk of its own: the database is killed too, and what was not synced is gone.
    /// Needs root and loop devices.
    #[arg(long)]
    cuts: bool,
    /// Kill it while people write in so many threads at once, instead of during calls.
    #[arg(long, conflicts_with = "cuts")]
    storm: Option<u32>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(threads) = arguments.storm {
        let outcome = recovery::storm(Storm {
            threads,
            kills: arguments.kills,
            seed: arguments.seed,
        });
        println!("{}", serde_json::to_string(&outcome.await?)?);
        return Ok(());
    }
    let outcome = recovery::run(Plan {
        kills: arguments.kills,
        seed: arguments.seed,
        cuts: arguments.cuts,
    })
    .await?;
    eprintln!("{} messages were acknowledged", outcome.acknowledged);
    for wrong in &outcome.wrong {
        eprintln!("wrong: {wrong}");
    }
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}
