//! Every command, query, job and statement stands in a span, and each of these belongs to a request with an id. None
//! holds what people write.

use crate::support::{Socket, TestApp, eventually};
use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    EnvFilter, Layer,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

const SAID: &str = "the grey one, and ring me under 0341 1234567";

/// A span as it was begun and filled.
#[derive(Clone, Debug, Default)]
struct Seen {
    name: &'static str,
    parent: Option<u64>,
    fields: HashMap<&'static str, String>,
}

#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(u64, Seen)>>>);

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut seen = Seen {
            name: attributes.metadata().name(),
            parent: cx
                .span(id)
                .and_then(|span| span.parent())
                .map(|it| it.id().into_u64()),
            fields: HashMap::new(),
        };
        attributes.record(&mut seen);
        self.0.lock().unwrap().push((id.into_u64(), seen));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut spans = self.0.lock().unwrap();
        let span = spans.iter_mut().rev().find(|(it, _)| *it == id.into_u64());
        values.record(&mut span.expect("a span that was begun").1);
    }
}

impl Spans {
    /// Each with those around it, from the inside out. Ids come again: of several, the one begun last before it counts.
    fn paths(&self) -> Vec<Vec<Seen>> {
        let spans = self.0.lock().unwrap().clone();
        let around = |index: usize| {
            let parent = spans[index].1.parent?;
            spans[..index].iter().rposition(|(id, _)| *id == parent)
        };
        let path = |index| {
            std::iter::successors(Some(index), |&it| around(it))
                .map(|it| spans[it].1.clone())
                .collect()
        };
        (0..spans.len()).map(path).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_work_stands_in_spans_of_a_request_and_none_holds_what_was_said() {
    let app = TestApp::start().await;
    // From here on, so that what the test itself wrote into the database is not in it.
    let spans = Spans::default();
    let filter = EnvFilter::new("off,orderline_server=debug");
    let registry = tracing_subscriber::registry().with(spans.clone().with_filter(filter));
    tracing::subscriber::set_global_default(registry).expect("the first of this process");
    let shop = &app.shops.ours;
    let browser = app.sign_in(&shop.email("seller")).await;
    let answer = browser
        .request(
            reqwest::Method::GET,
            &format!("/api/threads/{}", shop.thread),
        )
        .send()
        .await
        .expect("an answer");
    let request = answer.headers()["x-request-id"]
        .to_str()
        .expect("text")
        .to_owned();
    let (mut socket, _) = Socket::hello(&browser, &[(shop.thread, 0)]).await;
    socket.say(shop.thread, SAID).await;
    eventually("a job has run", || async {
        let paths = spans.paths();
        paths
            .iter()
            .any(|path| path[0].name == "job" && path.iter().any(|it| it.name == "run"))
            .then_some(())
    })
    .await;
    app.stop().await;

    let paths = spans.paths();
    let work = ["command", "query", "job"];
    for path in &paths {
        let at = &path[0];
        if at.name == "statement" {
            assert!(
                path.iter().any(|it| work.contains(&it.name)),
                "a statement outside of all work: {path:?}"
            );
        }
        if at.name == "statement" || work.contains(&at.name) {
            assert!(
                path.iter().any(|it| it.fields.contains_key("request")),
                "work of no request: {path:?}"
            );
        }
        for value in at.fields.values() {
            assert!(
                !value.contains("grey") && !value.contains("1234567"),
                "{at:?}"
            );
        }
    }
    let of = |name: &str, request: &str| {
        let within = |path: &&Vec<Seen>| {
            path[0].name == name
                && path
                    .iter()
                    .any(|it| it.fields.get("request").is_some_and(|it| it == request))
        };
        paths.iter().filter(within).count()
    };
    assert!(of("query", &request) > 0, "the thread was read in one");
    assert!(of("statement", &request) > 1, "by several statements");
    let message = paths.iter().find(|path| {
        path[0].name == "command"
            && path[0]
                .fields
                .get("work")
                .is_some_and(|it| it == "\"send_message\"")
    });
    let message = message.expect("the message's command");
    assert_eq!(message.last().map(|it| it.name), Some("socket"));
}
