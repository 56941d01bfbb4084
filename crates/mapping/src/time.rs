//! Dates and times in Denmark. A date-time keeps the form it was sent in when it says its
//! offset; without one it is Danish local time, as old callers mean it.

use std::borrow::Cow;

use chrono::{
    DateTime, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, SecondsFormat, TimeZone,
};
use chrono_tz::Europe::Copenhagen;

use crate::kind::Rule;

const DATE_TIME: &str = "a date and time, such as 2026-01-31T09:00:00+01:00";
const DATE: &str = "a date, such as 2026-01-31";
const SKIPPED: &str = "a time that exists in Denmark; the clock is put forward over this one";

/// A date-time in its written parts.
struct Written<'t> {
    local: NaiveDateTime,
    /// Digits behind the seconds with their point, as written.
    fraction: &'t str,
    offset: Option<FixedOffset>,
    /// Whether the text is already the form that is written: with offset, not 24:00:00.
    tidy: bool,
}

impl<'t> Written<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let date = date(text.get(..10)?)?;
        let (separator, clock) = (text.get(10..11)?, text.get(11..19)?);
        let rest = text.get(19..)?;
        let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count() + 1);
        let (fraction, zone) = rest.split_at(digits);
        let offset = match zone {
            "" => None,
            zone => Some(offset(zone)?),
        };
        let midnight = clock == "24:00:00" && fraction.trim_start_matches('.').bytes().all(|digit| digit == b'0');
        let local = match midnight {
            true => date.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN),
            false => date.and_time(clock_time(clock)?),
        };
        let fits = matches!(separator, "T" | "t") && digits != 1;
        let tidy = offset.is_some() && !midnight && separator == "T" && zone != "z";
        fits.then_some(Self { local, fraction, offset, tidy })
    }

    fn offset(&self) -> Result<FixedOffset, Rule> {
        self.offset.map_or_else(|| danish_offset(self.local), Ok)
    }
}

/// The number these digits write.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

fn date(text: &str) -> Option<NaiveDate> {
    let [year @ .., b'-', m, n, b'-', d, e] = text.as_bytes() else { return None };
    let year = i32::try_from(number(year).filter(|year| *year > 0)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[*m, *n])?, number(&[*d, *e])?).filter(|_| text.len() == 10)
}

fn clock_time(text: &str) -> Option<NaiveTime> {
    let [h, i, b':', m, n, b':', s, t] = *text.as_bytes() else { return None };
    NaiveTime::from_hms_opt(number(&[h, i])?, number(&[m, n])?, number(&[s, t])?)
}

fn offset(text: &str) -> Option<FixedOffset> {
    let (sign, h, i, m, n) = match *text.as_bytes() {
        [b'Z' | b'z'] => return Some(chrono::Utc.fix()),
        [sign, h, i, b':', m, n] => (sign, h, i, m, n),
        _ => return None,
    };
    let (hours, minutes) = (number(&[h, i])?, number(&[m, n]).filter(|minutes| *minutes < 60)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|seconds| *seconds <= 14 * 3600)?;
    match sign {
        b'+' => FixedOffset::east_opt(seconds),
        b'-' => FixedOffset::west_opt(seconds),
        _ => None,
    }
}

/// What Danish clocks were ahead at a local time. Of an hour that comes twice the first is
/// meant, which is summer time; an hour that never comes is refused.
fn danish_offset(local: NaiveDateTime) -> Result<FixedOffset, Rule> {
    match Copenhagen.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => Ok(of_whole_minutes(offset.fix())),
        LocalResult::None => Err(SKIPPED.into()),
    }
}

/// Before there was a standard time, clocks followed the sun, by minutes and seconds that no date-time can write. Such a time
/// is none that was meant, but .NET's smallest or a slip; it gets the offset of winter.
fn of_whole_minutes(offset: FixedOffset) -> FixedOffset {
    match offset.local_minus_utc() % 60 {
        0 => offset,
        _ => FixedOffset::east_opt(3600).unwrap_or(offset),
    }
}

/// The moment as Danish clocks show it.
fn in_denmark(moment: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    moment.with_timezone(&of_whole_minutes(moment.with_timezone(&Copenhagen).offset().fix()))
}

fn write(local: NaiveDateTime, fraction: &str, offset: FixedOffset) -> Result<String, Rule> {
    let year_fits = local.date() <= NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    year_fits.then(|| format!("{local:?}{fraction}{offset}")).ok_or_else(|| DATE_TIME.into())
}

/// The date-time with its offset: as it was sent when it has one, else Denmark's is added.
pub(crate) fn with_offset(text: Cow<'_, str>) -> Result<Cow<'_, str>, Rule> {
    let Some(written) = Written::of(&text) else { return Err(DATE_TIME.into()) };
    if written.tidy {
        return Ok(text);
    }
    let offset = written.offset()?;
    write(written.local, written.fraction, offset).map(Cow::Owned)
}

/// The date-time with no more than so many digits behind its seconds. Those that are too many are cut off: rounded up,
/// a moment could lie in the next day, or before what it follows.
pub(crate) fn with_fraction_of(text: Cow<'_, str>, most: usize) -> Cow<'_, str> {
    let Some((seconds, rest)) = text.split_once('.') else { return text };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    match digits > most {
        true => Cow::Owned(format!("{seconds}.{}{}", &rest[..most], &rest[digits..])),
        false => text,
    }
}

/// The calendar date in Denmark of a date-time.
pub(crate) fn danish_date(text: &str) -> Result<String, Rule> {
    let written = Written::of(text).ok_or(DATE_TIME)?;
    let local = match written.offset {
        None => written.local,
        Some(offset) => {
            let instant = offset.from_local_datetime(&written.local).single().ok_or(DATE_TIME)?;
            in_denmark(instant).naive_local()
        }
    };
    Ok(local.date().to_string())
}

/// A date as JSON writes it: XSD allows an offset behind it, which changes nothing about the day.
pub(crate) fn without_offset(text: Cow<'_, str>) -> Result<Cow<'_, str>, Rule> {
    let day = text.get(..10).and_then(date);
    let zone = text.get(10..).filter(|zone| zone.is_empty() || offset(zone).is_some());
    if day.is_none() || zone.is_none() {
        return Err(DATE.into());
    }
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..10]),
        Cow::Owned(text) => Cow::Owned(text[..10].to_owned()),
    })
}

/// A time of day in Denmark on a date, with its offset.
pub(crate) fn on_day(text: &str, hour: u32, minute: u32, second: u32) -> Result<String, Rule> {
    let day = without_offset(text.into())?;
    let local = date(&day).and_then(|date| date.and_hms_opt(hour, minute, second)).ok_or(DATE)?;
    write(local, "", danish_offset(local)?)
}

/// The point in time a date-time means.
pub(crate) fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    let written = Written::of(text)?;
    let nanoseconds = format!("{:0<9.9}", written.fraction.trim_start_matches('.')).parse().unwrap_or(0);
    let local = written.local + chrono::TimeDelta::nanoseconds(nanoseconds);
    written.offset().ok()?.from_local_datetime(&local).single()
}

/// The moment as Danish clocks show it, to the second.
pub(crate) fn danish_now(now: DateTime<FixedOffset>) -> String {
    in_denmark(now).to_rfc3339_opts(SecondsFormat::Secs, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidy(text: &str) -> String {
        with_offset(text.into()).unwrap().into_owned()
    }

    #[test]
    fn a_date_time_with_offset_keeps_its_form() {
        for text in ["2019-04-30T15:06:58.9218786+02:00", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000-05:30"] {
            assert_eq!(tidy(text), text);
        }
    }

    #[test]
    fn one_without_gets_denmarks() {
        assert_eq!(tidy("2026-01-15T09:00:00"), "2026-01-15T09:00:00+01:00");
        assert_eq!(tidy("2026-07-15T09:00:00.5"), "2026-07-15T09:00:00.5+02:00");
    }

    #[test]
    fn a_time_before_there_was_a_standard_time_gets_an_offset_that_can_be_written() {
        for text in ["0001-01-01T00:00:00", "1880-06-01T12:00:00"] {
            assert_eq!(tidy(text), format!("{text}+01:00"), "as .NET's DateTime.MinValue");
            assert_eq!(danish_date(text).as_deref(), Ok(&text[..10]));
            assert_eq!(danish_date(&tidy(text)).as_deref(), Ok(&text[..10]));
            assert!(instant(&on_day(&text[..10], 23, 59, 59).unwrap()).is_some());
        }
        assert_eq!(tidy("1899-12-31T00:00:00"), "1899-12-31T00:00:00+01:00");
    }

    #[test]
    fn the_hour_that_comes_twice_is_summer_time() {
        assert_eq!(tidy("2026-10-25T02:30:00"), "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn the_hour_that_never_comes_is_refused() {
        assert!(with_offset("2026-03-29T02:30:00".into()).unwrap_err().contains("exists in Denmark"));
    }

    #[test]
    fn midnight_at_the_end_is_the_start_of_the_next_day() {
        assert_eq!(tidy("2026-12-31T24:00:00"), "2027-01-01T00:00:00+01:00");
        assert_eq!(tidy("2026-12-31T24:00:00Z"), "2027-01-01T00:00:00+00:00");
    }

    #[test]
    fn the_danish_date_may_be_the_next_day() {
        assert_eq!(danish_date("2026-06-30T22:30:00Z").unwrap(), "2026-07-01");
        assert_eq!(danish_date("2026-06-30T23:59:59+02:00").unwrap(), "2026-06-30");
        assert_eq!(danish_date("2026-06-30T23:59:59").unwrap(), "2026-06-30");
    }

    #[test]
    fn damaged_ones_are_refused() {
        for text in [
            "2026-02-30T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00+15:00",
            "2026-01-01T00:00:00.Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01T00:00",
            "2026-01-01T00:00:60Z",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00+0100",
            "2026-01-01T24:00:01Z",
            "æøåæøåæøåæøå",
        ] {
            assert!(with_offset(text.into()).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_compare_across_offsets() {
        assert_eq!(instant("2026-01-01T12:00:00+01:00"), instant("2026-01-01T11:00:00Z"));
        assert!(instant("2026-01-01T12:00:00.1Z") > instant("2026-01-01T12:00:00Z"));
    }

    #[test]
    fn the_offset_of_a_date_is_left_out() {
        assert_eq!(without_offset("2026-01-31+01:00".into()).unwrap(), "2026-01-31");
        assert!(without_offset("2026-01-32".into()).is_err());
        assert!(without_offset("2026-01-31x".into()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = (with_offset(text.as_str().into()), danish_date(&text), without_offset(text.as_str().into()), on_day(&text, 0, 0, 0), instant(&text));
        }

        #[test]
        fn a_danish_time_reads_back_as_the_same_moment(seconds in 0i64..4_000_000_000) {
            let moment = DateTime::from_timestamp(seconds, 0).unwrap().fixed_offset();
            proptest::prop_assert_eq!(instant(&danish_now(moment)), Some(moment));
        }
    }
}
