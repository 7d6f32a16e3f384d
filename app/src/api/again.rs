//! What the server asks before some requests: that somebody shows once more who they are. The page draws the question; it
//! registers itself here, since the client knows nothing of pages.

use futures::future::LocalBoxFuture;
use std::cell::RefCell;

/// Asks, and answers whether they have shown it.
type Asker = Box<dyn Fn() -> LocalBoxFuture<'static, bool>>;

thread_local! {
    static ASKER: RefCell<Option<Asker>> = const { RefCell::new(None) };
}

/// From now on this asks.
pub fn ask_by(asker: impl Fn() -> LocalBoxFuture<'static, bool> + 'static) {
    ASKER.set(Some(Box::new(asker)));
}

/// Whether they have shown it, asked now.
pub(super) async fn is_shown() -> bool {
    let asked = ASKER.with_borrow(|asker| asker.as_ref().map(|ask| ask()));
    match asked {
        Some(asked) => asked.await,
        None => false,
    }
}
