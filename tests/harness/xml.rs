//! XML as text.

use std::fmt::Write;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

/// What stands between two texts, the first time.
pub(crate) fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside.trim())
}

/// Indented by its elements, with a declaration and without empty-element tags: equal for
/// documents that differ in nothing but white space between elements.
pub(crate) fn indented(document: &str) -> String {
    let mut out = format!("{DECLARATION}\n");
    let mut depth = 0_usize;
    let mut in_leaf = false;
    for Piece { tag, text, closed } in pieces(&expanded(document)).filter(|piece| !piece.tag.starts_with("<?")) {
        let is_end = tag.starts_with("</");
        depth -= usize::from(is_end);
        if !in_leaf {
            out.push_str(&"  ".repeat(depth));
        }
        in_leaf = !is_end && closed;
        let (text, end) = if in_leaf { (text, "") } else { (text.trim(), "\n") };
        let _ = write!(out, "{tag}{text}{end}");
        depth += usize::from(!is_end);
    }
    out
}

/// `<a></a>` for `<a/>`.
fn expanded(document: &str) -> String {
    let expand = |piece: Piece<'_>| match piece.tag.strip_suffix("/>") {
        Some(start) => {
            let name = start[1..].split_whitespace().next().unwrap_or_default();
            format!("{}></{name}>{}", start.trim_end(), piece.text)
        }
        None => format!("{}{}", piece.tag, piece.text),
    };
    pieces(document).map(expand).collect()
}

/// A tag and the text behind it.
struct Piece<'t> {
    tag: &'t str,
    text: &'t str,
    /// Whether an end tag follows: after a start tag, the text is then all the element holds.
    closed: bool,
}

fn pieces(document: &str) -> impl Iterator<Item = Piece<'_>> {
    let starts: Vec<usize> = document.match_indices('<').map(|(at, _)| at).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([document.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| {
        let (tag, text) = document[start..end].split_once('>').expect("a tag ends");
        Piece { tag: &document[start..=start + tag.len()], text, closed: document[end..].starts_with("</") }
    })
}
