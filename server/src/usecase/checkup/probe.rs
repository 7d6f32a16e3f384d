//! What a request to the public URL looks like when it comes back: `/livez` says which process answers and whom it takes
//! for the client.

use orderline_domain::ids::NodeId;
use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

/// In which headers of its answer.
const NODE: &str = "x-orderline-node";
const CLIENT: &str = "x-orderline-client";
/// What our request claims to be its client: an address of the documentation's (RFC 5737), which nobody has.
pub(crate) const CLAIMED: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77));
/// How long the way there and back may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// The headers in which proxies name a client; what a visitor writes there must not be believed.
const FORGED: [(&str, &str); 4] = [
    ("x-forwarded-for", "192.0.2.77"),
    ("forwarded", "for=192.0.2.77"),
    ("x-real-ip", "192.0.2.77"),
    ("cf-connecting-ip", "192.0.2.77"),
];

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The process that answered; `None`: none of ours.
    pub node: Option<NodeId>,
    pub client: Option<IpAddr>,
}

/// Asks `/livez` at this address, which has no slash at its end.
pub(crate) async fn ask(url: &str) -> Result<Answer, reqwest::Error> {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut request = client.get(format!("{url}/livez"));
    for (name, value) in FORGED {
        request = request.header(name, value);
    }
    let answer = request.send().await?.error_for_status()?;
    let told = |name| answer.headers().get(name).and_then(|it| it.to_str().ok());
    Ok(Answer {
        node: told(NODE).and_then(|it| it.parse().ok()),
        client: told(CLIENT).and_then(|it| it.parse().ok()),
    })
}

/// The last of an error's causes, which says what happened; the others say where.
pub(crate) fn cause(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(deeper) = last.source() {
        last = deeper;
    }
    last.to_string()
}

/// What stands in these headers of our own answer.
pub(crate) fn told(node: NodeId, client: IpAddr) -> [(&'static str, String); 2] {
    [(NODE, node.to_string()), (CLIENT, client.to_string())]
}
