//! `truncate = N`: text -> text. The first N characters; the rest is lost, which is why it
//! has to be asked for.

use super::Conversion;

pub(super) const TRUNCATE: Conversion = Conversion {
    key: "truncate",
    name: "",
    signature: "text -> text",
    about: "The first N characters of a text that may be longer than its target.",
    examples: &[("truncate = 3, of \"Sønderborg\"", "Søn")],
    run: None,
};

/// The first `most` characters.
pub(crate) fn truncate(text: &str, most: u32) -> &str {
    match text.char_indices().nth(most as usize) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(truncate("Sønderborg", 3), "Søn");
        assert_eq!(truncate("Søn", 3), "Søn");
        assert_eq!(truncate("", 3), "");
    }
}
