//! Days and times, whose digits are no phone number's.

/// The text in which days and times are written over, so that their digits are in nobody's way.
pub(super) fn without_dates(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut masked = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit());
        let length = if begins { date_at(&bytes[at..]) } else { 0 };
        if length > 0 {
            masked[at..at + length].fill(b'_');
        }
        at += length.max(1);
    }
    masked
}

/// The length of the day or time that `rest` begins with; 0 if it begins with none.
fn date_at(rest: &[u8]) -> usize {
    let number = |from: usize| -> (usize, u32) {
        let digits = rest[from.min(rest.len())..]
            .iter()
            .take(5)
            .take_while(|byte| byte.is_ascii_digit());
        digits.fold((0, 0), |(length, value), byte| {
            (length + 1, value * 10 + u32::from(byte - b'0'))
        })
    };
    let sign = |at: usize| rest.get(at).copied().unwrap_or(b' ');
    let (first_len, first) = number(0);
    let separator = sign(first_len);
    let (second_len, second) = number(first_len + 1);
    let two = first_len + 1 + second_len;
    // 14:30
    if separator == b':' && first_len <= 2 && second_len == 2 && first < 25 && second < 60 {
        return two;
    }
    if !matches!(separator, b'.' | b'/' | b'-') || second_len == 0 || second_len > 2 {
        return 0;
    }
    let (third_len, third) = if sign(two) == separator {
        number(two + 1)
    } else {
        (0, 0)
    };
    let three = two + 1 + third_len;
    let goes_on = |end: usize| sign(end) == separator && sign(end + 1).is_ascii_digit();
    let year = third_len == 4 && (1900..2200).contains(&third) || third_len == 2;
    let day_and_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    if first_len == 4 && (1900..2200).contains(&first) && (1..=12).contains(&second) {
        // 2026-12-01
        return if (1..=2).contains(&third_len) && (1..=31).contains(&third) && !goes_on(three) {
            three
        } else {
            0
        };
    }
    if first_len > 2 || !(day_and_month(first, second) || day_and_month(second, first)) {
        return 0;
    }
    if year && !goes_on(three) {
        // 01.12.2026, 12/01/26
        three
    } else if separator == b'.' && sign(two) == b'.' && !sign(two + 1).is_ascii_digit() {
        // 01.12.
        two + 1
    } else {
        0
    }
}
