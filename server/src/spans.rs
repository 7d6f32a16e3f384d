//! What a log line or a trace says of the work that it belongs to. Each request over HTTP, socket and run of a job has
//! an id, `request`; below it stand the commands, queries and steps of jobs that came of it, and below these the
//! statements. No span holds what people say, write or are called: ids, names of work and places in the code alone.

use orderline_domain::ids::CommandId;
use orderline_protocol::socket::Command;
use std::{any::type_name, fmt, panic::Location};
use tracing::{
    Span, debug_span,
    field::{Empty, display},
    info_span,
};
use uuid::Uuid;

/// The header by which an answer says the id of its request.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// A request over HTTP.
pub(crate) fn request(id: Uuid, method: &str, route: &str) -> Span {
    info_span!("request", request = %id, method, route)
}

/// A page's socket, until it ends.
pub(crate) fn socket(id: Uuid) -> Span {
    info_span!("socket", request = %id)
}

/// A run of a job on this node.
pub(crate) fn run(id: Uuid, job: &'static str) -> Span {
    info_span!("run", request = %id, job)
}

/// A command with its client's id.
pub(crate) fn command(id: CommandId, body: &Command) -> Span {
    let work: &'static str = body.into();
    info_span!("command", command = %id, work)
}

/// What somebody asks for that has no id of its own.
pub(crate) fn act<Work>(_: &Work, id: impl FnOnce() -> Uuid) -> Span {
    rooted(
        id,
        info_span!("command", request = Empty, work = %Place::of::<Work>()),
    )
}

/// A reading.
pub(crate) fn query<Work>(_: &Work, id: impl FnOnce() -> Uuid) -> Span {
    rooted(
        id,
        info_span!("query", request = Empty, work = %Place::of::<Work>()),
    )
}

/// A step that the server takes by itself.
pub(crate) fn job<Work>(_: &Work, id: impl FnOnce() -> Uuid) -> Span {
    rooted(
        id,
        info_span!("job", request = Empty, work = %Place::of::<Work>()),
    )
}

/// Work of a task that stands in no request has an id of its own.
fn rooted(id: impl FnOnce() -> Uuid, span: Span) -> Span {
    if !span.is_disabled() && Span::current().is_none() {
        span.record("request", display(id()));
    }
    span
}

/// Messages of several threads that are appended together.
pub(crate) fn appends(id: Uuid, threads: usize) -> Span {
    info_span!("job", request = %id, work = "append", threads)
}

/// What a node does before it answers anybody.
pub(crate) fn start(id: Uuid) -> Span {
    info_span!("job", request = %id, work = "start")
}

/// A statement, by where it stands in the code: its text is there, and its values are nobody's to read.
pub(crate) fn statement(at: &Location<'_>) -> Span {
    debug_span!("statement", file = at.file(), line = at.line())
}

/// Where a closure stands, such as `http::threads::snapshot`.
struct Place(&'static str);

impl Place {
    fn of<Work>() -> Self {
        Self(type_name::<Work>())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.split("::").skip(1);
        for (index, part) in parts.filter(|it| !it.starts_with('{')).enumerate() {
            if index > 0 {
                f.write_str("::")?;
            }
            f.write_str(part)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    fn place<Work>(_: &Work) -> String {
        Place::of::<Work>().to_string()
    }

    #[test]
    fn a_closure_is_named_by_where_it_stands() {
        let nested = || async { place(&|| ()) };
        assert_eq!(
            place(&nested),
            "spans::tests::a_closure_is_named_by_where_it_stands"
        );
    }
}
