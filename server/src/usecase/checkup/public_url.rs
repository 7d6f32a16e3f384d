//! The public URL: whether a server of ours answers there, and what becomes of the client's address on the way.

use super::{
    Subject,
    probe::{self, Answer},
};
use crate::store::checkup::Look;
use orderline_domain::checkup::{Arrived, Finding, Part, Symptom};

/// What comes back from the public URL.
pub(super) async fn look(subject: &Subject, seen: Option<&Look>) -> Finding {
    let http = &subject.config.http;
    let found = |symptom| Finding::new(Part::PublicUrl, symptom).with("url", &subject.url);
    let Some(url) = &http.public_url else {
        return found(Symptom::PublicLocal);
    };
    let tls = url.scheme() == "https";
    if http.is_public() && !tls {
        return found(Symptom::PublicPlain);
    }
    match probe::ask(&subject.url).await {
        Ok(answer) => arrived(subject, seen, &answer).judge(),
        Err(_) if subject.running.is_none() => found(Symptom::PublicWaits),
        Err(error) => found(Symptom::PublicUnreachable).with("detail", &probe::cause(&error)),
    }
}

fn arrived(subject: &Subject, seen: Option<&Look>, answer: &Answer) -> Arrived {
    let proxies = &subject.config.http.proxies;
    let ours = match answer.node {
        None => Some(false),
        Some(node) if subject.running == Some(node) => Some(true),
        Some(node) => {
            let nodes = seen.and_then(|it| it.nodes.as_ref());
            nodes.map(|it| it.contains(&node))
        }
    };
    Arrived {
        url: subject.url.clone(),
        ours,
        client: answer.client,
        claimed: probe::CLAIMED,
        by_proxy: answer.client.is_some_and(|it| proxies.trust(it)),
        proxies: proxies.any(),
        proxied: subject.is_proxied(),
    }
}
