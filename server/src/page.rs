//! Keyset pages: a list is filtered, then cut, and the next page begins after the last row of this one.

use jiff::Timestamp;
use orderline_protocol::page::{MAX_PAGE_SIZE, PAGE_SIZE, Page, PageCursor};
use uuid::Uuid;

/// Where a row stands in its list: what the list is sorted by (a time in microseconds or a number), then its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    place: i64,
    id: Uuid,
}

impl Key {
    /// In a list that is sorted by time.
    pub fn time(at: Timestamp, id: Uuid) -> Self {
        Self::number(at.as_microsecond(), id)
    }

    /// In a list that is sorted by number.
    pub const fn number(place: i64, id: Uuid) -> Self {
        Self { place, id }
    }

    fn cursor(self) -> PageCursor {
        PageCursor(format!("{:x}.{}", self.place, self.id.simple()))
    }

    fn read(cursor: &str) -> Option<Self> {
        let (place, id) = cursor.split_once('.')?;
        // Written as its bits, so that times before 1970 are read as well.
        let bits = u64::from_str_radix(place, 16).ok()?;
        Some(Self {
            place: bits.cast_signed(),
            id: id.parse().ok()?,
        })
    }
}

/// A text that no page ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a page")]
pub struct NotACursor;

/// Which page is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    after: Option<Key>,
    size: u32,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            after: None,
            size: PAGE_SIZE,
        }
    }
}

impl Wanted {
    /// The page after a cursor, or the first.
    ///
    /// # Errors
    /// When the cursor is none of ours.
    pub fn new(after: Option<&str>, size: Option<u32>) -> Result<Self, NotACursor> {
        let after = after
            .map(|cursor| Key::read(cursor).ok_or(NotACursor))
            .transpose()?;
        let size = size.unwrap_or(PAGE_SIZE).clamp(1, MAX_PAGE_SIZE);
        Ok(Self { after, size })
    }

    /// Whether nothing stands before it.
    pub const fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// The time after which the page begins.
    pub fn time(&self) -> Option<Timestamp> {
        let place = self.after?.place;
        // Out of range is after everything there is.
        Some(Timestamp::from_microsecond(place).unwrap_or(Timestamp::MAX))
    }

    /// The number after which the page begins.
    pub fn number(&self) -> Option<i64> {
        self.after.map(|key| key.place)
    }

    /// The id after which the page begins, among rows of the same time or number.
    pub fn id(&self) -> Option<Uuid> {
        self.after.map(|key| key.id)
    }

    /// Rows to read: one more than the page holds tells whether another follows.
    pub fn rows(&self) -> i64 {
        i64::from(self.size) + 1
    }

    /// Cuts the rows that were read to a page.
    pub fn cut<R>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> Key) -> Part<R> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(key);
        Part { items: rows, next }
    }
}

/// A part of a list as it is read, before it becomes a page that travels.
#[derive(Clone, Debug)]
pub struct Part<T> {
    pub items: Vec<T>,
    next: Option<Key>,
}

impl<T> Part<T> {
    /// The same part of what its items become.
    ///
    /// # Errors
    /// The first that an item cannot become it.
    pub fn try_map<U, E>(self, item: impl FnMut(T) -> Result<U, E>) -> Result<Part<U>, E> {
        let items = self.items.into_iter().map(item).collect::<Result<_, E>>()?;
        Ok(Part {
            items,
            next: self.next,
        })
    }

    /// The same part of what its items become.
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> Part<U> {
        Part {
            items: self.items.into_iter().map(item).collect(),
            next: self.next,
        }
    }

    /// The page of what was made of its items together.
    pub fn with<V>(self, items: Vec<V>) -> Page<V> {
        Page {
            items,
            next: self.next.map(Key::cursor),
        }
    }

    /// The page, its items as people see them.
    pub fn page<V>(self, view: impl FnMut(T) -> V) -> Page<V> {
        let next = self.next.map(Key::cursor);
        let items = self.items.into_iter().map(view).collect();
        Page { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(place in any::<i64>(), id in any::<u128>()) {
            let key = Key::number(place, Uuid::from_u128(id));
            prop_assert_eq!(Key::read(&key.cursor().0), Some(key));
        }

        #[test]
        fn pages_hold_every_row_once(count in 0_i64..60, size in 1_u32..70) {
            let rows: Vec<i64> = (0..count).collect();
            let (mut seen, mut after) = (Vec::new(), None::<String>);
            loop {
                let wanted = Wanted::new(after.as_deref(), Some(size)).expect("our own");
                let from = wanted.number().map_or(0, |last| last + 1);
                let read = rows.iter().copied().filter(|row| *row >= from);
                let limit = usize::try_from(wanted.rows()).expect("small");
                let part = wanted.cut(read.take(limit).collect(), |row| Key::number(*row, Uuid::nil()));
                let page = part.page(|row| row);
                prop_assert!(page.items.len() <= size as usize);
                seen.extend(page.items);
                match page.next {
                    Some(next) => after = Some(next.0),
                    None => break,
                }
            }
            prop_assert_eq!(seen, rows);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            "x.0190",
            "1.zz",
            "1 .00000000000000000000000000000000",
        ] {
            assert_eq!(
                Wanted::new(Some(text), None).err(),
                Some(NotACursor),
                "{text}"
            );
        }
        let largest = Wanted::new(None, Some(u32::MAX)).expect("cut");
        assert_eq!(largest.rows(), i64::from(MAX_PAGE_SIZE) + 1);
    }
}
