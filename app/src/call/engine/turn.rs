//! Whether the detour for strict networks (TURN) would help from here: each of its ways is asked for a place to meet
//! at, as a private call would ask. Nobody is called.

use super::{
    peer,
    trial::{Closing, pause},
};
use crate::api;
use futures::future::join_all;
use orderline_protocol::{call::IceServer, http::IceHelp};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    RtcConfiguration, RtcIceGatheringState, RtcIceTransportPolicy, RtcPeerConnection,
    RtcSessionDescriptionInit,
};

/// Looks until a way that does not come is given up: eight seconds.
const MOST_LOOKS: u32 = 80;
/// Most ways that are tried.
const MOST_WAYS: usize = 6;
/// What stands in a description that has a place at the detour.
const RELAYED: &str = " typ relay";

/// How one gets to the detour, the one that delays least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    Udp,
    Tcp,
    Tls,
}

impl By {
    /// Of the address that browsers are told.
    pub fn of(url: &str) -> Self {
        if url.starts_with("turns:") {
            Self::Tls
        } else if url.ends_with("transport=tcp") {
            Self::Tcp
        } else {
            Self::Udp
        }
    }

    /// As people who look after networks call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// These ways lead there; at least one.
    Reached(Vec<By>),
    /// There is a detour, and something between blocks every way to it.
    Blocked { needed: bool },
    /// None is set up, or it does not answer the server now.
    Nowhere { needed: bool },
    /// The server does not answer.
    Failed(api::Failure),
}

impl Outcome {
    /// What it means for calls from here.
    pub const fn stops_calls(&self) -> bool {
        matches!(
            self,
            Self::Failed(_) | Self::Blocked { needed: true } | Self::Nowhere { needed: true }
        )
    }
}

/// What was tried, put together.
fn outcome(tried: impl IntoIterator<Item = (By, bool)>, needed: bool) -> Outcome {
    let mut there_are = false;
    let mut reached = Vec::new();
    for (by, led) in tried {
        there_are = true;
        if led {
            reached.push(by);
        }
    }
    reached.sort_unstable();
    reached.dedup();
    match (there_are, reached.is_empty()) {
        (false, _) => Outcome::Nowhere { needed },
        (true, true) => Outcome::Blocked { needed },
        (true, false) => Outcome::Reached(reached),
    }
}

/// Tries all its ways at once.
pub async fn try_detour() -> Outcome {
    let help: IceHelp = match api::get("/api/ice").await {
        Ok(help) => help,
        Err(failure) => return Outcome::Failed(failure),
    };
    let ways = help.ice_servers.iter().flat_map(|server| {
        server.urls.iter().map(|url| IceServer {
            urls: vec![url.clone()],
            ..server.clone()
        })
    });
    let tried = join_all(ways.take(MOST_WAYS).map(|way| async move {
        let by = By::of(way.urls.first().map_or("", String::as_str));
        (by, leads(&way).await.unwrap_or(false))
    }))
    .await;
    outcome(tried, help.relay_only)
}

/// Whether this one way gets a place to meet at.
async fn leads(way: &IceServer) -> Result<bool, JsValue> {
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&peer::servers(std::slice::from_ref(way)));
    configuration.set_ice_transport_policy(RtcIceTransportPolicy::Relay);
    let connection = Closing(RtcPeerConnection::new_with_configuration(&configuration)?);
    connection.0.add_transceiver_with_str("audio");
    let offer = JsFuture::from(connection.0.create_offer()).await?;
    let offer = RtcSessionDescriptionInit::from(offer);
    JsFuture::from(connection.0.set_local_description(&offer)).await?;
    for _ in 0..MOST_LOOKS {
        let described = connection.0.local_description().map(|local| local.sdp());
        if described.is_some_and(|sdp| sdp.contains(RELAYED)) {
            return Ok(true);
        }
        if connection.0.ice_gathering_state() == RtcIceGatheringState::Complete {
            return Ok(false);
        }
        pause().await;
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_its_way() {
        for (url, by) in [
            ("turn:shop.example:3478?transport=udp", By::Udp),
            ("turn:shop.example", By::Udp),
            ("turn:shop.example:3478?transport=tcp", By::Tcp),
            ("turns:shop.example:443?transport=tcp", By::Tls),
        ] {
            assert_eq!(By::of(url), by, "{url}");
        }
    }

    #[test]
    fn what_leads_there_is_named_the_quickest_first() {
        let tried = [(By::Tls, true), (By::Tcp, false), (By::Udp, true)];
        assert_eq!(
            outcome(tried, false),
            Outcome::Reached(vec![By::Udp, By::Tls])
        );
        assert!(!outcome(tried, true).stops_calls());
    }

    #[test]
    fn a_missing_detour_stops_calls_only_where_all_must_take_it() {
        let blocked = [(By::Udp, false), (By::Tcp, false)];
        for needed in [false, true] {
            assert_eq!(outcome([], needed), Outcome::Nowhere { needed });
            assert_eq!(outcome(blocked, needed), Outcome::Blocked { needed });
            assert_eq!(outcome([], needed).stops_calls(), needed);
            assert_eq!(outcome(blocked, needed).stops_calls(), needed);
        }
    }
}
