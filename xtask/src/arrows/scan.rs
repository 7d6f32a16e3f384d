//! Reads Rust sources just well enough: words and signs, without comments and texts.

/// One word (`crate`, `sqlx`) or one sign (`{`, `::`), and the line it stands on.
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// A source file's tokens.
pub(super) struct Source<'a> {
    tokens: Vec<Token<'a>>,
    /// Index of the first token behind a `#[cfg(test)]`; tests stand at the end of a file.
    tests_from: usize,
}

impl<'a> Source<'a> {
    /// Reads `text`.
    pub(super) fn read(text: &'a str) -> Self {
        let tokens = tokens(text);
        let marker = ["#", "[", "cfg", "(", "test", ")", "]"];
        let tests_from = tokens
            .windows(marker.len())
            .position(|window| window.iter().map(|token| token.text).eq(marker))
            .unwrap_or(tokens.len());
        Self { tokens, tests_from }
    }

    fn text(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| token.text)
    }

    /// The lines where a lint is allowed.
    pub(super) fn allows(&self) -> Vec<usize> {
        let opens = |index: usize| index > 0 && ["[", ","].contains(&self.text(index - 1));
        (0..self.tokens.len())
            .filter(|&index| {
                self.text(index) == "allow" && self.text(index + 1) == "(" && opens(index)
            })
            .filter(|&index| self.in_attribute(index))
            .map(|index| self.tokens[index].line)
            .collect()
    }

    /// Whether the token stands inside `#[…]` or `#![…]`.
    fn in_attribute(&self, index: usize) -> bool {
        let mut depth = 0_usize;
        for back in (0..index).rev() {
            match self.text(back) {
                "]" => depth += 1,
                "[" if depth == 0 => {
                    let before = back.checked_sub(1).map_or("", |at| self.text(at));
                    return before == "#" || before == "!";
                }
                "[" => depth -= 1,
                ";" | "{" | "}" => return false,
                _ => {}
            }
        }
        false
    }

    /// The lines that name `name`: for a path (`Instant::now`) its words in a row, for a crate (`sqlx`) its word at
    /// the beginning of a path or after `use`.
    pub(super) fn mentions(&self, name: &str, tests_too: bool) -> Vec<usize> {
        let words: Vec<&str> = name
            .split("::")
            .flat_map(|word| ["::", word])
            .skip(1)
            .collect();
        let end = if tests_too {
            self.tokens.len()
        } else {
            self.tests_from
        };
        (0..end)
            .filter(|&index| {
                words
                    .iter()
                    .enumerate()
                    .all(|(at, word)| self.text(index + at) == *word)
            })
            .filter(|&index| words.len() > 1 || self.names_crate(index))
            .map(|index| self.tokens[index].line)
            .collect()
    }

    fn names_crate(&self, index: usize) -> bool {
        let before = index.checked_sub(1).map_or("", |at| self.text(at));
        let nothing_before = |at: usize| !is_word(self.text(at)) || self.text(at) == "use";
        let leading = before == "::" && index.checked_sub(2).is_none_or(nothing_before);
        let begins_path = self.text(index + 1) == "::" && (before != "::" || leading);
        begins_path || (before == "use" && [";", "as"].contains(&self.text(index + 1)))
    }
}

/// Whether `line` holds `word` with nothing of a word around it.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let part =
            |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
        !part(before) && (word.ends_with('!') || !part(after))
    })
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let end = if let Some(end) = skipped(text, at) {
            end
        } else {
            let length = token_length(&text[at..]);
            tokens.push(Token {
                text: &text[at..at + length],
                line,
            });
            at + length
        };
        line += text[at..end].matches('\n').count();
        at = end;
    }
    tokens
}

/// The length of the word or sign at the beginning of `text`, which is not empty.
fn token_length(text: &str) -> usize {
    let word = text
        .find(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
        .unwrap_or(text.len());
    if word > 0 {
        word
    } else if text.starts_with("::") {
        2
    } else {
        text.chars().next().map_or(1, char::len_utf8)
    }
}

/// Where the blank, comment, text or character that begins at `at` ends; `None` where none begins.
fn skipped(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        return Some(at + first.len_utf8());
    }
    if rest.starts_with("//") {
        return Some(at + rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(at + block_comment(rest));
    }
    let prefix = rest
        .find(|sign: char| !"brc".contains(sign))
        .unwrap_or(rest.len());
    let quoted = &rest[prefix..];
    if prefix <= 2
        && rest[..prefix].contains('r')
        && (quoted.starts_with('"') || quoted.starts_with("#\"") || quoted.starts_with("##"))
    {
        let hashes = quoted.len() - quoted.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(hashes));
        let body = quoted.get(hashes + 1..)?;
        return Some(
            at + prefix
                + hashes
                + 1
                + body
                    .find(&close)
                    .map_or(body.len(), |end| end + close.len()),
        );
    }
    if prefix <= 1 && quoted.starts_with('"') {
        return Some(at + prefix + closing(quoted, '"'));
    }
    if quoted.starts_with('\'') && (prefix == 0 || rest.starts_with('b')) {
        // A lifetime is no character: it has no quote behind its first sign.
        let mut signs = quoted.chars().skip(1);
        let character = signs.next() == Some('\\') || signs.next() == Some('\'');
        return character.then(|| at + prefix + closing(quoted, '\''));
    }
    None
}

/// The length of the comment at the beginning of `text`; comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of the quoted text at the beginning of `text`, both quotes included.
fn closing(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        if !escaped && sign == quote {
            return at + 1;
        }
        escaped = !escaped && sign == '\\';
    }
    text.len()
}
