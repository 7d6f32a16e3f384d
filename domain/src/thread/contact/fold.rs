//! A text as the finder reads it: small letters, every script's digits, spaces and dashes made the plain ones, forms
//! that differ in looks alone made one (NFKC), hidden characters gone, punctuation of all languages a space. Each byte
//! knows where in the written text it comes from.

use crate::text::{digit, is_dash, is_unseen, nfkc};

/// Ways in which `@` and `.` are written so that machines do not see them.
const SPELT: [(&str, &str); 12] = [
    ("(at)", "@"),
    ("[at]", "@"),
    ("{at}", "@"),
    ("<at>", "@"),
    ("(a)", "@"),
    ("(dot)", "."),
    ("[dot]", "."),
    ("{dot}", "."),
    ("<dot>", "."),
    ("(punkt)", "."),
    ("[punkt]", "."),
    ("(point)", "."),
];

/// A folded text and where it comes from.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub text: String,
    /// For each byte of `text` the first byte of what was written, and the one behind it.
    from: Vec<(usize, usize)>,
}

impl Folded {
    pub(super) fn of(written: &str) -> Self {
        let mut folded = Self::default();
        for (at, c) in written.char_indices() {
            let origin = (at, at + c.len_utf8());
            if is_unseen(c) {
                continue;
            }
            if c.is_ascii() {
                folded.push(plain(c), origin);
                continue;
            }
            if let Some(c) = digit(c) {
                folded.push(c, origin);
                continue;
            }
            for c in nfkc(c).chars().flat_map(char::to_lowercase) {
                folded.push(plain(c), origin);
            }
        }
        folded.spelt_out()
    }

    /// Where in the written text a stretch of the folded one stands.
    pub(super) fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.from.get(start).map_or(0, |it| it.0);
        let last = end.checked_sub(1).and_then(|at| self.from.get(at));
        (first, last.map_or(first, |it| it.1))
    }

    fn push(&mut self, c: char, origin: (usize, usize)) {
        self.text.push(c);
        self.from.resize(self.text.len(), origin);
    }

    /// `name (at) host` becomes `name@host`, with the spaces around.
    fn spelt_out(self) -> Self {
        if !self.text.contains(['(', '[', '{', '<']) {
            return self;
        }
        let mut out = Self::default();
        let mut at = 0;
        while let Some(c) = self.text[at..].chars().next() {
            let rest = &self.text[at..];
            let skipped = rest.len() - rest.trim_start_matches(' ').len();
            let found = SPELT
                .iter()
                .find(|(spelt, _)| rest[skipped..].starts_with(spelt));
            // A space before one that is no sign stays.
            if let Some((spelt, sign)) = found {
                let behind = &rest[skipped + spelt.len()..];
                let spaces = behind.len() - behind.trim_start_matches(' ').len();
                let length = skipped + spelt.len() + spaces;
                let (first, _) = self.from[at];
                let (_, last) = self.from[at + length - 1];
                for c in sign.chars() {
                    out.push(c, (first, last));
                }
                at += length;
            } else {
                out.push(c, self.from[at]);
                at += c.len_utf8();
            }
        }
        out
    }
}

/// One character as the finder reads it.
fn plain(c: char) -> char {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2044}' => '/',
        '\'' | '\u{2019}' => '\'',
        c if c.is_whitespace() || c.is_control() => ' ',
        c if is_dash(c) => '-',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c if is_currency(c) => c,
        // Scripts that set no spaces between words: a number among them stands alone.
        c if is_unspaced(c) => ' ',
        c if c.is_alphanumeric() => digit(c).unwrap_or(c),
        _ => ' ',
    }
}

/// Signs of currencies that stand beside amounts.
pub(super) const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '\u{20a0}'..='\u{20cf}')
}

const fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}
