//! What the demo's people have said to each other.

use crate::{
    app::App,
    failure::Failure,
    store::{
        Tx,
        thread::events::{NewEvent, append_event},
    },
    usecase::contact_gate,
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    ids::ThreadId,
    text::MessageText,
    thread::{Author, EventBody},
};

/// One thread with its messages, a few minutes apart, ending some hours ago.
pub(super) struct Conversation {
    pub title: &'static str,
    pub seller: &'static str,
    pub buyer: &'static str,
    hours_ago: i64,
    /// Who said what.
    pub messages: &'static [(&'static str, &'static str)],
}

const MARA: &str = "mara@nordlicht.example";
const JANA: &str = "jana@lind.example";
const FELIX: &str = "felix@weber.example";
const INES: &str = "ines@carvalho.example";
const CAMILLE: &str = "camille@moreau.example";

pub(super) const ALL: [Conversation; 4] = [
    Conversation {
        title: "Coaching Pro for a team of one",
        seller: MARA,
        buyer: JANA,
        hours_ago: 1,
        messages: &[
            (
                JANA,
                "Hello! I read about Coaching Pro. Is it also for people who work alone?",
            ),
            (
                MARA,
                "Hello Jana, yes: about half of our participants are freelancers. You get twelve sessions with the \
                 same coach.",
            ),
            (JANA, "And could I pay in instalments?"),
            (
                MARA,
                "You can, over three or six months. Shall I call you? Then we look at the dates together.",
            ),
            (JANA, "Good idea, I am at my desk until six."),
        ],
    },
    Conversation {
        title: "Starter course, March group",
        seller: MARA,
        buyer: FELIX,
        hours_ago: 26,
        messages: &[
            (FELIX, "Are there places left in the March group?"),
            (
                MARA,
                "Four, as of this morning. May I keep one for you until Friday?",
            ),
            (FELIX, "Yes please."),
        ],
    },
    Conversation {
        title: "Starter course from Lyon",
        seller: MARA,
        buyer: CAMILLE,
        hours_ago: 50,
        messages: &[
            (
                CAMILLE,
                "Bonjour! Can I take the Starter course from Lyon, in the evenings?",
            ),
            (
                MARA,
                "Bonjour Camille, yes: all evenings are online. Shall I call you tomorrow?",
            ),
            (CAMILLE, "Please do, after six."),
        ],
    },
    Conversation {
        title: "Invoice address",
        seller: MARA,
        buyer: INES,
        hours_ago: 75,
        messages: &[
            (
                INES,
                "My company moved; can the next invoice go to the new address in Porto?",
            ),
            (
                MARA,
                "Of course. I will ask for it when we speak, so that it is right on the offer.",
            ),
        ],
    },
];

impl Conversation {
    /// When the thread was opened.
    pub(super) fn begins(&self, now: Timestamp) -> Timestamp {
        back(now, self.hours_ago * 60 + 30)
    }

    /// When message `number` (from 0) was written.
    pub(super) fn at(&self, now: Timestamp, number: usize) -> Timestamp {
        let minutes = i64::try_from(number).unwrap_or(0) * 3;
        back(now, self.hours_ago * 60 + 25 - minutes)
    }
}

fn back(now: Timestamp, minutes: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_mins(minutes))
        .unwrap_or(now)
}

/// Appends a message.
pub(super) async fn say(
    app: &App,
    tx: &mut Tx,
    thread: ThreadId,
    author: Author,
    at: Timestamp,
    text: &str,
) -> Result<(), Failure> {
    let text = MessageText::new(text).map_err(|error| Failure::Internal(error.to_string()))?;
    let body = EventBody::MessageSent { text };
    let new = NewEvent {
        thread,
        author,
        command: None,
        at,
        salt: app.entropy.bytes32(),
        body: contact_gate::passed(tx, &body).await?,
    };
    append_event(tx, new).await?;
    Ok(())
}
