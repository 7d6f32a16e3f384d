//! Who is in a call, and on which seat.

use crate::{
    call::{Call, CallSide, CallState, TooLate, hand_over::Lane, seat::Seat},
    ids::{SessionId, UserId},
    people::person::Person,
};

impl Call {
    /// The one whom the seller's side talks to, whoever rang.
    pub const fn buyer(&self) -> &Person {
        match CallSide::of(self.caller.role) {
            CallSide::Seller => &self.callee,
            CallSide::Buyer => &self.caller,
        }
    }

    /// Who is in the call now, by seat.
    pub fn seats(&self) -> Vec<(Seat, &Person)> {
        let mut seats = vec![
            (self.side.seller().seat, &self.seller),
            (Seat::BUYER, self.buyer()),
        ];
        seats.extend(self.come());
        seats
    }

    /// The colleague who has come to take the call over.
    pub fn come(&self) -> Option<(Seat, &Person)> {
        let come = self.side.colleague().map(|it| it.seat);
        come.zip(self.colleague.as_ref())
    }

    /// This person's seat and what is known of them, if they take part.
    pub fn party(&self, user: UserId) -> Option<(Seat, &Person)> {
        let mut seats = self.seats().into_iter();
        seats.find(|(_, person)| person.user == user)
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
        let seats = self.seats().into_iter();
        seats.map(|(_, person)| person.user).collect()
    }

    /// The colleague that the seller's side names: asked, come, or last refused.
    pub fn named_colleague(&self) -> Vec<UserId> {
        self.colleague.iter().map(|person| person.user).collect()
    }

    /// Refuses an answer that comes too late, from whichever of the buyer's devices. The one that took the call knows
    /// that itself: to it a call that ended is only over.
    pub fn require_ringing(&self, session: SessionId) -> Result<(), TooLate> {
        match self.state {
            CallState::Ringing { .. } => Ok(()),
            CallState::Cancelled { .. } | CallState::NoAnswer { .. } | CallState::Busy { .. } => {
                Err(TooLate::Over)
            }
            CallState::Ended(_) if self.answered_by == Some(session) => Err(TooLate::Over),
            _ => Err(TooLate::AnsweredElsewhere),
        }
    }

    /// Whether this person asks a colleague to take the call over now, or is asked.
    pub fn is_asking(&self, user: UserId) -> bool {
        let asked = self.side.asked().map(|it| it.user);
        asked.is_some_and(|asked| asked == user || self.seller.user == user)
    }
}
