//! Messages that the server has not confirmed yet survive a reload: kept in the browser's storage, one entry a
//! command, apart per person. Never anything but message texts and their ids, and gone when the reply came or
//! the person signs out.

use crate::json;
use orderline_domain::ids::{CommandId, ThreadId, UserId};
use serde::{Deserialize, Serialize};

/// Messages kept at a time, per person.
pub const MAX_KEPT: usize = 100;

/// A message that waits, as it is stored. Only messages are: a call that starts or an order that is placed because
/// somebody opened a page an hour later would be a surprise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub id: CommandId,
    pub thread: ThreadId,
    pub text: String,
    /// When it was written, in milliseconds since 1970 by the person's own clock: the order of sending.
    pub written_at: f64,
}

/// Reads stored entries: unreadable ones are dropped, the rest come oldest first, at most [`MAX_KEPT`].
pub fn read(entries: impl IntoIterator<Item = String>) -> Vec<Kept> {
    let mut kept: Vec<Kept> = entries
        .into_iter()
        .filter_map(|json| json::read(&json).ok())
        .collect();
    kept.sort_by(|a, b| a.written_at.total_cmp(&b.written_at));
    kept.truncate(MAX_KEPT);
    kept
}

/// The storage of one person's waiting messages. Where the browser gives no storage, nothing is kept.
#[derive(Clone, Debug)]
pub struct Outbox {
    prefix: String,
}

impl Outbox {
    /// The outbox of this person in this browser.
    pub fn of(user: UserId) -> Self {
        Self {
            prefix: format!("orderline.outbox.{user}."),
        }
    }

    /// Keeps a message until [`Self::forget`].
    pub fn keep(&self, entry: &Kept) {
        if let Some(storage) = storage()
            && let Ok(json) = serde_json::to_string(entry)
            && self.keys(&storage).len() < MAX_KEPT
        {
            // A full storage loses only the survival of a reload; the message is on its way all the same.
            let _ = storage.set_item(&format!("{}{}", self.prefix, entry.id), &json);
        }
    }

    /// The reply came.
    pub fn forget(&self, id: CommandId) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&format!("{}{id}", self.prefix));
        }
    }

    /// Everything that waits, oldest first.
    pub fn waiting(&self) -> Vec<Kept> {
        let Some(storage) = storage() else {
            return Vec::new();
        };
        read(
            self.keys(&storage)
                .iter()
                .filter_map(|key| storage.get_item(key).ok().flatten()),
        )
    }

    /// Forgets everything: the person signed out, perhaps of a borrowed computer.
    pub fn clear(&self) {
        if let Some(storage) = storage() {
            for key in self.keys(&storage) {
                let _ = storage.remove_item(&key);
            }
        }
    }

    fn keys(&self, storage: &web_sys::Storage) -> Vec<String> {
        let length = storage.length().unwrap_or(0);
        (0..length)
            .filter_map(|n| storage.key(n).ok().flatten())
            .filter(|key| key.starts_with(&self.prefix))
            .collect()
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn kept(n: u128, written_at: f64) -> Kept {
        Kept {
            id: CommandId::from_uuid(Uuid::from_u128(n)),
            thread: ThreadId::from_uuid(Uuid::from_u128(9)),
            text: "hello".to_owned(),
            written_at,
        }
    }

    #[test]
    fn x11_messages_come_back_in_the_order_of_writing() {
        let stored =
            [kept(2, 20.0), kept(1, 10.0)].map(|k| serde_json::to_string(&k).expect("JSON"));
        let ids: Vec<f64> = read(stored).iter().map(|k| k.written_at).collect();
        assert_eq!(ids, vec![10.0, 20.0]);
    }

    #[test]
    fn what_is_unreadable_is_dropped() {
        let stored = [
            "nonsense".to_owned(),
            serde_json::to_string(&kept(1, 1.0)).expect("JSON"),
            r#"{"id":"0193a6a0-0000-7000-8000-000000000001","written_at":2.0}"#.to_owned(),
        ];
        assert_eq!(read(stored), [kept(1, 1.0)]);
    }

    #[test]
    fn the_outbox_is_bounded() {
        let stored = (0..300).map(|n| serde_json::to_string(&kept(n, 1.0)).expect("JSON"));
        assert_eq!(read(stored).len(), MAX_KEPT);
    }
}
