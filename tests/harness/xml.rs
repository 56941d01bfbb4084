//! XML as text.

use std::fmt::Write;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

/// What stands between two texts, the first time.
pub fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside.trim())
}

/// Indented by its elements, with a declaration: equal for documents that differ in nothing but
/// white space between elements.
pub fn indented(document: &str) -> String {
    let mut out = format!("{DECLARATION}\n");
    let (mut depth, mut after_start) = (0_usize, false);
    for Piece { tag, text } in pieces(document).filter(|piece| !piece.tag.starts_with("<?")) {
        let closes = tag.starts_with("</");
        depth -= usize::from(closes);
        if !(closes && after_start) {
            let _ = write!(out, "{}", "  ".repeat(depth));
        }
        let _ = write!(out, "{tag}");
        let opens = !closes && !tag.ends_with("/>");
        after_start = opens && text.closed;
        out.push_str(if after_start { text.content } else { text.content.trim() });
        if !after_start {
            out.push('\n');
        }
        depth += usize::from(opens);
    }
    out
}

/// A tag and the text behind it.
struct Piece<'t> {
    tag: &'t str,
    text: Text<'t>,
}

struct Text<'t> {
    content: &'t str,
    /// Whether an end tag follows: then it is the content of an element, white space and all.
    closed: bool,
}

fn pieces(document: &str) -> impl Iterator<Item = Piece<'_>> {
    let starts: Vec<usize> = document.match_indices('<').map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([document.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|(start, end)| {
        let (tag, content) = document[start..end].split_once('>').expect("a tag ends");
        Piece {
            tag: &document[start..=start + tag.len()],
            text: Text { content, closed: document[end..].starts_with("</") },
        }
    })
}
