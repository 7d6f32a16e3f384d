//! Text messages on their way to the task that hands them over.

use orderline_domain::ids::{JoinLinkId, VendorId};
use std::fmt;
use tokio::sync::mpsc;

/// Messages that wait for the task.
const QUEUE: usize = 256;

/// A text message about to be handed over. It holds a token or a code, so that it lives in memory alone.
#[derive(Clone)]
pub struct Message {
    pub link: JoinLinkId,
    pub scope: VendorId,
    pub number: String,
    pub text: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}

/// The way to the task that hands text messages over.
#[derive(Debug)]
pub struct MessageDesk {
    queue: mpsc::Sender<Message>,
}

impl MessageDesk {
    /// A desk and the task's end of it.
    pub fn new() -> (Self, mpsc::Receiver<Message>) {
        let (queue, inbox) = mpsc::channel(QUEUE);
        (Self { queue }, inbox)
    }

    /// Has a message handed over. One that finds no room counts as lost: the seller's list shows it.
    pub fn send(&self, message: Message) {
        if let Err(error) = self.queue.try_send(message) {
            let link = error.into_inner().link;
            tracing::warn!(link.id = %link, "too many text messages wait; one is not sent");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x13_a_message_never_shows_its_token() {
        let message = Message {
            link: JoinLinkId::from_uuid(uuid::Uuid::nil()),
            scope: VendorId::from_uuid(uuid::Uuid::nil()),
            number: "+49341123456".to_owned(),
            text: "secret".to_owned(),
        };
        let shown = format!("{message:?}");
        assert!(!shown.contains("secret") && !shown.contains("+49"));
    }
}
