//! One person's requests take turns, so that a page that asks for everything at once leaves the database to others.

use orderline_domain::ids::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one person that are worked on at once; a browser asks for as many.
pub const AT_ONCE: usize = 6;
/// Requests of one person that wait; beyond, they are refused.
pub const MAX_WAITING: usize = 256;

/// Whose turn it is. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<UserId, Line>>>);

#[derive(Debug)]
struct Line {
    free: Arc<Semaphore>,
    /// Who works or waits.
    standing: usize,
}

/// A request's turn; the next one's comes when it is dropped.
#[derive(Debug)]
pub struct Turn {
    // In this order: whoever waits is let in before the line is left.
    _permit: OwnedSemaphorePermit,
    _place: Place,
}

/// A place in a person's line, left when dropped, also by a request that is given up while it waits.
#[derive(Debug)]
struct Place {
    turns: Turns,
    user: UserId,
}

impl Turns {
    /// Waits for this person's turn. `None`: too many of their requests wait already.
    pub async fn take(&self, user: UserId) -> Option<Turn> {
        let (free, place) = self.stand(user)?;
        let permit = free.acquire_owned().await.ok()?;
        Some(Turn {
            _permit: permit,
            _place: place,
        })
    }

    fn stand(&self, user: UserId) -> Option<(Arc<Semaphore>, Place)> {
        let mut lines = self.lines();
        let line = lines.entry(user).or_insert_with(|| Line {
            free: Arc::new(Semaphore::new(AT_ONCE)),
            standing: 0,
        });
        if line.standing >= AT_ONCE + MAX_WAITING {
            return None;
        }
        line.standing += 1;
        let place = Place {
            turns: self.clone(),
            user,
        };
        Some((Arc::clone(&line.free), place))
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<UserId, Line>> {
        // A panic inside one of these short sections leaves the counts as they were.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = self.turns.lines();
        if let Some(line) = lines.get_mut(&self.user) {
            line.standing = line.standing.saturating_sub(1);
            if line.standing == 0 {
                lines.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    fn user(n: u128) -> UserId {
        UserId::from_uuid(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn one_person_waits_for_themselves_and_for_nobody_else() {
        let turns = Turns::default();
        let take = |n| turns.take(user(n)).now_or_never();
        let mut working: Vec<Turn> = (0..AT_ONCE).filter_map(|_| take(1)?).collect();
        assert_eq!(working.len(), AT_ONCE);
        assert!(take(1).is_none(), "the next one waits");
        let other = take(2);
        assert!(matches!(other, Some(Some(_))));
        working.pop();
        assert!(matches!(take(1), Some(Some(_))));
        drop((working, other));
        assert!(turns.lines().is_empty());
    }

    #[test]
    fn a_line_is_bounded() {
        let turns = Turns::default();
        let places: Vec<_> = (0..AT_ONCE + MAX_WAITING)
            .map(|_| turns.stand(user(1)))
            .collect();
        assert!(places.iter().all(Option::is_some));
        assert!(turns.stand(user(1)).is_none());
        assert!(turns.stand(user(2)).is_some());
        drop(places);
        assert!(turns.stand(user(1)).is_some());
    }
}
