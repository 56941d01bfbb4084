//! JSON as text.

use serde_json::Value;

/// Indented, members sorted; what is not JSON stays as it is.
pub(crate) fn sorted(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| format!("{:#}", sort(value)))
}

fn sort(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(name, value)| (name, sort(value))).collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(sort).collect(),
        other => other,
    }
}

/// Indented, members in the order of the text, which is JSON without white space between tokens.
pub(crate) fn indented(text: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for sign in text.chars() {
        let outside = !in_string;
        match sign {
            '"' if !escaped => in_string = !in_string,
            '}' | ']' if outside => {
                depth -= 1;
                new_line(&mut out, depth);
            }
            _ => {}
        }
        escaped = in_string && sign == '\\' && !escaped;
        out.push(sign);
        match sign {
            '{' | '[' if outside => {
                depth += 1;
                new_line(&mut out, depth);
            }
            ',' if outside => new_line(&mut out, depth),
            ':' if outside => out.push(' '),
            _ => {}
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}
