//! What to do when a thread could not be fetched. Pure.

use crate::{api::Failure, backoff};
use orderline_protocol::problem::Code;

/// Attempts in a row; after them the next connection tries again.
pub const MAX_ATTEMPTS: u32 = 8;
/// The back-off begins with a few seconds: there was a connection just now.
const FIRST_WAIT: u32 = 3;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after this many milliseconds.
    After(u64),
    /// Not before there is a new connection.
    Later,
    /// The server said no: trying again changes nothing.
    Never,
    /// The page is older than what the server sends: only a reload helps.
    Reload,
}

/// What follows attempt number `attempt` (0 for the first) that failed so. `random` is any number.
pub fn next(failure: &Failure, attempt: u32, random: u64) -> Next {
    match failure {
        Failure::Unreadable => Next::Reload,
        Failure::Problem(problem) if !passes(problem.code) => Next::Never,
        Failure::Problem(_) | Failure::Offline if attempt + 1 >= MAX_ATTEMPTS => Next::Later,
        Failure::Problem(_) | Failure::Offline => {
            Next::After(backoff::wait_ms(attempt + FIRST_WAIT, random))
        }
    }
}

/// Whether what the server complains of passes by itself.
const fn passes(code: Code) -> bool {
    matches!(code, Code::Unavailable | Code::TooMany | Code::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_protocol::problem::Problem;

    #[test]
    fn what_cannot_be_read_is_not_fetched_again() {
        for attempt in 0..100 {
            assert_eq!(next(&Failure::Unreadable, attempt, 7), Next::Reload);
            let missing = Failure::Problem(Problem::from(Code::NotFound));
            assert_eq!(next(&missing, attempt, 7), Next::Never);
        }
    }

    #[test]
    fn without_an_answer_the_waits_grow_and_end() {
        let busy = Failure::Problem(Problem::from(Code::Unavailable));
        for failure in [Failure::Offline, busy] {
            let mut before = 0;
            for attempt in 0..MAX_ATTEMPTS - 1 {
                let Next::After(wait) = next(&failure, attempt, 0) else {
                    panic!("{failure:?}, attempt {attempt}");
                };
                assert!(wait >= before && wait <= backoff::LONGEST_MS);
                before = wait;
            }
            assert_eq!(next(&failure, MAX_ATTEMPTS - 1, 0), Next::Later);
        }
    }
}
