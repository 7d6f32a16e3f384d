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
    pub changes: RwSignal<Vec<Change>>,
    pub payments: RwSignal<BTreeSet<u16>>,
    /// What is said of it, for those who listen.
    pub sentence: RwSignal<String>,
}

/// Follows the facts: highlights at once, says it when the typing rests.
pub fn follow(seen: Memo<Seen>) -> Lately {
    let lately = Lately {
        changes: RwSignal::new(Vec::new()),
        payments: RwSignal::new(BTreeSet::new()),
        sentence: RwSignal::new(String::new()),
    };
    let said = StoredValue::new(None::<Facts>);
    let turn = StoredValue::new(0_u64);
    Effect::new(move |before: Option<Facts>| {
        let now = seen.with(|seen| seen.facts.clone());
        let Some(before) = before else {
            said.set_value(Some(now.clone()));
            return now;
        };
        let found = changes(&before, &now);
        if !found.is_empty() {
            lately
                .payments
                .set(differing(&before.payments, &now.payments));
            lately.changes.set(found);
            let this = turn.get_value() + 1;
            turn.set_value(this);
            // The card may be gone by then; its values are asked for, never assumed.
            set_timeout(
                move || {
                    if turn.try_get_value() == Some(this) {
                        let now = seen
                            .try_with_untracked(|seen| seen.facts.clone())
                            .unwrap_or_default();
                        let before = said.try_get_value().flatten().unwrap_or_default();
                        let words: Vec<String> =
                            changes(&before, &now).iter().map(words::change).collect();
                        lately.sentence.set(words.join(" "));
                        said.set_value(Some(now));
                    }
                },
                SAID_AFTER,
            );
            set_timeout(
                move || {
                    if turn.try_get_value() == Some(this) {
                        lately.changes.set(Vec::new());
                        lately.payments.set(BTreeSet::new());
                    }
                },
                HIGHLIGHT,
            );
        }
        now
    });
    lately
}

fn differing(before: &[Payment], now: &[Payment]) -> BTreeSet<u16> {
    now.iter()
        .filter(|payment| !before.contains(payment))
        .map(|payment| payment.number)
        .collect()
}
