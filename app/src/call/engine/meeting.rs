//! What two browsers say to each other over a private [`Way`]: each time that the server pairs their legs, a
//! connection of its own.

use super::{
    leg::{Carrying, Connection, Cx},
    private::{Candidate, Keys, Pair, Step},
    steps::{Effect, Kind, Safety},
    way::{Phase, Way},
};
use orderline_domain::call::mode::Route;
use orderline_protocol::call::{CallClientFrame, PeerSignal};

impl Way {
    /// The other side's private leg is there too: a connection of its own for this pair.
    pub fn pair(&mut self, number: u64, initiator: bool, cx: &mut Cx<'_>) {
        if self.route != Route::Private {
            return;
        }
        let Phase::Leg(leg) = &mut self.phase else {
            return;
        };
        let Some(keys) = &cx.shared.keys else { return };
        let newest = leg
            .connection
            .as_ref()
            .and_then(|it| it.pair.as_ref())
            .map_or(0, |pair| pair.number);
        if number <= newest && leg.connection.is_some() {
            return;
        }
        let (pair, steps) = Pair::begin(number, initiator, keys);
        let peer = cx.shared.number();
        let connection = Connection::new(peer, cx.now, Some(pair));
        let (ice, relay_only) = (leg.ice.clone(), leg.relay_only);
        if let Some(old) = leg.connection.replace(connection) {
            if old.sounds() {
                let carrying = Carrying {
                    route: self.route,
                    peer: old.peer,
                    leg: None,
                    link: old.link,
                };
                self.carry(carrying, cx.out);
            } else {
                cx.out.push(Effect::DropPeer { peer: old.peer });
            }
        }
        cx.out.push(Effect::MakePeer {
            peer,
            kind: Kind::Private {
                initiator,
                ice,
                relay_only,
            },
        });
        self.carry_out(steps, cx);
    }

    /// The other browser said something about this pair.
    pub fn signal(&mut self, number: u64, signal: PeerSignal, cx: &mut Cx<'_>) {
        let fresh = cx.random.to_le_bytes();
        self.on_pair(cx, |pair, keys| {
            if pair.number == number {
                pair.heard(signal, keys, fresh)
            } else {
                Vec::new()
            }
        });
    }

    /// The browser found a way to itself.
    pub fn gathered(&mut self, peer: u32, candidate: Candidate, cx: &mut Cx<'_>) {
        if self.newest(peer).is_some() {
            self.on_pair(cx, |pair, _| pair.gathered(candidate));
        }
    }

    /// Lets the newest pair do something, and carries out what it wants.
    pub(super) fn on_pair(
        &mut self,
        cx: &mut Cx<'_>,
        work: impl FnOnce(&mut Pair, &mut Keys) -> Vec<Step>,
    ) {
        let pair = self
            .leg_mut()
            .and_then(|leg| leg.connection.as_mut())
            .and_then(|connection| connection.pair.as_mut());
        if let (Some(pair), Some(keys)) = (pair, &mut cx.shared.keys) {
            let steps = work(pair, keys);
            self.carry_out(steps, cx);
        }
    }

    fn carry_out(&mut self, steps: Vec<Step>, cx: &mut Cx<'_>) {
        for step in steps {
            let Some(leg) = self.leg() else { return };
            let Some(connection) = &leg.connection else {
                return;
            };
            let (leg, peer) = (leg.number, connection.peer);
            let pair = connection.pair.as_ref().map_or(0, |pair| pair.number);
            cx.out.push(match step {
                Step::Send(body) => Effect::Send {
                    leg,
                    frame: CallClientFrame::Private { pair, body },
                },
                Step::MakeOffer => Effect::MakeOffer { peer },
                Step::MakeAnswer => Effect::MakeAnswer { peer },
                Step::TakeDescription { offer, sdp } => {
                    Effect::TakeDescription { peer, offer, sdp }
                }
                Step::TakeCandidate(candidate) => Effect::TakeCandidate { peer, candidate },
                Step::Verified(code) => {
                    cx.shared.safety = Safety::Code(code);
                    continue;
                }
                Step::Forged => {
                    cx.shared.safety = Safety::Forged;
                    return self.fail(true, cx);
                }
                Step::Failed => return self.fail(true, cx),
            });
        }
    }
}
