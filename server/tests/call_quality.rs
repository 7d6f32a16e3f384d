//! How the lines of a call were: told to the other side at once, kept with the call, read by whoever may.

mod call_support;
mod support;

use call_support::running;
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame},
    problem::Code,
    quality::{CallQuality, LineLevel, QualitySample},
    socket::Command,
    view::CallPhase,
};
use support::{TestApp, client::problem, eventually};

fn sample(level: LineLevel) -> QualitySample {
    QualitySample {
        level,
        loss_in: 4_000,
        rtt_ms: 210,
        bits_in: 640_000,
        available_out: Some(300_000),
        ..QualitySample::default()
    }
}

/// B2: a weak line is shown to the other side; the timeline is there for support after the call, and for nobody
/// who may not see it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b2_a_weak_line_is_told_and_kept_for_support() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    for level in [LineLevel::Weak, LineLevel::Bad] {
        run.at_buyer
            .signalling
            .send(&CallClientFrame::Quality {
                sample: sample(level),
            })
            .await;
        run.at_seller
            .signalling
            .wait(|frame| match frame {
                CallServerFrame::Peer { peer } => (peer.line == Some(level)).then_some(()),
                _ => None,
            })
            .await;
    }
    let ended = run.seller.call(Command::HangUp { call: run.call }).await;
    assert_eq!(ended.phase, CallPhase::Ended);

    let path = format!("/api/calls/{}/quality", run.call);
    let support = app.sign_in(&app.shops.ours.email("support")).await;
    let kept = eventually("the points are written", || async {
        let kept: CallQuality = support.read(&path).await;
        (!kept.points.is_empty()).then_some(kept)
    })
    .await;
    assert_eq!(kept.points.len(), 1, "one in five seconds");
    let point = kept.points[0];
    assert_eq!((point.seat, point.sample.level), (1, LineLevel::Weak));
    assert_eq!(point.sample.loss_in, 1_000, "what cannot be is cut");
    assert_eq!(point.sample.available_out, Some(300_000));
    assert_eq!(kept.people.len(), 2);

    let own: CallQuality = run.seller.browser.read(&path).await;
    assert_eq!(own, kept);
    let refused = problem(run.buyer.browser.get(&path).await).await;
    assert_eq!(refused.code, Code::NotAllowed);
    let colleague = app.sign_in(&app.shops.ours.email("seller2")).await;
    let hidden = problem(colleague.get(&path).await).await;
    assert_eq!(hidden.code, Code::NotFound);
    let elsewhere = app.sign_in(&app.shops.other.email("support")).await;
    let hidden = problem(elsewhere.get(&path).await).await;
    assert_eq!(hidden.code, Code::NotFound);
    app.stop().await;
}
