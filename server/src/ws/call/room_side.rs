//! What a room does about the seller's side: who comes and who leaves, and where the others have them.

use super::{Effect, Place, Room, Route, Step, Way};
use crate::usecase::call::life::SideStep;
use orderline_domain::{
    call::{
        CallSide, LEAVE_SECONDS,
        hand_over::{AWAY_SECONDS, After, Lane, Seated, SellerSide},
        seat::Seat,
    },
    clock::ClockPair,
};
use orderline_protocol::call::{CallServerFrame, PeerView};
use std::collections::BTreeMap;

impl Room {
    /// Brings the places to who is in the call. Whoever left is told so, and their legs end.
    pub(super) fn reseat(&mut self, effects: &mut Vec<Effect>) {
        let mut before = std::mem::take(&mut self.places);
        let stays: BTreeMap<Seat, Place> = self
            .call
            .seats()
            .into_iter()
            .map(|(seat, person)| {
                let place = before.remove(&seat);
                (seat, place.unwrap_or_else(|| Place::new(person.clone())))
            })
            .collect();
        self.places = stays;
        for mut place in before.into_values() {
            for route in [Route::Relay, Route::Private] {
                let way = place.retire(route);
                let Some(leg) = way.leg else { continue };
                if way.has_socket {
                    let frame = CallServerFrame::Left;
                    effects.push(Effect::Send { leg, frame });
                    effects.push(Effect::CloseSocket { leg });
                }
                if route == Route::Relay {
                    effects.push(Effect::RemoveLeg { leg });
                }
            }
        }
    }

    /// Another participant as the one in the listener's seat has them.
    pub(super) fn peer(&self, listener: Seat, seat: Seat, place: &Place) -> PeerView {
        PeerView {
            user: place.person.user,
            name: place.person.name.clone(),
            seat,
            connected: place.is_present(),
            media: place.media,
            line: place.line,
            lane: Lane::between(listener, seat, self.call.lane_of(seat)),
        }
    }

    /// When the media of the side that broke off first stopped: what was said ends there. A side has broken off with
    /// its last person.
    pub(super) fn broken_off(&self, route: Route) -> Option<ClockPair> {
        let last_of = |buyer: bool| {
            let mut side = self
                .places
                .iter()
                .filter(|(seat, _)| seat.is_buyer() == buyer)
                .map(|(_, place)| place.way(route));
            if side.clone().any(Way::is_present) {
                return None;
            }
            side.by_ref()
                .filter_map(Way::gone_since)
                .max_by_key(|pair| pair.wall)
        };
        [last_of(true), last_of(false)]
            .into_iter()
            .flatten()
            .min_by_key(|pair| pair.wall)
    }

    /// The step that the seller's side needs now.
    pub(super) fn side_wants(&self, at: ClockPair) -> Option<Step> {
        let side = &self.call.side;
        let place = |seat: Seat| self.places.get(&seat);
        let step = match side {
            SellerSide::Alone { .. } => return None,
            SellerSide::Asked { .. } if side.has_run_out(at.wall) => SideStep::RunOut,
            SellerSide::Asked { seller, .. } => place(seller.seat)
                .filter(|place| place.has_broken_off())
                .map(|_| SideStep::LineLost)?,
            SellerSide::Both {
                seller, colleague, ..
            } => {
                let talks = |seat: Seat| {
                    place(seat).is_some_and(|place| place.way(Route::Private).is_present())
                };
                let takes_over = self.call.mode.route() == Route::Private
                    && talks(colleague.seat)
                    && talks(Seat::BUYER);
                let away = |it: &Seated| {
                    let since = place(it.seat).and_then(|place| place.away);
                    since
                        .is_some_and(|since| at.ms_since(&since) >= u64::from(AWAY_SECONDS) * 1_000)
                };
                if takes_over {
                    SideStep::Gone(seller.user)
                } else {
                    let gone = side.people().find(away)?;
                    SideStep::Gone(gone.user)
                }
            }
        };
        Some(Step::Side(step))
    }

    /// The step that a closed page needs, once it has not come back for a while.
    pub(super) fn left(&self, at: ClockPair) -> Option<Step> {
        let grace = u64::from(LEAVE_SECONDS) * 1_000;
        self.places.iter().find_map(|(seat, place)| {
            let since = place.leaving?;
            if at.ms_since(&since) < grace {
                return None;
            }
            let user = place.person.user;
            let side = if seat.is_buyer() {
                CallSide::Buyer
            } else {
                CallSide::Seller
            };
            Some(match self.call.side.clone().gone(side, user) {
                After::GoesOn(_) => Step::Side(SideStep::Gone(user)),
                After::Ends(reason) => Step::End { reason, at: since },
            })
        })
    }
}
