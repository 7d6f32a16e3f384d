//! Who hears of a thread without taking part in it.

use crate::{
    offer_support::{Shelf, complete, confirm, place, show},
    support::{Socket, TestApp},
};
use orderline_protocol::socket::{ClientFrame, ClientSignal, ServerFrame, ServerSignal};

/// The thread that a frame tells of, as far as it tells of one.
fn about(frame: &ServerFrame) -> Option<orderline_domain::ids::ThreadId> {
    match frame {
        ServerFrame::Event { thread, .. } | ServerFrame::Reset { thread } => Some(*thread),
        ServerFrame::State { state } => Some(state.thread),
        ServerFrame::Signal { signal } => signal.thread(),
        _ => None,
    }
}

/// Staff of another vendor who name a thread's id hear nothing of it, by Hello or Follow; the vendor's own support
/// hears everything.
#[tokio::test]
async fn nobody_hears_of_another_vendors_thread() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    let shelf = Shelf::fill(&app, ours).await;
    let seller = app.sign_in(&ours.email("seller")).await;
    let buyer = app.sign_in(&ours.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(ours.thread, 0)]).await;
    seller.say(ours.thread, "hello").await;

    let mut strangers = Vec::new();
    for person in ["support", "compliance", "admin"] {
        let browser = app.sign_in(&other.email(person)).await;
        let cursors = [(ours.thread, 0), (other.thread, 0)];
        let (mut stranger, _) = Socket::hello(&browser, &cursors).await;
        stranger
            .send(&ClientFrame::Follow {
                thread: ours.thread,
                seq: 0,
                state: 0,
            })
            .await;
        strangers.push(stranger);
    }
    let support = app.sign_in(&ours.email("support")).await;
    let (mut support, _) = Socket::hello(&support, &[(ours.thread, 0)]).await;
    assert_eq!(support.event(ours.thread).await.seq, 1);

    let (mut buyer, _) = Socket::hello(&buyer, &[(ours.thread, 0)]).await;
    let mut draft = complete(&app, &shelf.one_time);
    let typing = ClientSignal::Typing {
        thread: ours.thread,
    };
    buyer.send(&ClientFrame::Signal { signal: typing }).await;
    seller
        .send(&ClientFrame::Signal {
            signal: ClientSignal::Draft {
                thread: ours.thread,
                draft: draft.clone(),
                take_over: false,
            },
        })
        .await;
    support.signal(is_typing).await;
    support.signal(is_draft).await;
    draft.version += 1;
    let shown = show(&mut seller, ours.thread, &draft).await;
    confirm(&mut buyer, &shown).await;
    place(&mut seller, &shown).await;
    support.signal(is_offer).await;
    support.signal(is_order).await;
    for seq in 2..=4 {
        assert_eq!(support.event(ours.thread).await.seq, seq);
    }

    // What is said in their own thread comes after whatever they would have been told.
    let their_seller = app.sign_in(&other.email("seller")).await;
    let (mut their_seller, _) = Socket::hello(&their_seller, &[(other.thread, 0)]).await;
    their_seller.say(other.thread, "ours").await;
    for (at, mut stranger) in strangers.into_iter().enumerate() {
        let reads_foreign = at < 2;
        if reads_foreign {
            assert_eq!(stranger.event(other.thread).await.seq, 1);
        } else {
            stranger.send(&ClientFrame::Ping { n: 1 }).await;
            stranger
                .wait(|frame| matches!(frame, ServerFrame::Pong { .. }).then_some(()))
                .await;
        }
        let leaked: Vec<_> = stranger
            .passed_over()
            .filter(|frame| about(frame) == Some(ours.thread))
            .collect();
        assert!(leaked.is_empty(), "{leaked:?}");
    }
    app.stop().await;
}

fn is_typing(signal: &ServerSignal) -> bool {
    matches!(signal, ServerSignal::Typing { .. })
}

fn is_draft(signal: &ServerSignal) -> bool {
    matches!(signal, ServerSignal::Draft { .. })
}

fn is_offer(signal: &ServerSignal) -> bool {
    matches!(signal, ServerSignal::Offer { .. })
}

fn is_order(signal: &ServerSignal) -> bool {
    matches!(signal, ServerSignal::Order { .. })
}
