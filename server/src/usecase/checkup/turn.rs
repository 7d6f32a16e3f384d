//! TURN: an allocation with a credential such as pages get.

use super::Turn;
use crate::outside::turn::{Credential, TurnError, allocate};
use orderline_domain::checkup::{Finding, Part, Symptom};
use orderline_protocol::call::IceServer;

/// Whether TURN lets us in. Every address is tried: browsers are told of each.
pub(super) async fn look(turn: &Turn) -> Finding {
    let found = |symptom| Finding::new(Part::Turn, symptom);
    let server = match turn {
        Turn::None => return found(Symptom::TurnNone),
        Turn::Own => return found(Symptom::TurnOwn),
        Turn::Silent => return found(Symptom::TurnSilent).with("url", &"coturn"),
        Turn::At(server) => server,
    };
    let mut good = None;
    for url in &server.urls {
        match allocate(url, credential(server)).await {
            Ok(()) => good = Some(url),
            Err(TurnError::Untried) => {}
            Err(TurnError::Refused(code)) => {
                return found(Symptom::TurnRefused)
                    .with("url", url)
                    .with("code", &code);
            }
            Err(TurnError::Silent(error)) => {
                return found(Symptom::TurnSilent)
                    .with("url", url)
                    .with("detail", &error);
            }
        }
    }
    match good {
        Some(url) => found(Symptom::TurnGood).with("url", url),
        None => found(Symptom::TurnUntried),
    }
}

fn credential(server: &IceServer) -> Credential<'_> {
    Credential {
        username: server.username.as_deref().unwrap_or_default(),
        password: server.credential.as_deref().unwrap_or_default(),
    }
}
