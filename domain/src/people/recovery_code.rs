//! Codes that stand in for a lost second factor: each works once, none can be guessed, and they are known by their hashes
//! alone.

use crate::digest::Digest;

/// Codes that somebody gets at once.
pub const RECOVERY_CODES: usize = 10;
/// Symbols of a code: 80 bits.
const SYMBOLS: usize = 16;
/// Symbols that stand together, to be read.
const GROUP: usize = 4;
/// Crockford's base 32: without the letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code from random bytes, such as `4f7k-09qw-…`.
pub fn spell(random: [u8; 32]) -> String {
    let mut code = String::with_capacity(SYMBOLS + SYMBOLS / GROUP);
    for (at, byte) in random.into_iter().take(SYMBOLS).enumerate() {
        if at > 0 && at % GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    code
}

/// What a code is known by, however somebody typed it; `None` for what cannot be one.
pub fn hash(typed: &str) -> Option<Digest> {
    let mut symbols = Vec::with_capacity(SYMBOLS);
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let symbol = match c.to_ascii_lowercase() {
            'o' => b'0',
            'i' | 'l' => b'1',
            other => u8::try_from(other).ok()?,
        };
        if symbols.len() == SYMBOLS || !ALPHABET.contains(&symbol) {
            return None;
        }
        symbols.push(symbol);
    }
    (symbols.len() == SYMBOLS).then(|| Digest::of(&symbols))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = spell([31; 32]);
        assert_eq!(code, "zzzz-zzzz-zzzz-zzzz");
        let code = spell([
            0, 1, 10, 20, 31, 32, 33, 42, 255, 7, 8, 9, 0, 1, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
            9, 9, 9, 9, 9, 9,
        ]);
        let known = hash(&code).unwrap();
        for typed in [
            code.to_uppercase(),
            code.replace('-', ""),
            code.replace('-', " "),
            code.replace('0', "O"),
            code.replace('1', "l"),
            code.replace('1', "I"),
        ] {
            assert_eq!(hash(&typed), Some(known), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in [
            "",
            "123456",
            "zzzz-zzzz-zzzz-zzz",
            "zzzz-zzzz-zzzz-zzzzz",
            "zzzz-zzzz-zzzz-zzzu",
            "zzzz-zzzz-zzzz-zzzß",
            &"z".repeat(100_000),
        ] {
            assert_eq!(hash(typed), None, "{}", &typed[..typed.len().min(30)]);
        }
    }
}
