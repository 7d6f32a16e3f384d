//! HTTP as one of our own pages speaks it.

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method, RequestBuilder, header};
use serde::{Serialize, de::DeserializeOwned};
use std::{net::SocketAddr, time::Duration};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    pub addr: SocketAddr,
    /// `name=value` of the session cookie.
    pub cookie: String,
    client: Client,
}

impl Person {
    /// Enters through a door of the demo.
    ///
    /// # Errors
    /// When the door is not there.
    pub async fn enter(addr: SocketAddr, door: &str) -> Result<Self> {
        orderline_server::outside::choose_tls();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Self::enter_with(client, addr, door).await
    }

    /// As [`Self::enter`], with connections shared with others.
    ///
    /// # Errors
    /// When the door is not there.
    pub async fn enter_with(client: Client, addr: SocketAddr, door: &str) -> Result<Self> {
        let answer = client
            .get(format!("http://{addr}/demo/{door}"))
            .send()
            .await?;
        let status = answer.status();
        let cookie = answer
            .headers()
            .get(header::SET_COOKIE)
            .with_context(|| format!("no way in for {door}: {status}"))?
            .to_str()?
            .split(';')
            .next()
            .context("a cookie")?
            .to_owned();
        Ok(Self {
            addr,
            cookie,
            client,
        })
    }

    /// The origin of the pages.
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.origin()))
            .header(header::ORIGIN, self.origin())
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &self.cookie)
    }

    /// # Errors
    /// When the answer is a problem or not what was expected.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        Ok(serde_json::from_slice(&self.bytes(path).await?)?)
    }

    /// # Errors
    /// When the answer is a problem.
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        let answer = self.request(Method::GET, path).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        ensure!(
            status.is_success(),
            "GET {path}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        Ok(body.to_vec())
    }

    /// # Errors
    /// When the answer is a problem or not what was expected.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let answer = self.request(Method::POST, path).json(body).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        ensure!(
            status.is_success(),
            "POST {path}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        Ok(serde_json::from_slice(&body)?)
    }
}
