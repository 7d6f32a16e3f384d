//! The look that the platform's people have taken from their page: one at a time, and the last one is kept.

use super::{Database, Mail, Subject, Turn, check};
use crate::{
    actor::Steward,
    auth,
    blob::Blob,
    config::SmtpSettings,
    failure::Failure,
    outside::{mail::Mailer, sms::Sms},
    store::{Store, nodes, recording::kept},
    usecase::{JobCx, Reach, Runner, jobs::list},
};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{checkup::bounds::DiskBounds, ids::UserId, people::roles::Action};
use orderline_protocol::system::{CheckupView, JobView, NodeView, StorageView, SystemView};
use std::sync::Arc;

/// Who asks again this soon is answered with what was just found.
const FRESH: SignedDuration = SignedDuration::from_secs(2);
/// A process that has said nothing for so long does not run any more.
const SILENT: SignedDuration = SignedDuration::from_mins(2);

/// What is needed to look. Cheap to clone.
#[derive(Clone)]
pub struct Checkup {
    pub run: Runner,
    pub store: Store,
    pub blob: Blob,
    pub mailer: Arc<dyn Mailer>,
    pub sms: Option<Arc<dyn Sms>>,
}

/// How the installation is, with the last look.
pub async fn read(checkup: &Checkup, steward: &Steward) -> Result<SystemView, Failure> {
    let run = &checkup.run;
    auth::authorise_steward(steward, Action::ReadSystem)?;
    let counted = run.job(Reach::Everyone, |cx| counted(cx).boxed());
    let Counted { nodes, kept, jobs } = counted.await?;
    let data = run.env.config.data.clone();
    let disk = tokio::task::spawn_blocking(move || {
        let waiting = super::disk::waiting(&data.join("spool")).unwrap_or(0);
        (waiting, super::disk::free(&data).ok())
    });
    let (waiting, free) = disk.await.unwrap_or((0, None));
    Ok(SystemView {
        checkup: run.env.health.last_checkup(),
        nodes: nodes.into_iter().map(view).collect(),
        storage: StorageView {
            objects: kept.objects.try_into().unwrap_or(0),
            bytes: kept.bytes.try_into().unwrap_or(0),
            waiting,
            free,
        },
        jobs,
    })
}

/// Looks at everything now. Who comes while others look is answered with what they find.
pub async fn check_now(checkup: &Checkup, steward: &Steward) -> Result<CheckupView, Failure> {
    let run = &checkup.run;
    auth::authorise_steward(steward, Action::ReadSystem)?;
    let health = &run.env.health;
    let _one_at_a_time = health.checking.lock().await;
    let now = run.env.clock.now();
    let fresh = |at: Timestamp| now.duration_since(at).abs() < FRESH;
    if let Some(view) = health.last_checkup().filter(|it| fresh(it.at)) {
        return Ok(view);
    }
    let findings = check(&subject(checkup, now)).await;
    let at = run.env.clock.now();
    let view = CheckupView { at, findings };
    health.keep_checkup(view.clone());
    Ok(view)
}

/// What the database knows.
struct Counted {
    nodes: Vec<nodes::Node>,
    kept: kept::Kept,
    jobs: Vec<JobView>,
}

async fn counted(cx: &mut JobCx<'_>) -> Result<Counted, Failure> {
    Ok(Counted {
        nodes: nodes::running(&mut cx.tx, cx.now - SILENT).await?,
        kept: kept::kept(&mut cx.tx).await?,
        jobs: list::of_installation(&mut cx.tx, cx.now).await?,
    })
}

fn view(node: nodes::Node) -> NodeView {
    NodeView {
        node: node.id,
        url: node.public_url,
        version: node.version,
        started_at: node.started_at,
        seen_at: node.seen_at,
    }
}

/// This very process.
fn subject(checkup: &Checkup, now: Timestamp) -> Subject {
    let env = &checkup.run.env;
    let host = env.config.mail.smtp.as_ref().map(SmtpSettings::host);
    let trial = env.entropy.uuid(now);
    // Nobody's: the name stands for whoever is told the credential.
    let turn = env.turn.servers(UserId::from_uuid(trial), now);
    let turn = match (turn.into_iter().next(), env.turn.answers()) {
        (Some(server), _) => Turn::At(server),
        (None, Some(_)) => Turn::Silent,
        (None, None) => Turn::None,
    };
    Subject {
        config: Arc::clone(&env.config),
        now,
        trial,
        database: Database::At {
            store: checkup.store.clone(),
            login: None,
        },
        blob: Some(checkup.blob.clone()),
        mail: match host {
            None => Mail::None,
            Some(host) => Mail::At {
                host,
                mailer: Arc::clone(&checkup.mailer),
                parcel: None,
            },
        },
        sms: checkup.sms.clone(),
        turn,
        running: Some(env.node),
        port: Some(env.port),
        url: env.node_url.clone(),
        disk: DiskBounds::default(),
    }
}
