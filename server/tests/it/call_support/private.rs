//! A call whose media go from browser to browser: what passes through the server are its signals.

use super::{CallSocket, InCall, Page};
use crate::support::{TestApp, socket::command_id};
use orderline_domain::{
    call::mode::Route,
    ids::{CallId, RecordingId},
};
use orderline_protocol::{
    call::{
        CallClientFrame, CallPhase, CallServerFrame, CallView, MediaState, ModeView, PeerSignal,
    },
    problem::Code,
    socket::{Answer, Command, CommandResult, ServerFrame, ServerSignal, TalkStep},
};
use sqlx::{AssertSqlSafe, Row as _};

/// A call with a buyer in a country where calls are private until the contract talk.
pub(crate) struct Private {
    pub app: TestApp,
    pub seller: Page,
    pub buyer: Page,
    pub call: CallView,
    pub at_seller: CallSocket,
    pub at_buyer: CallSocket,
    pub pair: u64,
}

pub(crate) async fn refused(page: &mut Page, body: Command) -> Code {
    match page.socket.command(command_id(), body).await {
        CommandResult::Failed { problem } => problem.code,
        other => panic!("not refused: {other:?}"),
    }
}

/// A step of the contract talk.
pub(crate) fn talk(call: CallId, step: TalkStep) -> Command {
    Command::ContractTalk { call, step }
}

/// The buyer's yes to what was shown.
pub(crate) fn yes(call: &CallView) -> TalkStep {
    TalkStep::Accept {
        wording_hash: call.notice.wording_hash.clone(),
        language: call.notice.language.clone(),
    }
}

/// Joins without an offer, and waits to be told of the pair when the other is there already.
pub(crate) async fn join_privately(page: &Page, call: CallId) -> CallSocket {
    let ticket = page.ticket(call).await.ticket;
    let mut socket = CallSocket::open(&page.browser).await;
    socket
        .send(&CallClientFrame::Join {
            ticket,
            sdp: None,
            media: MediaState::default(),
        })
        .await;
    socket
        .wait(|frame| match frame {
            CallServerFrame::Joined { sdp, .. } => {
                assert!(sdp.is_none(), "the relay answers a private leg");
                Some(())
            }
            _ => None,
        })
        .await;
    socket
}

pub(crate) async fn paired(socket: &mut CallSocket) -> (u64, bool) {
    socket
        .wait(|frame| match frame {
            CallServerFrame::Pair { pair, initiator } => Some((*pair, *initiator)),
            _ => None,
        })
        .await
}

pub(crate) async fn moved(socket: &mut CallSocket) -> Route {
    socket
        .wait(|frame| match frame {
            CallServerFrame::Moved { route } => Some(*route),
            _ => None,
        })
        .await
}

pub(crate) async fn signal(socket: &mut CallSocket) -> (u64, PeerSignal) {
    socket
        .wait(|frame| match frame {
            CallServerFrame::Private { pair, body } => Some((*pair, body.clone())),
            _ => None,
        })
        .await
}

impl Private {
    pub(crate) async fn start() -> Self {
        let app = TestApp::start().await;
        let shop = &app.shops.ours;
        let mut conn = app.database.connect().await;
        let home = format!(
            "UPDATE people SET country = 'DE' WHERE user_id = '{}'",
            shop.user("buyer")
        );
        sqlx::raw_sql(AssertSqlSafe(home))
            .execute(&mut conn)
            .await
            .expect("the database answers");
        let mut seller = Page::open(&app, shop, "seller").await;
        let mut buyer = Page::open(&app, shop, "buyer").await;
        let rung = seller.ring(shop.thread).await;
        assert_eq!(rung.mode, ModeView::Private);
        let answer = Answer::Accept {
            wording_hash: None,
            language: None,
        };
        let call = buyer
            .call(Command::AnswerCall {
                call: rung.call,
                answer,
            })
            .await;
        assert_eq!(call.mode, ModeView::Private);
        let mut at_seller = join_privately(&seller, call.call).await;
        let mut at_buyer = join_privately(&buyer, call.call).await;
        let (pair, initiator) = paired(&mut at_seller).await;
        assert!(initiator);
        assert_eq!(paired(&mut at_buyer).await, (pair, false));
        let up = CallClientFrame::Link { up: true };
        at_seller.send(&up).await;
        at_buyer.send(&up).await;
        seller.phase(CallPhase::Active).await;
        for socket in [&mut at_seller, &mut at_buyer] {
            assert_eq!(moved(socket).await, Route::Private);
        }
        Self {
            app,
            seller,
            buyer,
            call,
            at_seller,
            at_buyer,
            pair,
        }
    }

    /// From the question to the moment when both sides' media flow through the relay and are recorded.
    pub(crate) async fn record(&mut self) -> (RecordingId, InCall, InCall) {
        let call = self.call.call;
        let asked = self.seller.call(talk(call, TalkStep::Ask)).await;
        assert!(matches!(asked.mode, ModeView::Asked { .. }));
        let recorded = self.buyer.call(talk(call, yes(&self.call))).await;
        let ModeView::Recorded { recording, .. } = recorded.mode else {
            panic!("not recorded: {:?}", recorded.mode)
        };
        assert_eq!(recorded.recording_since, None, "nothing is in it yet");
        let mut at_seller = self.seller.join(call, 1).await;
        let mut at_buyer = self.buyer.join(call, 2).await;
        for leg in [&mut at_seller, &mut at_buyer] {
            assert_eq!(moved(&mut leg.signalling).await, Route::Relay);
        }
        let since = |frame: &ServerFrame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Call { call },
            } => call.recording_since,
            _ => None,
        };
        self.seller.socket.wait(since).await;
        at_seller.hears().await;
        at_buyer.hears().await;
        (recording, at_seller, at_buyer)
    }

    pub(crate) async fn number(&self, query: &str) -> i64 {
        let mut conn = self.app.database.connect().await;
        sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut conn)
            .await
            .expect("the database answers")
            .get(0)
    }

    /// Whether anything of a recording lies on the disk.
    pub(crate) fn spooled(&self) -> bool {
        let spool = self.app.data.path().join("spool");
        std::fs::read_dir(spool).is_ok_and(|mut it| it.next().is_some())
    }
}
