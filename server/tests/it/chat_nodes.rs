//! Two servers on one database.

use crate::support::{Socket, TestApp};
use orderline_protocol::socket::{ClientFrame, ClientSignal, ServerFrame, ServerSignal};

/// X12: what one node writes and signals reaches the sockets of the other.
#[tokio::test]
async fn x12_two_nodes_on_one_database_are_one_chat() {
    let app = TestApp::start_with(&["--several-nodes"]).await;
    let (other, _data) = app.second().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let mut buyer = crate::support::Browser::new(other.addr);
    buyer
        .sign_in(&shop.email("buyer"), crate::support::PASSWORD)
        .await;
    let (mut here, _) = Socket::hello(&seller, &[(shop.thread, 0)]).await;
    let (mut there, _) = Socket::hello(&buyer, &[(shop.thread, 0)]).await;
    for round in 0..20 {
        // In turns and at once: each node writes onto what the other wrote.
        let (mine, theirs) = tokio::join!(
            here.say(shop.thread, "here"),
            there.say(shop.thread, "there")
        );
        assert_eq!(mine.max(theirs), 2 * (round + 1));
    }
    for seq in 1..=40 {
        assert_eq!(here.event(shop.thread).await.seq, seq);
        assert_eq!(there.event(shop.thread).await.seq, seq);
    }
    let typing = ClientSignal::Typing {
        thread: shop.thread,
    };
    there.send(&ClientFrame::Signal { signal: typing }).await;
    let who = here
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Typing { user, .. },
            } => Some(*user),
            _ => None,
        })
        .await;
    assert_eq!(who, shop.user("buyer"));
    other.stop().await.expect("the second node stops");
    app.stop().await;
}
