//! The demo shop's many pairs, signed in.

use crate::{client::Person, server::Server};
use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use orderline_domain::ids::ThreadId;
use orderline_protocol::http::ThreadList;
use std::time::Duration;

/// Sign-ins at the same time.
const AT_ONCE: usize = 16;

/// A seller and a buyer with a thread.
#[derive(Clone)]
pub(crate) struct Pair {
    pub seller: Person,
    pub buyer: Person,
    pub thread: ThreadId,
}

/// Signs in the first `count` pairs.
pub(crate) async fn sign_in(server: &Server, count: u32) -> Result<Vec<Pair>> {
    orderline_server::outside::choose_tls();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_mins(1))
        .build()?;
    stream::iter(0..count)
        .map(|number| {
            let client = client.clone();
            async move {
                let seller = Person::enter_with(
                    client.clone(),
                    server.addr,
                    &format!("bench-seller-{number}"),
                )
                .await?;
                let buyer =
                    Person::enter_with(client, server.addr, &format!("bench-buyer-{number}"))
                        .await?;
                let list: ThreadList = buyer.get("/api/threads").await?;
                let thread = list.items.first().context("a thread for each pair")?.thread;
                anyhow::Ok(Pair {
                    seller,
                    buyer,
                    thread,
                })
            }
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}
