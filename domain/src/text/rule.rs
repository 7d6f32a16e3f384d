//! One rule for each purpose of a text. What a keyboard, a spreadsheet or a copied page brings along is mended where
//! it means nothing (format characters, ends of lines, tabs, composition); what is left must be readable.

use super::{
    BadText,
    chars::{digit, is_dash, is_emoji, is_hidden, is_joiner, is_tag, is_visible, joins},
    normal::nfc,
};

/// Fewest and most characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    pub min: usize,
    pub max: usize,
}

/// Words in one line: a title, a field of an address.
pub(super) fn line(text: &str, length: Length) -> Result<String, BadText> {
    let text = paragraph(text, length)?;
    if text.contains('\n') {
        return Err(BadText::ControlCharacter);
    }
    Ok(text)
}

/// What somebody or something is called: a line with at least one letter or digit.
pub(super) fn name(text: &str, length: Length) -> Result<String, BadText> {
    let text = line(text, length)?;
    if !text.chars().any(char::is_alphanumeric) {
        return Err(BadText::Nameless);
    }
    Ok(text)
}

/// Words in as many lines as there are.
pub(super) fn paragraph(text: &str, length: Length) -> Result<String, BadText> {
    let text = readable(text);
    let text = text.trim();
    if !text.chars().any(is_visible) {
        return Err(BadText::Empty);
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(BadText::ControlCharacter);
    }
    let count = text.chars().count();
    if count < length.min {
        return Err(BadText::TooShort { min: length.min });
    }
    if count > length.max {
        return Err(BadText::TooLong { max: length.max });
    }
    Ok(text.to_owned())
}

/// The text composed, with newlines for every end of a line and spaces for tabs, without what nobody sees.
pub(super) fn readable(text: &str) -> String {
    let mut now = plain_lines(text);
    if now.is_ascii() {
        return now;
    }
    // Composing puts marks in another order, so that a joiner may stand behind one that it does not shape; and without it
    // others meet. Each round but the last takes something away.
    loop {
        let next = nfc(&without_hidden(&now));
        if next == now {
            return now;
        }
        now = next;
    }
}

fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            c => c,
        })
        .collect()
}

fn without_hidden(text: &str) -> String {
    const BLACK_FLAG: char = '\u{1f3f4}';
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let before = kept.chars().next_back();
        let stays = if is_joiner(c) {
            let next = rest.peek().copied();
            before.is_some_and(joins) || before.is_some_and(is_emoji) && next.is_some_and(is_emoji)
        } else if is_tag(c) {
            before.is_some_and(|it| it == BLACK_FLAG || is_tag(it))
        } else {
            !is_hidden(c)
        };
        if stays {
            kept.push(c);
        }
    }
    kept
}

/// The text with digits, spaces and dashes of every script made the plain ones, for reading numbers in it: nothing else
/// is changed, so that letters stay letters.
pub(super) fn plain_signs(text: &str) -> String {
    readable(text)
        .chars()
        .filter(|c| !is_joiner(*c))
        .map(|c| match c {
            '\u{ff0b}' | '\u{fe62}' => '+',
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            '\u{ff0f}' | '\u{2044}' => '/',
            '\u{ff0e}' => '.',
            '\n' => '\n',
            c if c.is_whitespace() => ' ',
            c if is_dash(c) => '-',
            c => digit(c).unwrap_or(c),
        })
        .collect()
}
