//! What the documentation says about contracts and mappings is what the program says about them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a command of the program prints; it must go well.
fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dfdg-facade")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())).collect()
}

#[test]
fn the_reference_of_services_is_the_one_the_program_makes() {
    let made = tempfile::tempdir().unwrap();
    run(&["explain", "--markdown", made.path().to_str().unwrap()]);
    let (made, kept) = (pages(made.path()), pages(&repository().join("docs/services")));
    let hint = "make it again: cargo run -- explain --markdown docs/services";
    assert_eq!(kept.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>(), "pages in docs/services; {hint}");
    for (name, made) in &made {
        let differs = kept[name].lines().zip(made.lines()).position(|(kept, made)| kept != made);
        let line = differs.unwrap_or_else(|| kept[name].lines().count().min(made.lines().count())) + 1;
        assert!(kept[name] == *made, "docs/services/{name} is out of date from line {line} on; {hint}");
    }
}

#[test]
fn the_counts_in_the_readme_are_those_of_check() {
    let counts = run(&["check"]);
    let counts = counts.trim();
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(readme.contains(&format!("    {counts}\n")), "README.md lacks what `check` prints:\n    {counts}");
}
