//! What was there after the kills.

use super::chatter::Said;
use crate::client::Person;
use anyhow::Result;
use orderline_domain::{ids::ThreadId, thread::EventBody};
use orderline_protocol::http::EventPage;
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// Events of one page.
const PAGE: i64 = 200;

/// After one kill.
#[derive(Debug)]
pub(super) struct AfterKill {
    /// Seconds of sound before the kill that the recording lacks; `None` when it cannot be played.
    pub audio_lost_s: Option<f64>,
    /// What is wrong with the call in the thread, if anything.
    pub wrong: Vec<String>,
    /// How it ended, for the log.
    pub how: String,
}

impl fmt::Display for AfterKill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.audio_lost_s {
            Some(lost) => write!(f, "{}, {lost:.2} s of sound lost", self.how)?,
            None => write!(f, "{}, the recording cannot be played", self.how)?,
        }
        if !self.wrong.is_empty() {
            write!(f, "; wrong: {}", self.wrong.join("; "))?;
        }
        Ok(())
    }
}

/// After all kills.
#[derive(Debug, Serialize)]
pub struct Outcome {
    pub kills: u32,
    pub acknowledged_messages_lost: u64,
    pub recordings_unplayable: u32,
    pub audio_lost_s_p50: f64,
    pub audio_lost_s_max: f64,
    /// Messages that were acknowledged in all.
    #[serde(skip)]
    pub acknowledged: u64,
    #[serde(skip)]
    pub wrong: Vec<String>,
    #[serde(skip)]
    lost: Vec<f64>,
}

impl Outcome {
    pub(super) fn new(kills: u32) -> Self {
        Self {
            kills,
            acknowledged_messages_lost: 0,
            recordings_unplayable: 0,
            audio_lost_s_p50: 0.0,
            audio_lost_s_max: 0.0,
            acknowledged: 0,
            wrong: Vec::new(),
            lost: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, seen: AfterKill) {
        match seen.audio_lost_s {
            Some(lost) => self.lost.push(lost),
            None => self.recordings_unplayable += 1,
        }
        self.wrong.extend(seen.wrong);
        self.lost.sort_by(f64::total_cmp);
        self.audio_lost_s_max = self.lost.last().copied().unwrap_or_default();
        self.audio_lost_s_p50 = self
            .lost
            .get(self.lost.len() / 2)
            .copied()
            .unwrap_or_default();
    }

    pub(super) fn add_chat(&mut self, chat: Chat) {
        self.acknowledged += chat.acknowledged;
        self.acknowledged_messages_lost += chat.lost;
        self.wrong.extend(chat.wrong);
    }
}

/// What became of one person's messages.
pub(super) struct Chat {
    pub acknowledged: u64,
    pub lost: u64,
    pub wrong: Vec<String>,
}

/// Compares what was acknowledged and what was received with what the thread holds.
pub(super) async fn missing(reader: &Person, thread: ThreadId, said: &Said) -> Result<Chat> {
    let stored = stored(reader, thread).await?;
    let mut wrong = Vec::new();
    let mut lost = 0;
    for (seq, text) in &said.acknowledged {
        if stored.get(seq).and_then(Option::as_deref) != Some(text.as_str()) {
            lost += 1;
            wrong.push(format!(
                "{}: message {seq} is not what was acknowledged",
                said.who
            ));
        }
    }
    let mut texts: Vec<_> = stored.values().flatten().collect();
    let all = texts.len();
    texts.sort();
    texts.dedup();
    if texts.len() != all {
        wrong.push(format!(
            "{} messages stand twice in the thread",
            all - texts.len()
        ));
    }
    let mut before = said.from;
    for (seq, text) in &said.received {
        if *seq != before + 1 {
            wrong.push(format!("{}: event {seq} arrived after {before}", said.who));
        }
        if stored.get(seq) != Some(text) {
            wrong.push(format!(
                "{}: event {seq} arrived as something else",
                said.who
            ));
        }
        before = *seq;
    }
    let highest = stored.keys().next_back().copied().unwrap_or_default();
    if stored.len() as u64 != u64::try_from(highest).unwrap_or_default() {
        wrong.push(format!(
            "the thread has {} events up to number {highest}",
            stored.len()
        ));
    }
    Ok(Chat {
        acknowledged: said.acknowledged.len() as u64,
        lost,
        wrong,
    })
}

/// Every event of the thread by number; the text of a message, nothing for others.
async fn stored(reader: &Person, thread: ThreadId) -> Result<BTreeMap<i64, Option<String>>> {
    let mut events = BTreeMap::new();
    let mut before = i64::MAX;
    loop {
        let path = format!("/api/threads/{thread}/events?before={before}&limit={PAGE}");
        let page: EventPage = reader.get(&path).await?;
        for event in page.events {
            before = before.min(event.seq);
            let text = match event.body {
                EventBody::MessageSent { text } => Some(text.as_str().to_owned()),
                _ => None,
            };
            events.insert(event.seq, text);
        }
        if !page.earlier {
            return Ok(events);
        }
    }
}
