//! Contact stays here (CU9): phone numbers, mail addresses and ways into other call and chat services are noticed
//! in what people write. Pure matching; prices, dates, order numbers and bank accounts are left alone.

mod dates;

use dates::without_dates;
use serde::{Deserialize, Serialize};

/// Finds in one text; whoever pastes a list is told of the first ones.
pub const MAX_FOUND: usize = 20;
/// Digits of a phone number: fewer are an extension or a date, more an account or a reference.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// A number with a country code has at least so many digits.
const MIN_INTERNATIONAL: usize = 8;
/// A national number that begins with 0 has at least so many digits.
const MIN_NATIONAL: usize = 9;
/// How far before a number a word such as "phone" makes it one, in characters.
const HINT_CHARS: usize = 24;

/// What a vendor does about contact that leads away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactPolicy {
    Off,
    /// The message goes; the sender is told why contact stays here.
    #[default]
    Warn,
    /// The message does not go; the sender keeps the text.
    Block,
}

impl ContactPolicy {
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Block];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }

    /// The policy of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What kind of contact was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Phone,
    Email,
    /// A link or address of another call, chat or scheduling service.
    Service,
}

impl ContactKind {
    /// The name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Service => "service",
        }
    }
}

/// Services that take a talk elsewhere, by the end of their host names.
const SERVICES: [&str; 33] = [
    "calendly.com",
    "chat.google.com",
    "chat.whatsapp.com",
    "discord.com",
    "discord.gg",
    "facetime.apple.com",
    "gotomeeting.com",
    "hangouts.google.com",
    "jit.si",
    "line.me",
    "m.me",
    "meet.google.com",
    "messenger.com",
    "msng.link",
    "signal.group",
    "signal.me",
    "skype.com",
    "slack.com",
    "snapchat.com",
    "t.me",
    "teams.live.com",
    "teams.microsoft.com",
    "telegram.me",
    "telegram.org",
    "threema.id",
    "viber.com",
    "wa.me",
    "webex.com",
    "wechat.com",
    "whatsapp.com",
    "whereby.com",
    "zoom.com",
    "zoom.us",
];
/// Addresses that a browser hands to a phone, a mail program or another service.
const SCHEMES: [&str; 12] = [
    "callto:",
    "facetime:",
    "facetime-audio:",
    "mailto:",
    "msteams:",
    "sgnl:",
    "skype:",
    "sms:",
    "tel:",
    "tg:",
    "viber:",
    "whatsapp:",
];
/// Words after which a bare row of digits is a phone number.
const PHONE_WORDS: [&str; 16] = [
    "call me",
    "cell",
    "handy",
    "mobil",
    "mobile",
    "mobilnummer",
    "meine nummer",
    "my number",
    "phone",
    "portable",
    "rufnummer",
    "tel",
    "telefon",
    "telefone",
    "telegram",
    "whatsapp",
];

/// The kinds of contact that a text holds, each once, in a fixed order.
pub fn kinds(text: &str) -> Vec<ContactKind> {
    let mut kinds: Vec<ContactKind> = find(text).into_iter().map(|it| it.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A stretch of the text that is contact, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: ContactKind,
    pub start: usize,
    pub end: usize,
}

/// What a text holds, in order; at most [`MAX_FOUND`].
pub fn find(text: &str) -> Vec<Found> {
    let mut found = words(text);
    let taken = found.clone();
    found.extend(phones(text).into_iter().filter(|it| {
        taken
            .iter()
            .all(|other| it.end <= other.start || it.start >= other.end)
    }));
    found.sort_unstable_by_key(|it| it.start);
    found.truncate(MAX_FOUND);
    found
}

/// Mail addresses and services: both are words without a space in them.
fn words(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (start, word) in split(text) {
        let lower = plain_at(&word.to_lowercase());
        let kind = if is_service(&lower) {
            ContactKind::Service
        } else if is_email(&lower) {
            ContactKind::Email
        } else {
            continue;
        };
        let end = start + word.len();
        found.push(Found { kind, start, end });
    }
    found
}

/// Words with where they begin; brackets and punctuation around a word are not part of it.
fn split(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let inner = word.trim_start_matches(['<', '(', '[', '"', '\'', '„', '“']);
        let skipped = word.len() - inner.len();
        let inner = inner.trim_end_matches([
            '>', ')', ']', '"', '\'', '“', '”', '.', ',', ';', ':', '!', '?',
        ]);
        (at + skipped, inner)
    })
}

/// `name(at)host` is written so that machines do not see it.
fn plain_at(word: &str) -> String {
    let mut plain = word.to_owned();
    for hidden in ["(at)", "[at]", "{at}", "(a)"] {
        plain = plain.replace(hidden, "@");
    }
    for hidden in ["(dot)", "[dot]", "{dot}", "(punkt)", "[punkt]"] {
        plain = plain.replace(hidden, ".");
    }
    plain
}

fn is_email(word: &str) -> bool {
    let Some((local, host)) = word.rsplit_once('@') else {
        return false;
    };
    let local = local
        .rsplit(['/', '=', ',', ';', '<', '('])
        .next()
        .unwrap_or(local);
    !local.is_empty()
        && local
            .chars()
            .all(|c| c.is_alphanumeric() || "._%+-'".contains(c))
        && is_host(host.split(['/', '?', '>', ',', ';']).next().unwrap_or(host))
}

/// Labels with dots between, the last one letters.
fn is_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let Some((last, rest)) = labels.split_last() else {
        return false;
    };
    !rest.is_empty()
        && last.chars().count() >= 2
        && last.chars().all(char::is_alphabetic)
        && rest.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

fn is_service(word: &str) -> bool {
    if SCHEMES.iter().any(|scheme| {
        word.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    }) {
        return true;
    }
    let address = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = address
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or(address);
    // A mail address at such a host is a mail address.
    !host.contains('@')
        && SERVICES.iter().any(|service| {
            host.strip_suffix(service)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// A row of digits with what usually stands between the groups of a phone number.
#[expect(
    clippy::struct_excessive_bools,
    reason = "five traits that do not depend on each other"
)]
struct Row {
    start: usize,
    end: usize,
    digits: usize,
    plus: bool,
    zero: bool,
    double_zero: bool,
    brackets: bool,
    /// The digits of each group.
    groups: Vec<usize>,
    /// What the groups are set apart by, where it is one and the same.
    hyphens: bool,
}

fn phones(text: &str) -> Vec<Found> {
    let masked = without_dates(text);
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(row) = next_row(&masked, rest) {
        rest = row.end;
        if is_phone(&masked, &row) {
            found.push(Found {
                kind: ContactKind::Phone,
                start: row.start,
                end: row.end,
            });
        }
    }
    found
}

fn is_phone(text: &[u8], row: &Row) -> bool {
    if !PHONE_DIGITS.contains(&row.digits) || part_of_something(text, row) || is_money(text, row) {
        return false;
    }
    let american = row.groups.len() >= 3
        && row.groups[row.groups.len() - 3..] == [3, 3, 4]
        && (row.hyphens || row.brackets);
    row.plus && row.digits >= MIN_INTERNATIONAL
        || row.double_zero && row.digits >= MIN_INTERNATIONAL + 2
        || row.zero && row.digits >= MIN_NATIONAL
        || row.brackets && row.digits >= MIN_NATIONAL
        || american
        || hinted(text, row)
}

/// Letters or signs right before the digits: `DE89 …`, `A-1002`, `#4711`, `RE/2026`.
fn part_of_something(text: &[u8], row: &Row) -> bool {
    let before = text[..row.start].iter().rev();
    let mut before = before.skip_while(|byte| matches!(byte, b'-' | b'_' | b'/'));
    let joined = row.start > 0 && !text[row.start - 1].is_ascii_whitespace();
    let after = text.get(row.end).copied().unwrap_or(b' ');
    joined
        && before
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'#' || *byte >= 0x80)
        || after.is_ascii_alphabetic()
        || after == b'%'
        || after >= 0x80 && !is_break(&text[row.end..])
}

/// Whether what follows begins with a sign that ends a sentence or a word, such as a dash or a quotation mark.
fn is_break(rest: &[u8]) -> bool {
    ["–", "—", "“", "”", "…", "\u{a0}"]
        .iter()
        .any(|sign| rest.starts_with(sign.as_bytes()))
}

/// A currency beside the digits, or decimals after them.
fn is_money(text: &[u8], row: &Row) -> bool {
    let after = &text[row.end..];
    let decimals = matches!(after, [b',' | b'.', digit, ..] if digit.is_ascii_digit());
    let near = after.trim_ascii_start();
    let marks = [
        "€", "$", "£", "EUR", "USD", "GBP", "CHF", "BRL", "RON", "Euro", "euro",
    ];
    let before = text[..row.start].trim_ascii_end();
    decimals
        || marks
            .iter()
            .any(|mark| near.starts_with(mark.as_bytes()) || before.ends_with(mark.as_bytes()))
}

/// A word shortly before the digits says that they are a phone number.
fn hinted(text: &[u8], row: &Row) -> bool {
    let from = row.start.saturating_sub(HINT_CHARS);
    let before = String::from_utf8_lossy(&text[from..row.start]).to_lowercase();
    PHONE_WORDS.iter().any(|word| {
        before.match_indices(word).any(|(at, _)| {
            let starts = before[..at]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric());
            // The word itself, or the beginning of one such as "Telefonnummer".
            let between = &before[at + word.len()..];
            starts && !between.contains(['\n', '!', '?'])
        })
    })
}

/// The next row of digits from `from` on.
fn next_row(text: &[u8], from: usize) -> Option<Row> {
    let first = (from..text.len()).find(|&at| text[at].is_ascii_digit())?;
    let mut start = first;
    let mut brackets = false;
    if start > from && text[start - 1] == b'(' {
        start -= 1;
        brackets = true;
    }
    let plus = start > from && text[start - 1] == b'+'
        || brackets && text.get(first..).is_some_and(|rest| rest.starts_with(b"+"));
    if plus {
        start -= 1;
    } else if first >= 2 && &text[first - 2..first] == b"(+" {
        start = first - 2;
    }
    let plus = plus || first > 0 && text[first - 1] == b'+';
    let mut groups = vec![0_usize];
    let mut hyphens = true;
    let (mut at, mut end) = (first, first);
    while at < text.len() {
        let byte = text[at];
        if byte.is_ascii_digit() {
            if let Some(group) = groups.last_mut() {
                *group += 1;
            }
            at += 1;
            end = at;
            continue;
        }
        let gap = gap(&text[at..]);
        if gap == 0 {
            break;
        }
        brackets |= text[at..at + gap].contains(&b'(') || text[at..at + gap].contains(&b')');
        hyphens &= matches!(&text[at..at + gap], b"-" | b"." | b") " | b")");
        at += gap;
        groups.push(0);
    }
    if groups.last() == Some(&0) {
        groups.pop();
    }
    let digits: Vec<u8> = text[first..end]
        .iter()
        .copied()
        .filter(u8::is_ascii_digit)
        .collect();
    Some(Row {
        start,
        end,
        digits: digits.len(),
        plus,
        zero: digits.first() == Some(&b'0'),
        double_zero: digits.starts_with(b"00"),
        brackets,
        groups,
        hyphens,
    })
}

/// How many bytes at the beginning of `rest` may stand between two groups of digits; 0: the row ends here.
fn gap(rest: &[u8]) -> usize {
    const LONGEST: usize = 3;
    let length = rest
        .iter()
        .take(LONGEST + 1)
        .take_while(|byte| matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')'))
        .count();
    let more = rest.get(length).is_some_and(u8::is_ascii_digit);
    if (1..=LONGEST).contains(&length) && more {
        length
    } else {
        0
    }
}
