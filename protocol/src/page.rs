//! Lists come a page at a time: `?after=CURSOR&limit=N`.

use serde::{Deserialize, Serialize};

/// Items of a page for which no number is asked.
pub const PAGE_SIZE: u32 = 50;
/// Items of the largest page.
pub const MAX_PAGE_SIZE: u32 = 200;

/// Where the next page begins. Made and read by the server alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageCursor(pub String);

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to ask for the page after this one; none: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<PageCursor>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}
