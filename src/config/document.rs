//! A TOML file with its line numbers: read so that every mistake in it is told at once, unless it is no TOML.

use dfdg_contract::Problem;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeTable;

/// The text of a TOML file and the name the operator knows it by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'t> {
    /// The file as problems name it.
    pub(crate) file: &'t str,
    /// Its text.
    pub(crate) text: &'t str,
}

impl<'t> Document<'t> {
    /// Its root table.
    ///
    /// # Errors
    /// The first place where it is no TOML, alone: what a reader finds after it mostly follows from it.
    pub(crate) fn table(&self) -> Result<Spanned<DeTable<'t>>, Problem> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let place = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        match errors.into_iter().min_by_key(place) {
            None => Ok(table),
            Some(first) => {
                let at = first.span().unwrap_or(0..0);
                Err(self.problem(at, first.message().trim().replace('\n', ", ")))
            }
        }
    }

    /// A problem at a place in this file.
    pub(crate) fn problem(&self, at: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(self.file, self.line(at), message)
    }

    /// The line a place is on, from 1.
    pub(crate) fn line(&self, at: Range<usize>) -> u32 {
        let before = self.text.as_bytes().iter().take(at.start).filter(|&&byte| byte == b'\n').count();
        u32::try_from(before).map_or(u32::MAX, |count| count.saturating_add(1))
    }
}

/// The hint for a word that is not one of `known`: the nearest when it looks like a slip,
/// else all of them.
pub(crate) fn hint_for<'k>(word: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// The one of `known` that a word looks like a slip of.
pub(crate) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let nearest = known.min_by_key(|candidate| distance(word, candidate));
    nearest.filter(|candidate| distance(word, candidate) <= 1 + candidate.chars().count() / 4)
}

/// How many letters must be put in, taken out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, wanted) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *wanted);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters_put_in_taken_out_and_changed() {
        for (one, other, expected) in
            [("", "", 0), ("", "ab", 2), ("addres", "address", 1), ("kø", "ko", 1), ("abc", "xyz", 3)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_slip_gets_the_nearest_name_and_anything_else_all_of_them() {
        let known = ["address", "certificate"];
        assert_eq!(hint_for("adress", known.into_iter()), "did you mean `address`?");
        assert_eq!(hint_for("colour", known.into_iter()), "known here: address, certificate");
    }

    #[test]
    fn the_first_syntax_error_is_told_with_its_line() {
        let problem = Document { file: "x.toml", text: "a = 1\nb = \nc = 3\nd = = 4\n" }.table().unwrap_err();
        assert_eq!((problem.file.as_str(), problem.line), ("x.toml", 2), "{problem}");
    }
}
