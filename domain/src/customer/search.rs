//! What is looked for among customers: words, a phone number or the number of an order.

use crate::text::{self, BadText};

/// Longest text that is looked for, in characters.
pub const MAX_SEARCH_CHARS: usize = 100;
/// Words of it that are looked for one by one; those behind count for what is close alone.
pub const MAX_TERMS: usize = 4;
/// Shorter texts are beginnings: nothing is close to them.
const MIN_CLOSE_CHARS: usize = 4;
/// Texts up to this long have few groups of letters, of which one wrong letter spoils half.
const SHORT_CHARS: usize = 6;
/// The part of the groups of three letters that a text and what is close to it have in common.
const CLOSE: f32 = 0.45;
const CLOSE_WHERE_SHORT: f32 = 0.33;

/// A text that is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    text: String,
    terms: Vec<String>,
    order_number: Option<i64>,
}

/// What is looked for where nothing is found as it was typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Close<'a> {
    pub text: &'a str,
    /// From 0 (nothing in common) to 1 (the same).
    pub least: f32,
}

impl Search {
    /// # Errors
    /// When it is empty, too long or no line.
    pub fn new(typed: &str) -> Result<Self, BadText> {
        let text = key(&text::line(typed, MAX_SEARCH_CHARS)?);
        let number: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_number = !number.is_empty() && !text.chars().any(char::is_alphabetic);
        let terms = if is_number {
            // A phone number is kept with its country: what one dials before it at home is no part of it.
            let bare = number.trim_start_matches('0');
            vec![if bare.is_empty() { "0" } else { bare }.to_owned()]
        } else {
            let words = text.split_whitespace().map(str::to_owned);
            words.take(MAX_TERMS).collect()
        };
        Ok(Self {
            order_number: is_number.then(|| number.parse().ok()).flatten(),
            text,
            terms,
        })
    }

    /// Each of these stands somewhere in a customer's key.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The order whose buyer is looked for, if it is one's number.
    pub const fn order_number(&self) -> Option<i64> {
        self.order_number
    }

    /// What is looked for where nothing is found as it was typed. Numbers and beginnings are meant as they are.
    pub fn close(&self) -> Option<Close<'_>> {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        let has_words = self.text.chars().any(char::is_alphabetic);
        (has_words && letters >= MIN_CLOSE_CHARS).then_some(Close {
            text: &self.text,
            least: if letters <= SHORT_CHARS {
                CLOSE_WHERE_SHORT
            } else {
                CLOSE
            },
        })
    }
}

/// A text as a search compares it.
pub fn key(text: &str) -> String {
    text.to_lowercase()
}
