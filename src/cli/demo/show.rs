//! How the demo shows what happens.

use std::fmt::Write as _;

/// A heading with a number.
pub(super) fn step(number: u32, text: &str) {
    say!("\n── {number}. {text} {}", "─".repeat(72_usize.saturating_sub(text.chars().count())));
}

/// Indents XML that has no white space of its own between elements.
pub(super) fn indented(xml: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for piece in xml.replace("><", ">\u{0}<").split('\u{0}').map(str::trim) {
        let closes = piece.starts_with("</");
        depth -= usize::from(closes && depth > 0);
        let _ = writeln!(out, "{}{piece}", "  ".repeat(depth));
        let opens = !closes && !piece.ends_with("/>") && !piece.contains("</");
        depth += usize::from(opens);
    }
    out
}

/// The latest REST call the simulator received, as HTTP.
pub(super) fn rest_call(calls: &serde_json::Value) -> String {
    let Some(call) = calls.as_array().and_then(|calls| calls.last()) else { return "no call was received".to_owned() };
    let text = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
    let mut out = format!("{} {}\n", text("method"), text("path"));
    for header in call["headers"].as_array().into_iter().flatten() {
        let (name, value) = (header[0].as_str().unwrap_or_default(), header[1].as_str().unwrap_or_default());
        if name.starts_with("x-") {
            let _ = writeln!(out, "{name}: {value}");
        }
    }
    if !call["body"].is_null() {
        let _ = write!(out, "\n{:#}", call["body"]);
    }
    out
}
