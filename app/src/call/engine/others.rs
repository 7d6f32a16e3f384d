//! The others in a call, as this tab has them.

use orderline_protocol::call::{CallView, PeerView};

/// By seat, as each was told of last.
#[derive(Default)]
pub(super) struct Others(Vec<PeerView>);

impl Others {
    /// Takes news of somebody.
    pub fn take(&mut self, peer: PeerView) {
        match self.0.iter_mut().find(|held| held.seat == peer.seat) {
            Some(held) => *held = peer,
            None => self.0.push(peer),
        }
    }

    /// Whom this side talks to, and the third one while the call is handed over. Who has left is neither.
    pub fn shown(&self, call: &CallView) -> (Option<PeerView>, Option<PeerView>) {
        let is = |user| self.0.iter().find(|peer| peer.user == user).cloned();
        let buyer = is(call.buyer().user);
        let seller = is(call.seller().user);
        let colleague = call.colleague().and_then(|colleague| is(colleague.user));
        if buyer.is_some() {
            (buyer, seller.or(colleague))
        } else {
            (seller, colleague)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::engine::machine::tests::{RECORDED, call_in};
    use orderline_domain::{
        call::{hand_over::Lane, seat::Seat},
        ids::UserId,
        people::roles::Role,
    };
    use orderline_protocol::{
        call::{CallPhase, MediaState, SellersView},
        person::Person,
    };
    use uuid::Uuid;

    fn person(n: u128) -> Person {
        Person {
            user: UserId::from_uuid(Uuid::from_u128(n)),
            name: n.to_string(),
            role: Role::Seller,
        }
    }

    fn peer(seat: u8, user: UserId) -> PeerView {
        PeerView {
            user,
            name: String::new(),
            seat: Seat(seat),
            connected: true,
            media: MediaState::default(),
            line: None,
            lane: Lane::First,
        }
    }

    fn seats(shown: (Option<PeerView>, Option<PeerView>)) -> (Option<u8>, Option<u8>) {
        (shown.0.map(|it| it.seat.0), shown.1.map(|it| it.seat.0))
    }

    #[test]
    fn each_side_sees_the_other_first_and_whoever_left_no_longer() {
        let mut call = call_in(RECORDED, CallPhase::Active, 2);
        let (seller, buyer) = (call.seller().user, call.buyer().user);
        let colleague = person(77);
        let (mut at_buyer, mut at_seller) = (Others::default(), Others::default());
        at_buyer.take(peer(0, seller));
        at_buyer.take(peer(2, colleague.user));
        at_seller.take(peer(1, buyer));
        at_seller.take(peer(2, colleague.user));
        assert_eq!(seats(at_buyer.shown(&call)), (Some(0), None));
        assert_eq!(seats(at_seller.shown(&call)), (Some(1), None));
        call.sellers = Some(SellersView {
            seller: call.seller().clone(),
            colleague: Some(colleague.clone()),
        });
        assert_eq!(seats(at_buyer.shown(&call)), (Some(0), Some(2)));
        assert_eq!(seats(at_seller.shown(&call)), (Some(1), Some(2)));
        call.sellers = Some(SellersView {
            seller: colleague,
            colleague: None,
        });
        assert_eq!(seats(at_buyer.shown(&call)), (Some(2), None));
    }
}
