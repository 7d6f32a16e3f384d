//! How the installation is: what a call needs, and what its jobs did.

use jiff::Timestamp;
use orderline_domain::{
    checkup::{Finding, PlatformStep, ShopStep},
    ids::NodeId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What `GET /readyz` answers; with status 503 when `ready` is false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// Whether a call could be made here now.
    pub ready: bool,
    pub parts: Vec<PartView>,
}

/// One thing that the server depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    pub part: Part,
    pub ok: bool,
    /// Without it no call can be made.
    pub needed: bool,
    /// What is wrong, or that nothing is.
    pub words: String,
}

/// The things that the server depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Database,
    /// The object storage.
    Bucket,
    /// Room for recordings that wait to be stored.
    Spool,
    /// What passes a recorded call's packets on.
    Relay,
    Turn,
    /// The tasks of this process.
    Tasks,
    /// The process itself, which takes no new calls while it stops.
    Process,
}

impl Part {
    pub const ALL: [Self; 7] = [
        Self::Database,
        Self::Bucket,
        Self::Spool,
        Self::Relay,
        Self::Turn,
        Self::Tasks,
        Self::Process,
    ];
}

/// What `GET /api/jobs` answers: what ran, what waits and what failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobsView {
    /// The installation's jobs, by name.
    pub jobs: Vec<JobView>,
    /// The vendor's own queued work: what was given up first, then what waits longest.
    pub queued: Vec<QueuedJobView>,
}

/// A job of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    pub name: String,
    pub running: bool,
    /// None: it looks for work all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_end: Option<Timestamp>,
    /// The last run that did not fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_done: Option<Timestamp>,
    /// Failed runs in a row; 0: the last one was good.
    pub failures: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Queued work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedJobView {
    pub job: Uuid,
    /// The name of the job that does it.
    pub name: String,
    pub run_at: Timestamp,
    pub attempts: u32,
    pub running: bool,
    /// It was given up then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// What it works on is still there.
    pub repeatable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Which work is to be done now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobRef {
    /// A job of the installation that is due by schedule.
    Job { name: String },
    /// Queued work of one's vendor.
    Queued { job: Uuid },
}

/// What `GET /api/platform/system` answers: how the installation is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemView {
    /// The last look at everything that this node took; none yet since its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkup: Option<CheckupView>,
    pub nodes: Vec<NodeView>,
    pub storage: StorageView,
    /// The installation's jobs, by name.
    pub jobs: Vec<JobView>,
}

/// What `POST /api/platform/checkup` answers: everything that the installation stands on, looked at just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckupView {
    pub at: Timestamp,
    /// One a part.
    pub findings: Vec<Finding>,
}

/// A server process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeView {
    pub node: NodeId,
    pub url: String,
    pub version: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
}

/// What is kept, and what waits to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageView {
    /// Objects of recordings in the store, and their bytes.
    pub objects: u64,
    pub bytes: u64,
    /// Bytes that wait on this node.
    pub waiting: u64,
    /// Free on the disk of this node's data folder; none: it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<u64>,
}

/// What `GET /api/platform/steps` answers: what is done and what is missing up to the first call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformSteps {
    pub steps: Vec<StepView<PlatformStep>>,
}

/// What `GET /api/vendor/steps` answers: the same for one vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopSteps {
    pub steps: Vec<StepView<ShopStep>>,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView<Step> {
    pub step: Step,
    pub done: bool,
}
