//! Searches among many customers.

use crate::{
    client::Person,
    measure::{quantile, rounded},
    server::Server,
};
use anyhow::{Result, ensure};
use orderline_protocol::customer::CustomerList;
use orderline_server::seed::bench_customers::customer;
use serde::Serialize;
use std::time::Instant;

/// Searches that warm the server up and are not counted.
const WARM_UP: u32 = 20;
/// Between the customers that are looked for, so that they lie everywhere.
const STRIDE: u32 = 7_919;

/// What is printed of it.
#[derive(Debug, Serialize)]
pub struct CustomersReport {
    pub customers: u32,
    pub customer_searches: u32,
    pub customer_search_p50_ms: f64,
    pub customer_search_p95_ms: f64,
    pub customer_search_max_ms: f64,
}

/// Looks for one customer after the other in a shop that has `count`: by name, company, e-mail, phone number and names
/// with a typing error in turn, each through HTTP.
///
/// # Errors
/// When the server does not start, or does not find whom it has.
pub async fn customers(count: u32, searches: u32) -> Result<CustomersReport> {
    let server = Server::start(&["--bench-customers", &count.to_string()]).await?;
    let seller = Person::enter(server.addr, "seller").await?;
    let mut times = Vec::new();
    for turn in 0..WARM_UP + searches {
        let number = turn.wrapping_mul(STRIDE) % count;
        let wanted = typed(number, turn);
        let begun = Instant::now();
        let query = query(&wanted)?;
        let list: CustomerList = seller.get(&format!("/api/customers?{query}")).await?;
        let took = begun.elapsed().as_secs_f64() * 1_000.0;
        ensure!(!list.items.is_empty(), "nobody is found by {wanted}");
        if turn >= WARM_UP {
            times.push(took);
        }
    }
    Ok(CustomersReport {
        customers: count,
        customer_searches: searches,
        customer_search_p50_ms: rounded(quantile(&mut times, 0.5)),
        customer_search_p95_ms: rounded(quantile(&mut times, 0.95)),
        customer_search_max_ms: rounded(quantile(&mut times, 1.0)),
    })
}

/// What is typed to find this customer, another way each turn.
fn typed(number: u32, turn: u32) -> String {
    let data = customer(number);
    match turn % 6 {
        0 => data.name,
        1 => data.email.unwrap_or_default(),
        2 => data.phone.unwrap_or_default().replacen("+49", "0", 1),
        3 => customer(number - number % 3).company.unwrap_or_default(),
        4 => without_a_letter(&data.name),
        _ => swapped(&data.name),
    }
}

/// The name without the letter in its middle.
fn without_a_letter(name: &str) -> String {
    let middle = name.chars().count() * 2 / 3;
    let letters = name.chars().enumerate();
    letters
        .filter(|(at, _)| *at != middle)
        .map(|(_, c)| c)
        .collect()
}

/// The name with two letters that changed places.
fn swapped(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let middle = letters.len() * 2 / 3;
    letters.swap(middle, middle - 1);
    letters.into_iter().collect()
}

/// The query of a search.
fn query(text: &str) -> Result<String> {
    let url = reqwest::Url::parse_with_params("http://localhost/", [("q", text)])?;
    Ok(url.query().unwrap_or_default().to_owned())
}
