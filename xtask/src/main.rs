//! The project's own tool: sets a machine up, builds, runs, checks and measures. `cargo xtask help` lists what it does.

mod app;
mod arrows;
mod bench;
mod cluster;
mod length;
mod lint;
mod nightly;
mod requirements;
mod run;
mod scripts;
mod setup;
mod shell;
mod sqlx;
mod test;
mod timings;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Sets up, builds, runs, checks and measures Orderline"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing on this machine for running, or for everything.
    Setup {
        /// Only what `run` needs: no browser, no ffmpeg.
        #[arg(long)]
        run_only: bool,
    },
    /// Build the browser app into app/dist.
    App {
        /// Small and compressed, as it is shipped.
        #[arg(long)]
        release: bool,
    },
    /// Set up, build everything and start the demo server.
    Run {
        /// The loopback port of the pages.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Where the server keeps its database, recordings and keys.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// The app quick to rebuild too: megabytes large and slow to start.
        #[arg(long, conflicts_with = "release")]
        dev: bool,
        /// The server optimised, as it is shipped: takes twice as long to build, carries many calls.
        #[arg(long)]
        release: bool,
    },
    /// Run the tests.
    Test {
        /// One part alone.
        #[arg(long)]
        only: Option<TestPart>,
    },
    /// Run what is long or repeated: recovery with many kills, bad networks, other languages, each browser test five times.
    Nightly {
        /// One part alone; each takes an hour at most.
        #[arg(long)]
        part: Option<nightly::Part>,
    },
    /// Check formatting, lints and the dependency arrows.
    Lint,
    /// Check which room may name which, and that no files name each other in a circle.
    Arrows {
        /// Print each crate's circles of files, parent and child left out, instead.
        #[arg(long)]
        circles: bool,
        /// Print which room names which, as it is, instead.
        #[arg(long, conflicts_with = "circles")]
        print: bool,
    },
    /// Write which tests prove which row into docs/requirements.md.
    Requirements {
        /// Change nothing; fail where the document is not what the tests say.
        #[arg(long)]
        check: bool,
    },
    /// Write the checked queries' cache (.sqlx) anew.
    Sqlx {
        /// Change nothing; fail where the cache is not what the queries need.
        #[arg(long)]
        check: bool,
    },
    /// Measure; the last line of the output is JSON.
    Bench {
        /// What to measure.
        name: bench::Name,
        /// Passed through.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// A part of the tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestPart {
    /// Everything that cargo runs.
    Unit,
    /// Two real browsers against the real server.
    Browser,
    /// Two real browsers over bad networks; needs root, and is part of `nightly`.
    Lab,
}

fn perform(task: Task) -> Result<()> {
    let workspace = shell::Workspace::find()?;
    match task {
        Task::Setup { run_only } => {
            setup::run(&workspace)?;
            if run_only {
                Ok(())
            } else {
                setup::test(&workspace)
            }
        }
        Task::App { release } => {
            setup::app(&workspace)?;
            app::build(&workspace, app::Kind::from_release(release))
        }
        Task::Run {
            port,
            data,
            dev,
            release,
        } => run::run(&workspace, port, &data, run::Builds { dev, release }),
        Task::Test { only } => test::test(&workspace, only, length::Length::Usual),
        Task::Nightly { part } => nightly::nightly(&workspace, part),
        Task::Lint => lint::lint(&workspace),
        Task::Arrows { circles: true, .. } => arrows::count_circles(&workspace),
        Task::Arrows { print: true, .. } => arrows::print(&workspace),
        Task::Arrows { .. } => arrows::check(&workspace),
        Task::Requirements { check } => requirements::run(&workspace, check),
        Task::Sqlx { check } => sqlx::run(&workspace, check),
        Task::Bench { name, arguments } => bench::bench(&workspace, name, &arguments),
    }
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nfailed: {error:#}");
            ExitCode::FAILURE
        }
    }
}
