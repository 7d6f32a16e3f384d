//! A call's row as people see it.

use crate::store::call::CallRecord;
use jiff::Timestamp;
use orderline_domain::{
    call::{
        CallState,
        hand_over::{Lane, SellerSide, WhyRefused, asked_until},
        seat::Seat,
    },
    ids::UserId,
    thread::Side,
};
use orderline_protocol::{
    hand_over::{HandOverState, HandOverView},
    person::Person,
    view::{CallPhase, CallView, SellersView},
};

/// The times and the reason that a state holds, as columns of their own.
#[derive(Debug, Default)]
pub(in crate::store) struct Times {
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub duration_ms: Option<i64>,
    pub reason: Option<String>,
}

impl Times {
    pub fn of(state: &CallState) -> Self {
        match state {
            CallState::Active { started } | CallState::Reconnecting { started, .. } => Self {
                started: Some(started.wall),
                ..Self::default()
            },
            CallState::Ended(ended) => Self {
                started: ended.started_at,
                ended: Some(ended.ended_at),
                duration_ms: Some(i64::try_from(ended.duration_ms).unwrap_or(i64::MAX)),
                reason: serde_json::to_value(ended.reason)
                    .ok()
                    .and_then(|it| it.as_str().map(str::to_owned)),
            },
            CallState::Declined { at, .. }
            | CallState::Busy { at }
            | CallState::NoAnswer { at }
            | CallState::Cancelled { at } => Self {
                ended: Some(*at),
                ..Self::default()
            },
            CallState::Ringing { .. } | CallState::Connecting { .. } => Self::default(),
        }
    }
}

impl CallRecord {
    /// The call as both sides see it.
    pub fn view(&self) -> CallView {
        let times = Times::of(&self.state);
        CallView {
            call: self.call,
            thread: self.thread,
            phase: phase(&self.state),
            version: self.version,
            caller: self.caller.clone(),
            callee: self.callee.clone(),
            ringing_since: self.ringing_since,
            rings_until: self.rings_until,
            started_at: times.started,
            ended_at: times.ended,
            duration_ms: times.duration_ms,
            end_reason: match self.state {
                CallState::Ended(ended) => Some(ended.reason),
                _ => None,
            },
            mode: self.mode.into(),
            notice: self.notice.clone(),
            recording_since: self.recording_since,
            sellers: self.sellers(),
        }
    }

    /// Who speaks for the seller, once that is not just the one who called.
    fn sellers(&self) -> Option<SellersView> {
        let colleague = self.side.colleague().and(self.colleague.clone());
        (colleague.is_some() || self.seller.user != self.caller.user).then(|| SellersView {
            seller: self.seller.clone(),
            colleague,
        })
    }

    /// The hand-over that was asked for last, for the two whom it concerns.
    pub fn hand_over(&self) -> Option<HandOverView> {
        let (since, note, state) = match &self.side {
            SellerSide::Alone { last: None, .. } => return None,
            SellerSide::Alone {
                last: Some(last), ..
            } => (last.since, None, refused(&last.why)),
            SellerSide::Asked { since, note, .. } => (*since, note.as_ref(), HandOverState::Asked),
            SellerSide::Both { since, .. } => (*since, None, HandOverState::Accepted),
        };
        Some(HandOverView {
            call: self.call,
            thread: self.thread,
            title: self.title.clone(),
            recorded: self.mode.recording().is_some(),
            version: self.version,
            from: self.seller.clone(),
            to: self.colleague.clone()?,
            buyer: self.buyer().clone(),
            note: note.map(|note| note.as_str().to_owned()),
            since,
            until: asked_until(since),
            state,
        })
    }

    fn buyer(&self) -> &Person {
        if self.caller.side() == Side::Seller {
            &self.callee
        } else {
            &self.caller
        }
    }

    /// Who is in the call now, by seat.
    pub fn seats(&self) -> Vec<(Seat, Person)> {
        let mut seats = vec![
            (self.side.seller().seat, self.seller.clone()),
            (Seat::BUYER, self.buyer().clone()),
        ];
        let come = self.side.colleague().zip(self.colleague.clone());
        seats.extend(come.map(|(it, person)| (it.seat, person)));
        seats
    }

    /// The seat of this person, if they take part.
    pub fn seat_of(&self, user: UserId) -> Option<Seat> {
        self.seats()
            .iter()
            .find(|(_, person)| person.user == user)
            .map(|(seat, _)| *seat)
    }

    /// The lane of this seat.
    pub fn lane_of(&self, seat: Seat) -> Lane {
        let mut staff = self.side.people();
        staff
            .find(|it| it.seat == seat)
            .map_or(Lane::First, |it| it.lane)
    }

    /// The ids of those who are in the call now.
    pub fn people(&self) -> Vec<UserId> {
        self.seats()
            .into_iter()
            .map(|(_, person)| person.user)
            .collect()
    }

    /// The colleague that the seller's side names: asked, come, or last refused.
    pub fn named_colleague(&self) -> Vec<UserId> {
        self.colleague.iter().map(|person| person.user).collect()
    }
}

fn refused(why: &WhyRefused) -> HandOverState {
    match why {
        WhyRefused::Declined { reason } => HandOverState::Declined {
            reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
        },
        WhyRefused::NoAnswer => HandOverState::NoAnswer,
        WhyRefused::Withdrawn => HandOverState::Withdrawn,
        WhyRefused::LineLost => HandOverState::LineLost,
        WhyRefused::CallOver => HandOverState::CallOver,
    }
}

const fn phase(state: &CallState) -> CallPhase {
    match state {
        CallState::Ringing { .. } => CallPhase::Ringing,
        CallState::Declined { .. } => CallPhase::Declined,
        CallState::Busy { .. } => CallPhase::Busy,
        CallState::NoAnswer { .. } => CallPhase::NoAnswer,
        CallState::Cancelled { .. } => CallPhase::Cancelled,
        CallState::Connecting { .. } => CallPhase::Connecting,
        CallState::Active { .. } => CallPhase::Active,
        CallState::Reconnecting { .. } => CallPhase::Reconnecting,
        CallState::Ended(_) => CallPhase::Ended,
    }
}
