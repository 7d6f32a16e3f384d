//! Measures a shop's doors and prints one line of JSON: signing in, finding a customer, slow clients, and how much of who
//! may do what is decided.

use anyhow::Result;
use clap::Parser;
use orderline_tests::doors::{
    CustomersReport, MatrixReport, SignInsReport, SlowReport, customers, matrix, sign_ins, slow,
};
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
    sign_ins: SignInsReport,
    #[serde(flatten)]
    customers: CustomersReport,
    #[serde(flatten)]
    slow: SlowReport,
    #[serde(flatten)]
    matrix: MatrixReport,
}

#[tokio::main]
async fn main() -> Result<()> {
    // A thousand slow clients are more than a shell allows by itself.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let Arguments {
        customers: count,
        searches,
    } = Arguments::parse();
    let report = Report {
        matrix: matrix()?,
        sign_ins: sign_ins().await?,
        customers: customers(count, searches).await?,
        slow: slow().await?,
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
