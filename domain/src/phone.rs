//! Phone numbers as they are typed: digits of any script, the signs that set groups apart, perhaps an extension. Letters
//! are refused, never read as digits. Whether a country has such a number the server's number plan decides.

use crate::text::{BadText, plain_signs};

/// Digits of a phone number (E.164 allows 15; 4 is the shortest seen).
const DIGITS: std::ops::RangeInclusive<usize> = 4..=15;
/// Words and signs that begin an extension.
const EXTENSIONS: [&str; 8] = [
    "extension",
    "durchwahl",
    "poste",
    "ramal",
    "int.",
    "ext.",
    "ext",
    "x",
];
/// Most digits of an extension.
const MAX_EXTENSION: usize = 7;

/// Why what was typed is no phone number to send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPhone {
    #[error("nothing was typed")]
    Empty,
    #[error("not the shape of a phone number")]
    Shape,
}

/// A phone number as typed, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// ASCII digits with single spaces, hyphens, dots, slashes and brackets between, perhaps a plus before.
    pub number: String,
    /// Behind the number of a company.
    pub extension: Option<String>,
}

/// Takes a typed number apart. What begins no extension is no letter.
pub fn typed(text: &str) -> Result<Typed, BadPhone> {
    let plain = plain_signs(text);
    let plain = plain.trim();
    if plain.is_empty() {
        return Err(BadPhone::Empty);
    }
    let lower = plain.to_lowercase();
    let (number, extension) = match lower.find(char::is_alphabetic) {
        None => (lower.as_str(), None),
        // An extension is set apart: a letter between digits is none.
        Some(at) if lower[..at].ends_with([' ', ',', ';']) => (
            lower[..at].trim_end_matches([' ', ',', ';']),
            Some(extension(&lower[at..]).ok_or(BadPhone::Shape)?),
        ),
        Some(_) => return Err(BadPhone::Shape),
    };
    if !is_number(number) {
        return Err(BadPhone::Shape);
    }
    Ok(Typed {
        number: number.to_owned(),
        extension,
    })
}

/// The shape of a number in a form's field, without an extension.
pub fn shape(text: &str) -> Result<String, BadText> {
    match typed(text) {
        Ok(Typed {
            number,
            extension: None,
        }) => Ok(number),
        Err(BadPhone::Empty) => Err(BadText::Empty),
        Ok(_) | Err(BadPhone::Shape) => Err(BadText::NoNumber),
    }
}

fn extension(text: &str) -> Option<String> {
    let digits = EXTENSIONS
        .iter()
        .find_map(|word| text.strip_prefix(word))?
        .trim_start_matches([' ', ':', '.']);
    let fits = (1..=MAX_EXTENSION).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.to_owned())
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    // A plus in brackets, as in "(+49) 341 …", is a plus.
    let rest = rest.strip_prefix("(+").unwrap_or(rest);
    DIGITS.contains(&digits)
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '/' | '(' | ')'))
}
