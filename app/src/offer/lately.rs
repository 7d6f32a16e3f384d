//! What changed lately in the buyer's card: highlighted at once, said once the typing rests.

use super::{
    seen::Seen,
    state::{Change, Facts, changes},
    words,
};
use leptos::prelude::*;
use orderline_domain::offer::schedule::Payment;
use std::{collections::BTreeSet, time::Duration};

/// How long a change stays highlighted.
const HIGHLIGHT: Duration = Duration::from_secs(5);
/// A change is said once the typing rests this long.
const SAID_AFTER: Duration = Duration::from_millis(900);

/// What changed lately.
#[derive(Clone, Copy)]
pub struct Lately {
    pub changes: Memo<Vec<Change>>,
    pub payments: Memo<BTreeSet<u16>>,
    /// What is said of it, for those who listen.
    pub sentence: Memo<String>,
}

/// The facts after so many changes, and what the last of them was.
#[derive(Clone, Debug, Default, PartialEq)]
struct Turn {
    number: u64,
    facts: Facts,
    changes: Vec<Change>,
    payments: BTreeSet<u16>,
}

impl Turn {
    /// The turn after these facts; the same one where nothing changed that is shown.
    fn after(&self, facts: Facts) -> Self {
        let found = changes(&self.facts, &facts);
        if found.is_empty() {
            return Self {
                facts,
                ..self.clone()
            };
        }
        Self {
            number: self.number + 1,
            changes: found,
            payments: differing(&self.facts.payments, &facts.payments),
            facts,
        }
    }
}

/// The facts as they were said last, and the words.
#[derive(Clone, Debug, Default, PartialEq)]
struct Said {
    facts: Facts,
    words: String,
}

/// Follows the facts: highlights at once, says it when the typing rests.
pub fn follow(seen: Memo<Seen>) -> Lately {
    let facts = move || seen.with(|seen| seen.facts.clone());
    let turn = Memo::new(move |before: Option<&Turn>| match before {
        Some(before) => before.after(facts()),
        None => Turn {
            facts: facts(),
            ..Turn::default()
        },
    });
    let number = Memo::new(move |_| turn.with(|turn| turn.number));
    let (faded, rested) = (after(number, HIGHLIGHT), after(number, SAID_AFTER));
    let fresh = move || number.get() != faded.get();
    let said = Memo::new(move |before: Option<&Said>| {
        rested.track();
        let now = turn.with_untracked(|turn| turn.facts.clone());
        let words = before.map(|before| {
            let changes = changes(&before.facts, &now);
            let words: Vec<String> = changes.iter().map(words::change).collect();
            words.join(" ")
        });
        Said {
            facts: now,
            words: words.unwrap_or_default(),
        }
    });
    Lately {
        changes: Memo::new(move |_| {
            if fresh() {
                turn.with(|turn| turn.changes.clone())
            } else {
                Vec::default()
            }
        }),
        payments: Memo::new(move |_| {
            if fresh() {
                turn.with(|turn| turn.payments.clone())
            } else {
                BTreeSet::default()
            }
        }),
        sentence: Memo::new(move |_| said.with(|said| said.words.clone())),
    }
}

/// The last number that stood for so long without another coming.
fn after(number: Memo<u64>, wait: Duration) -> ReadSignal<u64> {
    let (reached, reach) = signal(0);
    Effect::new(move |_| {
        let this = number.get();
        if this > 0 {
            // The card may be gone by then; its values are asked for, never assumed.
            set_timeout(
                move || {
                    if number.try_get_untracked() == Some(this) {
                        reach.try_set(this);
                    }
                },
                wait,
            );
        }
    });
    reached
}

fn differing(before: &[Payment], now: &[Payment]) -> BTreeSet<u16> {
    now.iter()
        .filter(|payment| !before.contains(payment))
        .map(|payment| payment.number)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_counts_what_is_shown_and_holds_the_last_change() {
        let of = |quantity| Facts {
            quantity: Some(quantity),
            ..Facts::default()
        };
        let first = Turn {
            facts: of(1),
            ..Turn::default()
        };
        let two = of(2);
        let second = first.after(two.clone());
        assert_eq!((second.number, &second.facts), (1, &two));
        assert_eq!(second.changes, changes(&first.facts, &two));
        assert_eq!(second.after(two), second, "nothing changed");
    }
}
