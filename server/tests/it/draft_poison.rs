//! A draft that can never be saved.

use crate::{
    call_support::Page,
    support::{TestApp, eventually},
};
use orderline_domain::offer::draft::Draft;
use orderline_protocol::{
    socket::{ClientFrame, ClientSignal, ServerFrame, ServerSignal},
    thread::ThreadSnapshot,
};

/// Its editor is told; another vendor's draft is saved meanwhile; what is typed next is saved too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_can_never_be_saved_is_given_up_and_told() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    // Stands for whatever the database refuses for good.
    let refuse = "ALTER TABLE offers ADD CONSTRAINT refused CHECK (draft ->> 'payments' IS DISTINCT FROM '1')";
    let mut conn = app.database.connect().await;
    sqlx::query(refuse)
        .execute(&mut conn)
        .await
        .expect("refused");
    let mut seller = Page::open(&app, ours, "seller").await;
    let mut neighbour = Page::open(&app, other, "seller").await;
    let typed = |thread, version, notes: &str| ClientFrame::Signal {
        signal: ClientSignal::Draft {
            thread,
            draft: Draft {
                version,
                payments: notes.to_owned(),
                ..Draft::default()
            },
            take_over: false,
        },
    };
    seller.socket.send(&typed(ours.thread, 1, "1")).await;
    neighbour.socket.send(&typed(other.thread, 1, "3")).await;
    let told = seller
        .socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::DraftUnsaved { thread },
            } => Some(*thread),
            _ => None,
        })
        .await;
    assert_eq!(told, ours.thread);
    seller.socket.send(&typed(ours.thread, 2, "2")).await;
    for (thread, wanted) in [(ours.thread, "2"), (other.thread, "3")] {
        eventually("it is saved", async || {
            let mut conn = app.database.connect().await;
            let saved: Option<String> =
                sqlx::query_scalar("SELECT draft ->> 'payments' FROM offers WHERE thread_id = $1")
                    .bind(thread.as_uuid())
                    .fetch_optional(&mut conn)
                    .await
                    .ok()?;
            (saved.as_deref() == Some(wanted)).then_some(())
        })
        .await;
    }
    let snapshot: ThreadSnapshot = seller
        .browser
        .read(&format!("/api/threads/{}", ours.thread))
        .await;
    assert_eq!(snapshot.offer.expect("an offer").draft.payments, "2");
    app.stop().await;
}
