//! The ports of recorded calls: whether they are free or our own server's, and whether browsers could reach them.

use super::Subject;
use orderline_domain::checkup::{Finding, MediaFacts, Part, Symptom};
use std::{
    io,
    net::{SocketAddr, TcpListener, UdpSocket},
};

/// What stands at the ports.
pub(super) fn look(subject: &Subject) -> Finding {
    let media = &subject.config.media;
    let bound = match (free(media.udp, media.tcp), subject.running) {
        // A port that the system chooses is always free, and our own server's is another one.
        (Ok(()), running) if media.udp.port() == 0 => running,
        (Ok(()), _) => None,
        (Err((_, error)), Some(node)) if error.kind() == io::ErrorKind::AddrInUse => Some(node),
        (Err((address, error)), _) => {
            let symptom = match error.kind() {
                io::ErrorKind::AddrInUse => Symptom::MediaTaken,
                _ => Symptom::MediaUnusable,
            };
            return Finding::new(Part::Media, symptom)
                .with("address", &address)
                .with("detail", &error);
        }
    };
    let facts = MediaFacts {
        bound_to: media.udp,
        announced: media.announce.clone(),
        ours: bound.is_some(),
        public: subject.config.http.is_public(),
    };
    facts.judge()
}

/// Whether both can be bound. They are given back at once.
fn free(udp: SocketAddr, tcp: Option<SocketAddr>) -> Result<(), (SocketAddr, io::Error)> {
    UdpSocket::bind(udp).map_err(|error| (udp, error))?;
    if let Some(tcp) = tcp {
        TcpListener::bind(tcp).map_err(|error| (tcp, error))?;
    }
    Ok(())
}
