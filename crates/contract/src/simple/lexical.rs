//! Lexical forms of the built-in types: what a text must look like before facets are asked.

use super::Primitive;
use super::decimal::Decimal;

/// Checks the form; `Err` says what is wanted, never what was sent.
pub(super) fn check(primitive: Primitive, text: &str) -> Result<(), String> {
    let (good, wanted) = match primitive {
        Primitive::String | Primitive::Partial => return Ok(()),
        Primitive::Boolean => (matches!(text, "true" | "false" | "1" | "0"), "true, false, 1 or 0"),
        Primitive::Decimal => (Decimal::parse(text).is_some(), "a decimal number"),
        Primitive::Integer => (is_whole(text), "a whole number"),
        Primitive::Float => (is_float(text), "a floating point number"),
        Primitive::DateTime => (is_date_time(text), "a date and time such as 2023-09-18T09:00:00+02:00"),
        Primitive::Date => (is_date(text), "a date such as 2023-09-18"),
        Primitive::Time => (is_time(text), "a time such as 09:00:00"),
        Primitive::Duration => (is_duration(text), "a duration such as P1DT2H"),
        Primitive::Base64Binary => (is_base64(text), "bytes in base64"),
        Primitive::HexBinary => (is_hex(text), "bytes in hexadecimal digits"),
    };
    if good { Ok(()) } else { Err(wanted.to_owned()) }
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_float(text: &str) -> bool {
    if matches!(text, "INF" | "-INF" | "NaN") {
        return true;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    Decimal::parse(mantissa).is_some() && !exponent.contains('.') && Decimal::parse(exponent).is_some()
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Groups of four digits, the last one padded; single spaces may stand between digits.
fn is_base64(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(|&byte| byte != b' ').collect();
    let padding = digits.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = &digits[..digits.len() - padding];
    let alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let last_fits = match (padding, body.last()) {
        (0, _) => true,
        (1, Some(last)) => b"AEIMQUYcgkosw048".contains(last),
        (2, Some(last)) => b"AQgw".contains(last),
        _ => false,
    };
    digits.len().is_multiple_of(4) && last_fits && body.iter().all(alphabet)
}

fn is_date_time(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, time)| split_zone(date).1.is_empty() && is_day(date) && is_time(time))
}

fn is_date(text: &str) -> bool {
    let (date, zone) = split_zone(text);
    is_day(date) && is_zone(zone)
}

fn is_time(text: &str) -> bool {
    let (time, zone) = split_zone(text);
    is_time_of_day(time) && is_zone(zone)
}

/// Splits a zone off the end: `Z`, or a sign with five characters behind it that has a colon in the middle.
fn split_zone(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_suffix('Z') {
        return (rest, "Z");
    }
    match text.len().checked_sub(6) {
        Some(at) if text.is_char_boundary(at) && text[at..].starts_with(['+', '-']) && text[at..].contains(':') => {
            text.split_at(at)
        }
        _ => (text, ""),
    }
}

fn is_zone(zone: &str) -> bool {
    match zone.as_bytes() {
        [] | [b'Z'] => true,
        [_, hours @ .., b':', tens, ones] => match (number(hours), number(&[*tens, *ones])) {
            (Some(hours), Some(minutes)) => (hours < 14 && minutes < 60) || (hours == 14 && minutes == 0),
            _ => false,
        },
        _ => false,
    }
}

/// `YYYY-MM-DD` with a day that exists; years of more than four digits do not start with 0, and there is no year 0.
fn is_day(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let mut parts = text.rsplitn(3, '-');
    let (Some(day), Some(month), Some(year)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let year_fits = year.len() == 4 || (year.len() > 4 && !year.starts_with('0'));
    let (Some(day), Some(month)) = (two(day), two(month)) else { return false };
    let Some(year) = year_fits.then(|| year_cycle(year)).flatten() else { return false };
    (1..=days_in(year, month)).contains(&day)
}

/// The year within its 400-year cycle of leap years, `None` for the year 0 or what is no number.
fn year_cycle(year: &str) -> Option<u32> {
    let digits = year.bytes().all(|byte| byte.is_ascii_digit());
    let zero = year.bytes().all(|byte| byte == b'0');
    let cycle = || year.bytes().fold(0, |cycle, digit| (cycle * 10 + u32::from(digit - b'0')) % 400);
    (digits && !zero).then(cycle)
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// `hh:mm:ss` with an optional fraction; `24:00:00` is the end of a day.
fn is_time_of_day(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let fraction_fits =
        fraction.is_none_or(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let mut parts = whole.split(':').map(two);
    let (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let midnight = hour == 24
        && minute == 0
        && second == 0
        && fraction.is_none_or(|digits| digits.bytes().all(|byte| byte == b'0'));
    fraction_fits && ((hour < 24 && minute < 60 && second < 60) || midnight)
}

/// `PnYnMnDTnHnMnS`: at least one part, and one behind `T` if it is there.
fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('-').unwrap_or(text).strip_prefix('P') else { return false };
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let time_fits = time.is_none_or(|time| !time.is_empty() && has_parts(time, "HMS"));
    (time.is_some() || !date.is_empty()) && has_parts(date, "YMD") && time_fits
}

/// Numbers, each followed by one of the units, in the order of the units; seconds may have a fraction.
fn has_parts(text: &str, units: &str) -> bool {
    let mut units = units.chars();
    let mut rest = text;
    while let Some(at) = rest.find(|character: char| character.is_ascii_alphabetic()) {
        let (number, tail) = rest.split_at(at);
        let unit = tail.chars().next();
        let fits = !number.starts_with(['+', '-']) && Decimal::parse(number).is_some();
        let whole = !number.contains('.') || (unit == Some('S') && !number.starts_with('.') && !number.ends_with('.'));
        if !fits || !whole || !units.any(|known| Some(known) == unit) {
            return false;
        }
        rest = &tail[1..];
    }
    rest.is_empty()
}

fn two(text: &str) -> Option<u32> {
    (text.len() == 2).then(|| number(text.as_bytes())).flatten()
}

/// Two digits as a number.
fn number(digits: &[u8]) -> Option<u32> {
    match digits {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0')),
        _ => None,
    }
}
