//! Phone numbers among other rows of digits.

use super::{
    ContactKind, Found,
    dates::without_dates,
    fold::{Folded, is_currency},
    references::is_named,
};

/// Digits of a phone number: fewer are an extension or a date, more an account or a reference.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// A number with a country code has at least so many digits.
const MIN_INTERNATIONAL: usize = 8;
/// A national number that begins with 0 has at least so many digits.
const MIN_NATIONAL: usize = 9;
/// How far before a number a word such as "phone" makes it one, in characters.
const HINT_CHARS: usize = 24;

/// Currencies in letters, beside an amount.
const MARKS: [&str; 11] = [
    "$", "r$", "us$", "eur", "euro", "euros", "usd", "gbp", "chf", "brl", "ron",
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

/// Phone numbers by where they stand in the folded text.
pub(super) fn find(folded: &Folded) -> Vec<Found> {
    let masked = without_dates(&folded.text);
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(row) = next_row(&masked, rest) {
        rest = row.end;
        let of_something = || {
            let digits: String = folded.text[row.start..row.end]
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            !row.plus && is_named(&folded.text[..row.start], &digits)
        };
        if is_phone(&masked, &row) && !of_something() {
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
        || after >= 0x80 && !starts_with_currency(&text[row.end..])
}

fn starts_with_currency(rest: &[u8]) -> bool {
    String::from_utf8_lossy(&rest[..rest.len().min(4)])
        .chars()
        .next()
        .is_some_and(is_currency)
}

/// A currency beside the digits, or decimals after them.
fn is_money(text: &[u8], row: &Row) -> bool {
    let after = &text[row.end..];
    let decimals = matches!(after, [b',' | b'.', digit, ..] if digit.is_ascii_digit());
    let near = after.trim_ascii_start();
    let before = text[..row.start].trim_ascii_end();
    let letters = |bytes: &mut dyn Iterator<Item = &u8>| -> Vec<u8> {
        bytes
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'$')
            .copied()
            .collect()
    };
    let behind = letters(&mut near.iter());
    let mut in_front = letters(&mut before.iter().rev());
    in_front.reverse();
    let named = |word: &[u8]| MARKS.iter().any(|mark| mark.as_bytes() == word);
    decimals
        || starts_with_currency(near)
        || ends_with_currency(before)
        || named(&behind)
        || named(&in_front)
}

fn ends_with_currency(before: &[u8]) -> bool {
    let from = before.len().saturating_sub(4);
    String::from_utf8_lossy(&before[from..])
        .chars()
        .next_back()
        .is_some_and(is_currency)
}

/// A word shortly before the digits says that they are a phone number.
fn hinted(text: &[u8], row: &Row) -> bool {
    let from = row.start.saturating_sub(HINT_CHARS);
    let before = String::from_utf8_lossy(&text[from..row.start]).into_owned();
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
