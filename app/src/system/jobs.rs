//! The installation's jobs: what ran, when it runs next, and, for a vendor's admin, the way to have it done now.

use crate::{
    components::table::Table,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    realtime::use_command,
    thread::state::workspace::Workspace,
};
use leptos::prelude::*;
use orderline_protocol::{
    socket::Command,
    system::{JobRef, JobView},
};

/// Whose page it is.
#[derive(Clone, Copy, Debug)]
pub enum JobsOf {
    /// A vendor's admin may have a job done now.
    Vendor(Callback<()>),
    Platform,
}

const JOB_HEADS: &[&str] = &[
    "system.column.job",
    "system.column.state",
    "system.column.last",
    "system.column.next",
    "system.column.do",
];

/// A job's name in words; one that this page does not know yet keeps its own.
pub fn name_of(name: &str) -> String {
    match name {
        "acceptances" => t("job.acceptances"),
        "housekeeping" => t("job.housekeeping"),
        "lease" => t("job.lease"),
        "mail" => t("job.mail"),
        "refusals" => t("job.refusals"),
        "remind" => t("job.remind"),
        "render" => t("job.render"),
        "sessions" => t("job.sessions"),
        "text_message" => t("job.text_message"),
        other => other.to_owned(),
    }
}

fn when(at: Option<jiff::Timestamp>, never: &'static str) -> String {
    at.map_or_else(|| t(never), |at| format::moment(at, Moment::DayTime))
}

#[component]
pub fn Jobs(jobs: Vec<JobView>, of: JobsOf) -> impl IntoView {
    let row = move |job: JobView| {
        let (class, state) = match (job.running, job.failures, job.last_end) {
            (true, _, _) => ("pill", t("system.state.running")),
            (_, 0, None) => ("pill", t("system.state.not_yet")),
            (_, 0, Some(_)) => ("pill private", t("system.state.good")),
            (_, failures, _) => (
                "pill warn",
                t_with("system.state.failed", &[("count", &failures.to_string())]),
            ),
        };
        let again = match of {
            JobsOf::Vendor(done) => Some((job.next_due.is_some(), done)),
            JobsOf::Platform => None,
        };
        let name = job.name.clone();
        let again = again.map(|(may, done)| {
            let work = may.then_some(JobRef::Job { name });
            view! { <td>{work.map(|work| view! { <Again work=work label="system.run_now" done=done/> })}</td> }
        });
        view! {
            <tr>
                <th scope="row">{name_of(&job.name)}</th>
                <State class=class state=state error=job.error/>
                <td>{when(job.last_done, "system.never")}</td>
                <td>{when(job.next_due, "system.always")}</td>
                {again}
            </tr>
        }
    };
    let acts = matches!(of, JobsOf::Vendor(_));
    let heads = &JOB_HEADS[..JOB_HEADS.len() - usize::from(!acts)];
    view! {
        <h2>{t("system.jobs")}</h2>
        <Table label=t("system.jobs") heads=heads acts=acts>{jobs.into_iter().map(row).collect_view()}</Table>
    }
}

/// How work stands, and why it failed where it did: a column of its own would push the buttons out of sight.
#[component]
pub fn State(class: &'static str, state: String, error: Option<String>) -> impl IntoView {
    let wide = error.is_some();
    view! {
        <td class:wide=wide>
            <span class=class>{state}</span>
            {error.map(|error| view! { <p class="meta">{error}</p> })}
        </td>
    }
}

/// The button that has work done now.
#[component]
pub fn Again(work: JobRef, label: &'static str, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let sending = use_command(Workspace::here().client);
    let ask = move |_| {
        let command = Command::RunJob { work: work.clone() };
        sending.send(command, move |done_now| {
            if done_now.is_some() {
                done.run(());
            }
        });
    };
    view! {
        <button class="btn" disabled=sending.busy() on:click=ask>{t(label)}</button>
        <small class="error" role="alert">{sending.words()}</small>
    }
}
