//! Passwords that many people have: the first that somebody tries. The list and its source stand in `server/data`.

use std::sync::LazyLock;

static LIST: &str = include_str!("../../data/common_passwords.txt");
static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| LIST.lines().collect());

/// Whether it is one of them; `password` in small letters.
pub fn is_common(password: &str) -> bool {
    SORTED.binary_search(&password).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_answers() {
        assert!(SORTED.is_sorted());
        assert!(SORTED.len() > 40_000);
        for common in ["1qaz2wsx3edc", "unbelievable", "manchesterunited"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("correct horse battery staple"));
        assert!(!is_common(""));
    }
}
