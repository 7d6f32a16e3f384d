use super::*;
use orderline_domain::text::MessageText;
use uuid::Uuid;

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn command(n: u128) -> CommandId {
    CommandId::from_uuid(Uuid::from_u128(n))
}

fn event(seq: i64, second: i64, author: u128) -> EventView {
    EventView {
        seq,
        at: Timestamp::from_second(second).expect("in range"),
        author: Some(user(author)),
        command: None,
        body: EventBody::MessageSent {
            text: MessageText::new("hello").expect("a text"),
        },
    }
}

fn day_of(at: Timestamp) -> Day {
    (
        2026,
        0,
        u32::try_from(at.as_second() / 86_400).expect("small"),
    )
}

fn pending(id: u128) -> PendingMessage {
    PendingMessage {
        id: command(id),
        text: "hello".to_owned(),
        failed: None,
    }
}

#[test]
fn days_are_separated_and_messages_stand_together() {
    let mut log = ThreadLog::default();
    log.insert([
        event(1, 10, 1),
        event(2, 20, 1),
        event(3, 30, 2),
        event(4, 86_500, 2),
    ]);
    let keys: Vec<LineKey> = log.lines(day_of).iter().map(Line::key).collect();
    assert_eq!(
        keys,
        vec![
            LineKey::Day((2026, 0, 0)),
            LineKey::Event(1, false),
            LineKey::Event(2, true),
            LineKey::Event(3, false),
            LineKey::Day((2026, 0, 1)),
            LineKey::Event(4, false),
        ]
    );
}

#[test]
fn x11_the_real_line_takes_the_place_of_the_optimistic_one() {
    let mut log = ThreadLog::default();
    log.send(pending(7));
    assert_eq!(log.lines(day_of).len(), 1);
    let mut real = event(1, 10, 1);
    real.command = Some(command(7));
    log.insert([real]);
    let keys: Vec<LineKey> = log.lines(day_of).iter().map(Line::key).collect();
    assert_eq!(
        keys,
        vec![LineKey::Day((2026, 0, 0)), LineKey::Event(1, false)]
    );
}

#[test]
fn a_failed_message_stays_until_it_is_sent_again_or_let_go() {
    let mut log = ThreadLog::default();
    log.send(pending(7));
    log.fail(command(7), "offline".to_owned());
    assert_eq!(
        log.lines(day_of).last().map(Line::key),
        Some(LineKey::Pending(command(7), true))
    );
    assert_eq!(log.retry(command(7)).as_deref(), Some("hello"));
    assert_eq!(
        log.lines(day_of).last().map(Line::key),
        Some(LineKey::Pending(command(7), false))
    );
    log.discard(command(7));
    assert!(log.lines(day_of).is_empty());
}

#[test]
fn a_snapshot_that_joins_adds_and_one_that_does_not_replaces() {
    let mut log = ThreadLog::default();
    log.insert([event(1, 1, 1), event(2, 2, 1)]);
    log.take_snapshot(vec![event(2, 2, 1), event(3, 3, 1)], true);
    assert_eq!(
        (log.first_seq(), log.last_seq(), log.earlier),
        (Some(1), 3, false)
    );
    log.take_snapshot(vec![event(90, 4, 1), event(91, 5, 1)], true);
    assert_eq!(
        (log.first_seq(), log.last_seq(), log.earlier),
        (Some(90), 91, true)
    );
}

#[test]
fn events_that_came_while_the_snapshot_was_fetched_are_kept() {
    let mut log = ThreadLog::default();
    log.insert([event(11, 11, 1)]);
    log.take_snapshot(vec![event(9, 9, 1), event(10, 10, 1)], true);
    assert_eq!(
        (log.first_seq(), log.last_seq(), log.earlier),
        (Some(9), 11, true)
    );
}

#[test]
fn the_log_is_bounded() {
    let mut log = ThreadLog::default();
    let many = i64::try_from(MAX_EVENTS).expect("small") + 10;
    log.insert((1..=many).map(|seq| event(seq, seq, 1)));
    assert_eq!((log.first_seq(), log.earlier), (Some(11), true));
}

#[test]
fn only_what_others_did_is_news() {
    let mut log = ThreadLog::default();
    log.insert([event(1, 1, 1), event(2, 2, 2), event(3, 3, 1)]);
    assert_eq!(log.news_after(1, user(1)), 1);
}
