//! Many people who sign in with a password at once.

use super::beside::{Chat, PAIRS, ROUNDS, median_alone, median_ratio};
use crate::{measure, server::Server};
use anyhow::{Result, ensure};
use orderline_domain::people::password::Password;
use orderline_server::{live::sign_in::hashed, seed::DEMO_PASSWORD};
use reqwest::{Client, StatusCode, header};
use serde::Serialize;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// People who sign in at the same time, each again and again.
const AT_ONCE: u32 = 16;
/// How long sign-ins alone are counted.
const ALONE: Duration = Duration::from_secs(8);
/// Hashes that are timed.
const HASHES: usize = 40;

/// What is printed of it.
#[derive(Debug, Serialize)]
pub struct SignInsReport {
    pub signins_per_s: f64,
    pub argon2_ms_p50: f64,
    pub chat_p99_ms_before_signins: f64,
    pub chat_p99_ratio_signins: f64,
}

/// Signs in as fast as the server lets people in, alone and beside chat.
///
/// # Errors
/// When the server does not start or refuses a right password.
pub async fn sign_ins() -> Result<SignInsReport> {
    let argon2_ms_p50 = one_hash()?;
    let server = Server::start(&["--bench-pairs", &PAIRS.to_string()]).await?;
    let mut chat = Chat::open(&server).await?;
    let crowd = Crowd::begin(server.addr)?;
    sleep(Duration::from_secs(1)).await;
    let (before, begun) = (crowd.count(), Instant::now());
    sleep(ALONE).await;
    #[expect(clippy::cast_precision_loss, reason = "sign-ins of seconds")]
    let signins_per_s = (crowd.count() - before) as f64 / begun.elapsed().as_secs_f64();
    crowd.end().await?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let alone = chat.p99_ms().await?;
        let crowd = Crowd::begin(server.addr)?;
        let beside = chat.p99_ms().await?;
        crowd.end().await?;
        rounds.push((alone, beside));
    }
    chat.close().await;
    Ok(SignInsReport {
        signins_per_s: measure::rounded(signins_per_s),
        argon2_ms_p50: measure::rounded(argon2_ms_p50),
        chat_p99_ms_before_signins: median_alone(&rounds),
        chat_p99_ratio_signins: median_ratio(&rounds),
    })
}

/// Median time of one hash of a password on an idle machine, in milliseconds.
fn one_hash() -> Result<f64> {
    let mut times = Vec::with_capacity(HASHES);
    for _ in 0..HASHES {
        let password = Password::typed(DEMO_PASSWORD);
        let begun = Instant::now();
        let hash = password.map(|it| hashed(&it));
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        ensure!(matches!(hash, Some(Ok(_))), "a password has a hash");
    }
    Ok(measure::quantile(&mut times, 0.5))
}

/// People who sign in, again and again.
struct Crowd {
    done: Arc<AtomicU64>,
    tasks: JoinSet<Result<()>>,
}

impl Crowd {
    fn begin(addr: SocketAddr) -> Result<Self> {
        let client = Client::builder().timeout(Duration::from_mins(1)).build()?;
        let done = Arc::new(AtomicU64::new(0));
        let mut tasks = JoinSet::new();
        for number in 0..AT_ONCE {
            let (client, done) = (client.clone(), Arc::clone(&done));
            tasks.spawn(async move {
                loop {
                    sign_in(&client, addr, number).await?;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Ok(Self { done, tasks })
    }

    fn count(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Nobody signs in any more. Those who were refused say why.
    async fn end(mut self) -> Result<()> {
        self.tasks.abort_all();
        while let Some(ended) = self.tasks.join_next().await {
            if let Ok(refused) = ended {
                refused?;
            }
        }
        Ok(())
    }
}

async fn sign_in(client: &Client, addr: SocketAddr, number: u32) -> Result<()> {
    let origin = format!("http://{addr}");
    let answer = client
        .post(format!("{origin}/api/session"))
        .header(header::ORIGIN, &origin)
        .header("sec-fetch-site", "same-origin")
        .json(&serde_json::json!({
            "email": format!("bench-seller-{number}@bench.example"),
            "password": DEMO_PASSWORD,
        }))
        .send()
        .await?;
    ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
    Ok(())
}
