//! Who gets to do what, through every route and every command that there is: role × action × own, a colleague's, another
//! vendor's, a link's session, the platform's. The routes are read from the server's sources and the commands from the
//! protocol's samples, so that a new one without a decision fails here. What is expected stands in a file that people
//! read; it is not taken from the rules.

mod identities;
mod listed;
mod routes;

use crate::{
    call_support::Page,
    list_pages,
    support::{Browser, Socket, TestApp, socket},
};
use identities::Identity;
use listed::Route;
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    problem::{Code, Problem},
    socket::{Command, CommandResult},
};
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

/// Answers that refuse somebody, whatever they ask; any other says that they were let through to what they asked for.
const REFUSALS: [Code; 4] = [
    Code::SignInNeeded,
    Code::NotFound,
    Code::NotAllowed,
    Code::ProofNeeded,
];

/// What stands in the place of a name in braces, or of an id in a sample.
struct Things(BTreeMap<&'static str, String>);

impl Things {
    /// One of each, all of our thread's.
    async fn of(app: &TestApp, thread: ThreadId) -> Self {
        let shop = &app.shops.ours;
        let mut seller = Page::open(app, shop, "seller").await;
        let mut buyer = Page::open(app, shop, "buyer").await;
        // A call that rang, and a wish for one.
        let call = seller.call(Command::StartCall { thread }).await.call;
        let back = Command::HangUp { call };
        seller.socket.command(socket::command_id(), back).await;
        let wish = Command::RequestCall {
            thread,
            wish: None,
            note: None,
        };
        buyer.socket.command(socket::command_id(), wish).await;

        let mut conn = app.database.connect().await;
        let mut all = BTreeMap::from([("thread", thread.to_string()), ("call", call.to_string())]);
        for (name, table) in [
            ("recording", "recordings"),
            ("order", "orders"),
            ("offer", "offers"),
            ("appointment", "appointments"),
            ("call_back", "call_backs"),
            ("request", "call_requests"),
            ("link", "join_links"),
        ] {
            // In the thread itself, where there is one; else in one that the same two people share.
            let sql = format!(
                "SELECT {name}_id::text FROM {table}
                  ORDER BY (thread_id <> '{thread}'), 1 LIMIT 1"
            );
            let id = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .fetch_one(&mut conn)
                .await;
            all.insert(name, id.expect(table));
        }
        // Products are a vendor's, not a thread's.
        let product = sqlx::query_scalar(
            "SELECT product_id::text FROM products WHERE vendor_id = $1 LIMIT 1",
        )
        .bind(shop.vendor.as_uuid())
        .fetch_one(&mut conn)
        .await;
        all.insert("product", product.expect("a product"));
        let customer = sqlx::query_scalar(
            "SELECT customer_id::text FROM customers WHERE vendor_id = $1 AND user_id = $2",
        )
        .bind(shop.vendor.as_uuid())
        .bind(shop.user("buyer").as_uuid())
        .fetch_one(&mut conn)
        .await;
        all.insert("customer", customer.expect("a customer"));
        all.insert("user", app.shops.ours.user("seller2").to_string());
        all.insert("page", app.shops.ours.vendor.to_string());
        all.insert("vendor", app.shops.ours.vendor.to_string());
        Self(all)
    }

    /// A path with everything in its place; what there is none of is an id that nothing has.
    fn path(&self, path: &str) -> String {
        path.split('/')
            .map(|part| match part.strip_prefix('{') {
                None => part.to_owned(),
                Some(name) => self.named(name.trim_start_matches('*').trim_end_matches('}')),
            })
            .collect::<Vec<_>>()
            .join("/")
    }

    fn named(&self, name: &str) -> String {
        match name {
            "scope" => "DE".to_owned(),
            "role" => "seller".to_owned(),
            "name" => "audio.webm".to_owned(),
            "person" => "nobody".to_owned(),
            "path" => "nothing".to_owned(),
            other => self
                .0
                .get(other)
                .cloned()
                .unwrap_or_else(|| uuid::Uuid::nil().to_string()),
        }
    }

    /// A sample with our ids in the places of its own.
    fn fill(&self, sample: &mut Value) {
        match sample {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match self.0.get(name.as_str()) {
                        Some(id) if value.is_string() => *value = Value::String(id.clone()),
                        _ => self.fill(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.fill(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// The samples that the protocol keeps of each of its commands, by name.
fn commands(things: &Things) -> BTreeMap<String, Command> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/golden");
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the protocol's samples") {
        let entry = entry.expect("a sample");
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = file
            .strip_prefix("command.")
            .and_then(|it| it.strip_suffix(".json"))
        else {
            continue;
        };
        let text = fs::read_to_string(entry.path()).expect("a sample");
        let mut sample: Value = serde_json::from_str(&text).expect("JSON");
        things.fill(&mut sample);
        let command = serde_json::from_value(sample).expect("a command");
        all.insert(name.to_owned(), command);
    }
    all
}

/// How an answer stands in the file.
fn cell(code: Option<Code>) -> String {
    match code.filter(|code| REFUSALS.contains(code)) {
        None => "yes".to_owned(),
        Some(code) => serde_json::to_value(code)
            .ok()
            .and_then(|it| it.as_str().map(str::to_owned))
            .unwrap_or_default(),
    }
}

async fn asked(browser: &Browser, route: &Route, things: &Things) -> String {
    let path = format!("{}{}", things.path(&route.path), routes::query(route));
    let method = route.method.parse().expect("a method");
    let mut request = browser.request(method, &path);
    if let Some(body) = routes::body(route, things) {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("an answer");
    let problem = answer
        .headers()
        .get("content-type")
        .is_some_and(|it| it.as_bytes().starts_with(b"application/problem+json"));
    let code = if problem {
        let problem: Problem = answer.json().await.expect("a problem");
        assert_ne!(problem.code, Code::Internal, "{} {path}", route.method);
        Some(problem.code)
    } else {
        None
    };
    cell(code)
}

async fn commanded(socket: &mut Socket, body: Command) -> String {
    match socket.command(socket::command_id(), body).await {
        CommandResult::Failed { problem } => {
            assert_ne!(problem.code, Code::Internal, "{problem:?}");
            cell(Some(problem.code))
        }
        _ => cell(None),
    }
}

/// Lines of the file: what is asked, then each identity with its answer, those who are answered alike together.
fn line(what: &str, answers: &[(&'static str, String)]) -> String {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (who, answer) in answers {
        groups.entry(answer).or_default().push(who);
    }
    let mut text = format!("{what}\n");
    for (answer, who) in groups {
        writeln!(text, "    {answer}: {}", who.join(" ")).expect("text");
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_and_command_answers_each_identity_as_was_decided() {
    let (app, thread) = list_pages::scene().await;
    let all: Vec<Identity> = identities::all(&app).await;
    let things = Things::of(&app, thread).await;
    let mut text = String::new();
    for (name, command) in commands(&things) {
        let mut answers = Vec::new();
        for it in all.iter().filter(|it| it.has_socket) {
            let (mut socket, _) = Socket::hello(&it.browser, &[]).await;
            answers.push((it.name, commanded(&mut socket, command.clone()).await));
        }
        text += &line(&format!("command {name}"), &answers);
    }
    for route in listed::all() {
        let mut answers = Vec::new();
        // A link's session is asked before its person's own, which may end it.
        for it in all.iter().rev() {
            answers.push((it.name, asked(&it.browser, &route, &things).await));
        }
        answers.reverse();
        text += &line(&format!("{} {}", route.method, route.path), &answers);
    }
    app.stop_leaving(&["mail", "text_message", "render"]).await;

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/matrix.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, &text).expect("written");
    }
    let decided = fs::read_to_string(&file).expect("tests/golden/matrix.txt (UPDATE_GOLDEN=1)");
    for (decided, found) in decided.lines().zip(text.lines()) {
        assert_eq!(
            decided, found,
            "UPDATE_GOLDEN=1 writes it anew, for people to read"
        );
    }
    assert_eq!(decided.lines().count(), text.lines().count());
}
