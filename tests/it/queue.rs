//! What is kept of pushes when the process is killed, and the command that shows it.

use std::process::{Command, Output};

use dfdg_facade::store::sqlite::Reading;
use dfdg_facade::store::{PushId, PushQueries};
use serde_json::Value;

use crate::process::{PROGRAM, Served, check_with, text};
use crate::world::{Backend, CITIZEN, Caller, Connection, Push, Setup, assert_nothing_of_a_person, get};

const CRASHES: i64 = 5;
const BEFORE_EACH: i64 = 12;

/// Delivers until the connection breaks, the numbers of what was answered with 200.
async fn deliver_until_it_breaks(mut connection: Connection, crash: i64, stop: &mut impl FnMut(i64)) -> Vec<i64> {
    let mut answered = Vec::new();
    loop {
        stop(i64::try_from(answered.len()).unwrap());
        if !connection.try_write(&Push::new(&format!("{crash}-{}", answered.len())).bytes()).await {
            return answered;
        }
        match connection.response().await {
            Some(response) => answered.push(response.kept()),
            None => return answered,
        }
    }
}

#[tokio::test]
async fn everything_answered_is_there_after_kills_and_nothing_twice() {
    let backend = Backend::start().await;
    let mut setup = Setup::default().intake();
    let mut answered = Vec::new();
    for crash in 0..CRASHES {
        let (served, same) = Served::start(setup, &backend).await;
        setup = same;
        let connection = Caller::named("wsb-publisher").connect(served.intake().await).await.unwrap();
        let mut served = Some(served);
        let mut kill = |count: i64| {
            if count == BEFORE_EACH + crash
                && let Some(served) = served.take()
            {
                served.kill();
            }
        };
        answered.push(deliver_until_it_breaks(connection, crash, &mut kill).await);
    }

    let (served, setup) = Served::start(setup, &backend).await;
    let mut connection = Caller::named("wsb-publisher").connect(served.intake().await).await.unwrap();
    let mut messages = 0;
    for (crash, kept) in answered.iter().enumerate() {
        assert!(kept.len() >= usize::try_from(BEFORE_EACH).unwrap(), "{answered:?}");
        for (number, id) in kept.iter().enumerate() {
            messages += 1;
            let again = connection.deliver(&Push::new(&format!("{crash}-{number}"))).await.kept();
            assert_eq!(again, *id, "the number it was answered with, whoever was killed since");
        }
    }
    let reading = Reading::open(&setup.file("var/facade.db")).unwrap();
    let pushes: u64 = reading.counts().await.unwrap().iter().map(|count| count.pushes).sum();
    assert!(
        (messages..=messages + u64::try_from(CRASHES).unwrap()).contains(&pushes),
        "{messages} answered, {pushes} kept"
    );
    assert!(reading.push(PushId(answered[0][0])).await.unwrap().is_some());
}

async fn connect(served: &Served) -> Connection {
    Caller::named("wsb-publisher").connect(served.intake().await).await.unwrap()
}

/// The program among limits of the system: its files may not grow beyond this size. To the program that is an error of
/// the disk.
fn with_files_of_at_most(kib: u32) -> Command {
    let mut shell = Command::new("sh");
    let blocks = kib * 2;
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh", PROGRAM]);
    shell
}

#[tokio::test]
async fn a_disk_that_fails_is_503_and_unready_and_nothing_that_was_answered_is_lost() {
    let backend = Backend::start().await;
    let setup = Setup::default().intake().setting("journal.file", "");
    let served = Served::run(with_files_of_at_most(512), &setup, &backend).await;
    let mut connection = connect(&served).await;
    let large = |number: usize| Push::with(&number.to_string(), "mere", "x".repeat(50_000).into());
    let mut answered = 0;
    let failed = loop {
        let response = connection.deliver(&large(answered)).await;
        if response.status != 200 {
            break response;
        }
        answered += 1;
        assert!(answered < 100, "the limit is not one");
    };
    assert!(answered > 0);
    assert_eq!((failed.status, failed.header("Retry-After")), (503, Some("10")), "{failed:?}");
    assert!(failed.json()["hint"].as_str().unwrap().contains("deliver it again"), "{failed:?}");
    let (status, ready) = get(served.admin(), "/health/ready").await;
    assert_eq!(status, 503);
    assert!(ready.contains("{\"name\":\"store\",\"ok\":false,\"why\":\"the store "), "{ready}");
    served.kill();

    let served = Served::run(Command::new(PROGRAM), &setup, &backend).await;
    let mut connection = connect(&served).await;
    for number in 0..=answered {
        connection.deliver(&large(number)).await.kept();
    }
    let listed = queue(&setup, &["list"]);
    assert!(text(&listed.stdout).ends_with(&format!("\n{} in all\n", answered + 1)), "each once: {listed:?}");
}

#[tokio::test]
async fn a_strict_journal_holds_the_line_before_the_push_is_answered_and_names_nobody() {
    let backend = Backend::start().await;
    let strict = || Setup::default().intake().setting("journal.audit", "strict");
    let setup = strict().setting("journal.file", "own.jsonl").setting("journal.person_key", "person.key");
    std::fs::write(setup.file("person.key"), "k".repeat(32)).unwrap();
    let served = Served::run(Command::new(PROGRAM), &setup, &backend).await;
    let mut connection = connect(&served).await;
    for number in 1..=5 {
        connection.deliver(&Push::new(&number.to_string())).await.kept();
        let journal = std::fs::read_to_string(setup.file("own.jsonl")).unwrap();
        let pushes = journal.lines().filter(|line| line.contains("\"event\":\"push\""));
        let pushes: Vec<Value> = pushes.map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(pushes.len(), number);
        assert!(pushes.iter().all(|line| line["person"].as_str().is_some_and(|hash| hash.len() == 64)), "{journal}");
        assert_nothing_of_a_person(&journal);
    }

    let setup = strict().setting("journal.file", "/dev/full");
    let served = Served::run(Command::new(PROGRAM), &setup, &backend).await;
    let mut connection = connect(&served).await;
    for _ in 0..2 {
        let response = connection.deliver(&Push::new("m1")).await;
        assert_eq!((response.status, response.header("Retry-After")), (503, Some("10")), "{response:?}");
    }
}

fn queue(setup: &Setup, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("queue").args(arguments).arg("--config").arg(setup.file("facade.toml")).envs(setup.environment());
    command.output().unwrap()
}

#[tokio::test]
async fn the_queue_is_shown_beside_the_running_server_and_nobodys_number_with_it() {
    let backend = Backend::start().await;
    let (served, setup) = Served::start(Setup::default().intake(), &backend).await;
    let mut connection = Caller::named("wsb-publisher").connect(served.intake().await).await.unwrap();
    let first = Push::new("m1");
    connection.deliver(&first).await.kept();
    connection.deliver(&Push::new("m2")).await.kept();
    connection.deliver(&Push::raw("{\"besked\":7}").to("/wsb/2/29")).await.kept();

    let listed = queue(&setup, &["list"]);
    assert!(listed.status.success(), "{listed:?}");
    let lines: Vec<Vec<&str>> = text(&listed.stdout).lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[1][..4], ["2/29", "-", "parked", "1"]);
    assert_eq!(lines[2][..4], ["8/10100", "90000", "received", "2"]);
    assert_eq!(lines[3], ["3", "in", "all"]);

    let shown = queue(&setup, &["show", "1"]);
    let said = text(&shown.stdout);
    for part in
        ["recipient     8/10100", "message id    m1", "change        update", "citizen       yes; --body shows it"]
    {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_nothing_of_a_person(said);
    let parked = queue(&setup, &["show", "3"]);
    assert!(text(&parked.stdout).ends_with("parked        /metadata/entitetId: must be there\n"), "{parked:?}");
    assert_eq!(queue(&setup, &["show", "1", "--body"]).stdout, first.body);
    assert!(String::from_utf8(first.body).unwrap().contains(CITIZEN));

    let unknown = queue(&setup, &["show", "99"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).starts_with("there is no push 99"), "{unknown:?}");
    connection.deliver(&Push::new("m3")).await.kept();
}

#[test]
fn without_a_store_the_queue_says_what_was_looked_for() {
    let setup = Setup::default();
    setup.config("https://127.0.0.1:1").unwrap();
    let listed = queue(&setup, &["list"]);
    assert_eq!(listed.status.code(), Some(1));
    assert!(text(&listed.stderr).contains("var/facade.db: cannot be opened"), "{listed:?}");
    assert!(!setup.file("var").exists(), "nothing is made by looking");
}

#[test]
fn check_warns_of_publishers_without_an_intake_and_of_an_intake_without_publishers() {
    let good = check_with(&Setup::default().intake(), &["--json"]);
    let json: Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!((&json["installation"]["publishers"], &json["installation"]["intake"]), (&1.into(), &true.into()));
    let none = check_with(&Setup::default().setting("intake.enabled", "true"), &[]);
    assert!(text(&none.stderr).contains("warning: intake.enabled, and no publisher is registered"), "{none:?}");
    let off = check_with(&Setup::default().intake().setting("intake.enabled", "false"), &[]);
    assert!(text(&off.stderr).contains("warning: publishers are registered, and there is no intake"), "{off:?}");
    for output in [good, none, off] {
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn check_tells_what_keeps_the_intake_from_starting() {
    let key = crate::world::pki_file("clients/system/key.pem").display().to_string();
    let certificate = crate::world::pki_file("servers/facade/chain.pem").display().to_string();
    let setup = Setup::default().intake().setting("intake.certificate", &certificate).setting("intake.key", &key);
    std::fs::create_dir(setup.file("var")).unwrap();
    std::fs::write(setup.file("var/facade.db"), "no data base".repeat(100)).unwrap();
    let output = check_with(&setup, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    for part in
        ["intake.key: cannot be used with the certificate of intake.certificate", "store.file: the store is damaged"]
    {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
