//! A process that is killed while it writes.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::*;

const ROUNDS: u32 = 25;
const WRITERS: u32 = 8;
/// The variable by which the child is told its file, and the first number of its pushes.
const FILE: &str = "DFDG_FACADE_TEST_STORE";
const ANSWERED: &str = "answered ";

fn start_child(file: &Path, first: u32) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "store::sqlite::tests::crash::keeps_until_it_is_killed", "--ignored", "--nocapture"]);
    let mut child = child.env(FILE, format!("{first}:{}", file.display())).stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    (child, said)
}

/// The process that is killed. On its own it has nothing to do.
#[tokio::test]
#[ignore = "is started by the test below"]
async fn keeps_until_it_is_killed() {
    let told = env::var(FILE).expect("the test below starts it");
    let (first, file) = told.split_once(':').unwrap();
    let (first, store) = (first.parse::<u32>().unwrap(), Sqlite::open(Path::new(file)).unwrap());
    let write = |writer: u32| {
        let store = &store;
        async move {
            for number in (first + writer..).step_by(WRITERS as usize) {
                let kept = store.keep(push(number)).await.unwrap();
                assert!(matches!(kept, Kept::New(_)), "{kept:?}");
                writeln!(stdout().lock(), "{ANSWERED}{number}").unwrap();
            }
        }
    };
    join_all((0..WRITERS).map(write)).await;
}

#[tokio::test]
async fn everything_answered_is_there_after_a_kill_and_nothing_twice() {
    let place = Place::new();
    let mut answered = BTreeSet::new();
    for round in 0..ROUNDS {
        let (mut child, said) = start_child(&place.file(), round * 1_000_000);
        let number = |line: &str| line.strip_prefix(ANSWERED)?.parse::<u32>().ok();
        let mut lines = said.lines().map_while(Result::ok).filter_map(|line| number(&line));
        answered.extend(lines.by_ref().take(20 + round as usize * 7));
        child.kill().unwrap();
        answered.extend(lines); // said before it died
        child.wait().unwrap();

        let store = place.open();
        let known = store.writing.ask(|connection| {
            let mut ids = connection.prepare("SELECT message_id FROM push")?;
            let ids = ids.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            Ok((ids, connection.query_one("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?))
        });
        let (ids, integrity) = known.await.unwrap();
        assert_eq!(integrity, "ok");
        let known: BTreeSet<u32> = ids.iter().map(|id| id[1..].parse().unwrap()).collect();
        assert_eq!(known.len(), ids.len(), "nothing twice");
        assert!(answered.is_subset(&known), "round {round}: {:?}", answered.difference(&known));
        assert!(known.len() - answered.len() <= (WRITERS * (round + 1)) as usize, "more than was under way");
    }
    assert!(answered.len() > 20 * ROUNDS as usize);
}
