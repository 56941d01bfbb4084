//! The files of a contract: a WSDL or schema and everything it refers to by `schemaLocation`.

use std::collections::HashSet;
use std::io;
use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use super::source::{XSD, line};
use crate::files::Files;
use crate::problem::Problem;

/// One file, as it is.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its path in [`Files`], such as `xsd/Booking.xsd`.
    pub(crate) path: String,
    /// Its whole text.
    pub(crate) text: String,
    /// The files it refers to.
    pub(crate) links: Vec<Link>,
}

/// One `schemaLocation`.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Where its value stands in the text, without the quotes.
    pub(crate) range: Range<usize>,
    /// The path it leads to.
    pub(crate) path: String,
}

/// Reads a file and all it refers to, each once, the first file first.
pub(crate) fn read_closure(files: &dyn Files, start: &str, problems: &mut Vec<Problem>) -> Vec<Text> {
    let mut texts = Vec::new();
    let mut seen = HashSet::from([start.to_owned()]);
    let mut open = vec![Wanted { path: start.to_owned(), from: None }];
    while let Some(wanted) = open.pop() {
        let Some(text) = read(files, &wanted, problems) else { continue };
        let found = text.links.iter().rev().filter(|link| seen.insert(link.path.clone()));
        open.extend(found.map(|link| Wanted { path: link.path.clone(), from: Some(place(&text, link)) }));
        texts.push(text);
    }
    texts
}

/// A file to read, and the file and line that asked for it.
struct Wanted {
    path: String,
    from: Option<(String, u32)>,
}

fn place(text: &Text, link: &Link) -> (String, u32) {
    let before = text.text.get(..link.range.start).unwrap_or_default();
    let lines = before.bytes().filter(|&byte| byte == b'\n').count();
    (text.path.clone(), u32::try_from(lines + 1).unwrap_or(u32::MAX))
}

fn read(files: &dyn Files, wanted: &Wanted, problems: &mut Vec<Problem>) -> Option<Text> {
    let text = files.read(&wanted.path).map_err(|error| problems.push(unreadable(wanted, &error))).ok()?;
    let mut found = Vec::new();
    let tree = parse(&wanted.path, &text).map_err(|problem| problems.push(problem)).ok()?;
    problems.extend(foreign_encoding(&wanted.path, &text));
    for node in tree.descendants().filter(|node| is_reference(*node)) {
        if let Some(location) = node.attribute_node("schemaLocation") {
            match relative(&wanted.path, location.value()) {
                Ok(path) => found.push(Link { range: location.range_value(), path }),
                Err(problem) => problems.push(Problem { line: line(node), ..problem }),
            }
        }
    }
    Some(Text { path: wanted.path.clone(), text: text.into_owned(), links: found })
}

fn is_reference(node: Node<'_, '_>) -> bool {
    node.has_tag_name((XSD, "import")) || node.has_tag_name((XSD, "include"))
}

/// Parses a file; a document type declaration is refused.
pub(crate) fn parse<'t>(path: &str, text: &'t str) -> Result<Document<'t>, Problem> {
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => Problem::new(path, 0, "has a document type declaration (DOCTYPE)")
            .hint("remove it: neither WSDL nor XSD needs one"),
        error => Problem::new(path, error.pos().row, format!("is not well-formed XML: {error}")),
    })
}

/// The path a relative `schemaLocation` leads to from the file it stands in.
fn relative(from: &str, location: &str) -> Result<String, Problem> {
    let location = location.trim();
    let refuse =
        |what: &str, hint: &str| Err(Problem::new(from, 0, format!("schemaLocation \"{location}\" {what}")).hint(hint));
    if location.contains(':') || location.starts_with('/') || location.contains('\\') {
        return refuse(
            "is not a relative path",
            "save the schema beside this file and name it by a relative path with /",
        );
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in location.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => {
                return refuse(
                    "leaves the folder of the contracts",
                    "move the schema into the folder and correct the path",
                );
            }
            ".." => {}
            name => parts.push(name),
        }
    }
    if parts.is_empty() || location.is_empty() {
        return refuse("names no file", "give the relative path of the schema");
    }
    Ok(parts.join("/"))
}

fn unreadable(wanted: &Wanted, error: &io::Error) -> Problem {
    let (file, line) = wanted.from.clone().unwrap_or_else(|| (wanted.path.clone(), 0));
    let path = &wanted.path;
    match error.kind() {
        io::ErrorKind::NotFound if line == 0 => Problem::new(file, 0, "there is no such file"),
        io::ErrorKind::NotFound => {
            Problem::new(file, line, format!("there is no file {path}")).hint("add the file, or correct schemaLocation")
        }
        io::ErrorKind::InvalidData => Problem::new(path, 0, "is not UTF-8").hint("save it as UTF-8"),
        _ => Problem::new(file, line, format!("{path} cannot be read: {error}")),
    }
}

/// The file is read as UTF-8 and served as it is, so a declaration of another encoding would be false.
fn foreign_encoding(path: &str, text: &str) -> Option<Problem> {
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let name: String = value.chars().skip(1).take_while(|c| !matches!(c, '"' | '\'')).collect();
    if ["utf-8", "us-ascii"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return None;
    }
    let problem = Problem::new(path, 1, format!("says it is {name}, but is UTF-8"));
    Some(problem.hint("write encoding=\"utf-8\" in the XML declaration"))
}
