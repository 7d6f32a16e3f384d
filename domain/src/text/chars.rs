//! What single characters are, as far as texts need to know it. Ranges are of the Unicode Character Database 17.0
//! (`UnicodeData.txt`, `emoji-data.txt`; Unicode License V3), format characters (Cf) by what they do.

use std::ops::RangeInclusive;

type Ranges = [RangeInclusive<char>];

/// Format characters (Cf) that show nothing: soft hyphen, zero-width space, directions, word joiner, byte-order mark,
/// annotations, tags. Signs of category Cf that are visible (Arabic number signs) are not among them.
const HIDDEN: &Ranges = &[
    '\u{ad}'..='\u{ad}',
    '\u{61c}'..='\u{61c}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200b}',
    '\u{200e}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e007f}',
];

/// Other characters that show nothing by themselves: fillers, variation selectors, the blank pattern of Braille.
const BLANK: &Ranges = &[
    '\u{34f}'..='\u{34f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200c}'..='\u{200d}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{e0100}'..='\u{e01ef}',
];

/// Blocks of scripts whose letters take other forms beside a joiner: Arabic to Mandaic, the scripts of India,
/// Tibet, Myanmar, Khmer and Mongolian, and those of the supplementary plane that descend from them.
const JOINING: &Ranges = &[
    '\u{600}'..='\u{8ff}',
    '\u{900}'..='\u{dff}',
    '\u{f00}'..='\u{109f}',
    '\u{1780}'..='\u{18af}',
    '\u{1a20}'..='\u{1aaf}',
    '\u{1b00}'..='\u{1bff}',
    '\u{a800}'..='\u{a8ff}',
    '\u{a980}'..='\u{a9ff}',
    '\u{abc0}'..='\u{abff}',
    '\u{fb50}'..='\u{fdff}',
    '\u{fe70}'..='\u{fefc}',
    '\u{10a00}'..='\u{10fff}',
    '\u{11000}'..='\u{11fff}',
    '\u{1e900}'..='\u{1e95f}',
];

/// Blocks with emoji that a joiner binds together, their modifiers, and the selector that makes a sign one.
const EMOJI: &Ranges = &[
    '\u{2190}'..='\u{21ff}',
    '\u{2300}'..='\u{23ff}',
    '\u{25a0}'..='\u{27bf}',
    '\u{2900}'..='\u{297f}',
    '\u{2b00}'..='\u{2bff}',
    '\u{fe0f}'..='\u{fe0f}',
    '\u{1f000}'..='\u{1faff}',
];

/// The zero of each row of ten decimal digits (Nd) beside the ASCII ones.
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50,
    0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950,
];

fn within(ranges: &Ranges, c: char) -> bool {
    ranges.iter().any(|range| range.contains(&c))
}

/// A format character that shows nothing and is dropped, a joiner excepted.
pub(super) fn is_hidden(c: char) -> bool {
    within(HIDDEN, c)
}

/// The joiner and the non-joiner: kept between letters and emoji that they shape.
pub(super) const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// A tag: kept in the flag of a region, dropped elsewhere.
pub(super) const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Whether a joiner after this letter means something.
pub(super) fn joins(c: char) -> bool {
    within(JOINING, c)
}

/// Whether a joiner may bind this sign to another.
pub(super) fn is_emoji(c: char) -> bool {
    within(EMOJI, c)
}

/// Whether it only says how something is drawn: a format character, a joiner, a selector, the frame of a keycap.
pub(crate) fn is_unseen(c: char) -> bool {
    is_hidden(c) || is_joiner(c) || matches!(c, '\u{34f}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}')
}

/// Whether a reader sees something of it.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !is_hidden(c) && !within(BLANK, c)
}

/// The value of a decimal digit of any script.
pub(crate) fn digit(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    let code = u32::from(c);
    let zero = ZEROS
        .iter()
        .copied()
        .find(|zero| (*zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// A hyphen, dash or minus sign of any width.
pub(crate) const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{58a}' | '\u{5be}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_of_every_script_has_its_value() {
        for (text, value) in [
            ("٤", '4'),
            ("۹", '9'),
            ("५", '5'),
            ("７", '7'),
            ("𝟘", '0'),
            ("𝟿", '9'),
            ("᠓", '3'),
        ] {
            let c = text.chars().next().unwrap();
            assert_eq!(digit(c), Some(value), "{text}");
        }
        // The library's table is another source: what it calls numeric and we read is the same set of digits.
        for &zero in ZEROS {
            for at in zero..zero + 10 {
                assert!(char::from_u32(at).is_some_and(char::is_numeric), "{at:x}");
            }
        }
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]));
        for no in ['a', '½', '²', 'Ⅷ', '〇', '\u{200b}'] {
            assert_eq!(digit(no), None, "{no}");
        }
    }

    #[test]
    fn what_shows_nothing_is_not_seen() {
        for c in [
            '\u{200b}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{202e}', '\u{a0}', '\u{3000}',
            '\u{3164}', '\u{2800}', '\u{200d}', '\u{fe0f}', '\n',
        ] {
            assert!(!is_visible(c), "{:x}", u32::from(c));
        }
        for c in ['a', '.', '字', '\u{600}', '😀', '\u{301}'] {
            assert!(is_visible(c), "{:x}", u32::from(c));
        }
    }
}
