//! `orderline doctor`: looks at an installation from outside of its server, and says in words what it found.

mod subject;
mod words;

use crate::{
    config::{Config, DoctorArgs},
    outside,
    usecase::checkup,
};
use orderline_domain::checkup::{Finding, Verdict, bounds::DiskBounds};
use serde::Serialize;

/// What was found, in the order of the parts.
pub struct Report(Vec<Finding>);

/// A line of the report, for machines.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    words: String,
}

/// Looks at everything. Nothing on this machine is changed.
pub async fn examine(args: DoctorArgs) -> anyhow::Result<Report> {
    examine_with(args, DiskBounds::default()).await
}

/// The same with other ideas of how much room is enough.
pub async fn examine_with(args: DoctorArgs, disk: DiskBounds) -> anyhow::Result<Report> {
    outside::choose_tls();
    let send_to = args.send_to;
    let config = Config::try_from(args.serve)?;
    let subject = subject::of(config, send_to, disk)?;
    Ok(Report(checkup::check(&subject).await))
}

impl Report {
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Whether something that people need does not work.
    pub fn is_broken(&self) -> bool {
        self.0.iter().any(|it| it.verdict == Verdict::Broken)
    }

    /// A line a part, for people.
    pub fn text(&self) -> String {
        let lines = self.0.iter().map(|it| {
            let (verdict, part) = (words::verdict(it.verdict), words::part(it.part));
            format!("{verdict:<11} {part:<18} {}\n", words::of(it))
        });
        lines.collect()
    }

    /// An array of one object a part, for machines.
    pub fn json(&self) -> serde_json::Result<String> {
        let lines: Vec<Line<'_>> = self
            .0
            .iter()
            .map(|finding| Line {
                finding,
                words: words::of(finding),
            })
            .collect();
        serde_json::to_string_pretty(&lines)
    }
}
