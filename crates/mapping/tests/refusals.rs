//! What the compiler refuses, and what it says. Each file of `tests/refusals` changes the
//! fixture and holds the problems that follow. `UPDATE_EXPECT=1` rewrites them.
//!
//! Form: `#` comment; then blocks with an empty line between them: `file: <path>`; the text
//! of the `-` lines is taken out of it and that of the `+` lines put in its place, or at the
//! end where nothing is taken out; `---`; the problems.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use std::fs;
use std::path::Path;

use dfdg_mapping::compile;
use support::Fixture;

/// The fixture with the changes of a file made.
fn changed(change: &str) -> Fixture {
    let mut fixture = Fixture::load();
    let mut file = "";
    for block in change.split("\n\n") {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for line in block.lines() {
            match (line.strip_prefix("file: "), line.strip_prefix('-'), line.strip_prefix('+')) {
                (Some(path), ..) => file = path,
                (_, Some(taken), _) => old.push(taken.strip_prefix(' ').unwrap_or(taken)),
                (.., Some(put)) => new.push(put.strip_prefix(' ').unwrap_or(put)),
                _ => assert!(line.starts_with('#') || line.is_empty(), "{line}"),
            }
        }
        match old.is_empty() {
            true if new.is_empty() => {}
            true => fixture.0.entry(file.to_owned()).or_default().push_str(&format!("{}\n", new.join("\n"))),
            false => fixture.replace(file, &old.join("\n"), &new.join("\n")),
        }
    }
    fixture
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the usual switch for rewriting expectations")]
fn every_refusal_says_what_is_wrong_where_and_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let (change, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let found = match compile(&changed(change)) {
            Ok(_) => panic!("{} compiles", path.display()),
            Err(problems) => format!("{problems}\n"),
        };
        if found == expected {
            continue;
        }
        match std::env::var_os("UPDATE_EXPECT") {
            Some(_) => fs::write(&path, format!("{change}---\n{found}")).unwrap(),
            None => wrong.push(format!("{}\nfound:\n{found}expected:\n{expected}", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_fixture_itself_compiles() {
    if let Err(problems) = compile(&Fixture::load()) {
        panic!("{problems}");
    }
}
