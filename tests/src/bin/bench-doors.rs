//! Measures how long people wait at a shop's doors and prints one line of JSON.

use anyhow::Result;
use clap::Parser;
use orderline_tests::doors::{CustomersReport, customers};
use serde::Serialize;

/// `bench-doors`
#[derive(Parser)]
struct Arguments {
    /// Customers of the shop.
    #[arg(long, default_value_t = 100_000)]
    customers: u32,
    /// Searches among them.
    #[arg(long, default_value_t = 600)]
    searches: u32,
}

/// One flat object.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    customers: CustomersReport,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments {
        customers: count,
        searches,
    } = Arguments::parse();
    let report = Report {
        customers: customers(count, searches).await?,
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
