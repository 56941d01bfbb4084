//! `docs/rules.md` against the tests there are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Folders with tests in functions.
const CODE: [&str; 4] = ["crates", "simulator", "src", "tests"];

/// What is wrong with the table: rules without proof, proofs that are not there, ids that stand nowhere.
pub(crate) fn problems(scenarios: BTreeSet<String>) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let mut tests = scenarios;
    CODE.iter().for_each(|folder| functions(&root.join(folder), &mut tests));
    let rows: Vec<(String, Vec<&str>)> = table.lines().filter_map(row).collect();
    assert!(!rows.is_empty(), "docs/rules.md has no table");
    let unproven = rows.iter().filter(|(_, proofs)| proofs.is_empty()).map(|(id, _)| format!("{id} has no proof"));
    let wrong = rows.iter().flat_map(|(id, proofs)| proofs.iter().filter_map(|proof| judge(id, proof, &tests)));
    let known: BTreeSet<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    let stray = tests.iter().flat_map(|name| ids(name).map(move |id| (name, id)));
    let stray = stray.filter(|(_, id)| !known.contains(id));
    let stray = stray.map(|(name, id)| format!("{name}: docs/rules.md has no {id}"));
    unproven.chain(wrong).chain(stray).collect()
}

/// The id of a row, as names of tests write it, and its proofs.
fn row(line: &str) -> Option<(String, Vec<&str>)> {
    let mut cells = line.strip_prefix("| RN-")?.split(" | ");
    let id = format!("rn_{}", cells.next()?.to_lowercase().replace('-', "_"));
    let proofs = cells.last()?.split('`').skip(1).step_by(2).collect();
    Some((id, proofs))
}

fn judge(id: &str, proof: &str, tests: &BTreeSet<String>) -> Option<String> {
    if !tests.contains(proof) {
        return Some(format!("{id}: there is no test `{proof}`"));
    }
    (!ids(proof).any(|own| own == id)).then(|| format!("{id}: `{proof}` does not carry it in its name"))
}

/// The ids of rules in the name of a test, such as `rn_bk_03`.
fn ids(name: &str) -> impl Iterator<Item = &str> {
    let id = |at: usize| {
        let rest = name.get(at..)?;
        rest.match_indices('_').nth(2).map_or(Some(rest), |(end, _)| rest.get(..end))
    };
    name.match_indices("rn_").filter_map(move |(at, _)| id(at))
}

/// The names of functions that carry an id, in every Rust file below a folder.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("fn ").or(line.strip_prefix("async fn ")));
            let names = lines.filter_map(|line| line.split('(').next()).filter(|name| name.starts_with("rn_"));
            found.extend(names.map(str::to_owned));
        }
    }
}
