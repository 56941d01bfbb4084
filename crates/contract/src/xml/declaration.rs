//! The XML declaration, whose form a parser may leave unlooked at.

const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Whether `<?xml version="1.0" encoding="…" standalone="…"?>` is as XML 1.0 has it: the version must be there, the
/// order is fixed, and nothing else may be in it.
pub(super) fn is_well_formed(declaration: &str) -> bool {
    let inside = declaration.strip_prefix("<?xml").and_then(|rest| rest.strip_suffix("?>"));
    let version = inside.and_then(|rest| value(rest, "version"));
    let Some(("1.0", rest)) = version else { return false };
    let rest = optional(rest, "encoding", is_encoding);
    let rest = rest.and_then(|rest| optional(rest, "standalone", |value| matches!(value, "yes" | "no")));
    rest.is_some_and(|rest| rest.trim_start_matches(SPACE).is_empty())
}

/// What follows ` name="value"`, or all of it where that is missing; `None` where the value is wrong.
fn optional<'t>(text: &'t str, name: &str, allowed: impl Fn(&str) -> bool) -> Option<&'t str> {
    match value(text, name) {
        None => Some(text),
        Some((value, rest)) => allowed(value).then_some(rest),
    }
}

/// The value in ` name="value"`, and what follows.
fn value<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let rest = text.trim_start_matches(SPACE);
    if rest.len() == text.len() {
        return None;
    }
    let rest = rest.strip_prefix(name)?.trim_start_matches(SPACE).strip_prefix('=')?.trim_start_matches(SPACE);
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split_once(quote)
}

fn is_encoding(name: &str) -> bool {
    let more = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(more)
}

#[cfg(test)]
mod tests {
    use super::is_well_formed;

    #[test]
    fn the_form_is_that_of_xml() {
        for good in [
            "<?xml version=\"1.0\"?>",
            "<?xml version='1.0' encoding='utf-8' ?>",
            "<?xml\tversion = \"1.0\"\r\n encoding=\"ISO-8859-1\" standalone='no'?>",
            "<?xml version=\"1.0\" standalone=\"yes\"?>",
        ] {
            assert!(is_well_formed(good), "{good}");
        }
        for wrong in [
            "<?xml?>",
            "<?xml encoding=\"utf-8\"?>",
            "<?xml version=\"1.1\"?>",
            "<?xml version=\"1.0\" encodenc=\"utf-8\"?>",
            "<?xml version=\"1.0\"encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\" encoding=\"\"?>",
            "<?xml version=\"1.0\" encoding=\"8859\"?>",
            "<?xml version=\"1.0\" standalone=\"true\"?>",
            "<?xml version=\"1.0\" standalone=\"yes\" encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\" version=\"1.0\"?>",
            "<?xml version=\"1.0' ?>",
            "<?xml version=\"1.0\" x ?>",
        ] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }
}
