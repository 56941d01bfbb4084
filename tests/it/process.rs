//! The program: its commands, signals and exit codes.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::world::{
    Backend, Caller, Request, Setup, assert_nothing_of_a_person, edit, eventually, pki_file, repository, scenario,
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_dfdg-facade");

/// `serve` as a process of its own, as talkative as it can be.
pub(crate) struct Served {
    child: Child,
    callers: SocketAddr,
    stderr: PathBuf,
}

impl Served {
    pub(crate) async fn start(setup: Setup, backend: &Backend) -> (Self, Setup) {
        let setup = setup.setting("journal.file", "own.jsonl").setting("journal.level", "trace,actix_http=trace");
        let served = Self::run(Command::new(PROGRAM), &setup, backend).await;
        (served, setup)
    }

    /// With settings as they are; `program` is the program, or something that becomes it.
    pub(crate) async fn run(mut program: Command, setup: &Setup, backend: &Backend) -> Self {
        setup.config(&backend.url()).unwrap();
        let stderr = setup.file("stderr");
        program.args(["serve", "--config"]).arg(setup.file("facade.toml")).envs(setup.environment());
        let child = program.stderr(File::create(&stderr).unwrap()).spawn().unwrap();
        let callers = eventually("the address of callers", async || address(&stderr, "callers  ")).await;
        Self { child, callers, stderr }
    }

    /// Where health and metrics are.
    pub(crate) fn admin(&self) -> SocketAddr {
        let said = self.said();
        said.lines().find_map(|line| line.strip_prefix("admin    http://")?.parse().ok()).unwrap()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Where publishers deliver.
    pub(crate) async fn intake(&self) -> SocketAddr {
        eventually("the address of the intake", async || address(&self.stderr, "intake   ")).await
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill(); // has ended already, when the test went well
        let _ = self.child.wait();
    }
}

/// Where a listener is, once the program has said so.
fn address(stderr: &Path, listener: &str) -> Option<SocketAddr> {
    let text = fs::read_to_string(stderr).unwrap();
    text.lines().find_map(|line| line.strip_prefix(listener)?.strip_prefix("https://")?.parse().ok())
}

#[tokio::test]
async fn serve_reloads_at_sighup_and_answers_what_runs_at_sigterm() {
    let backend = Backend::start().await;
    let (mut served, setup) = Served::start(Setup::default().catalogue(|_| {}), &backend).await;
    let mut connection = Caller::named("system").connect(served.callers).await.unwrap();
    let refused = Request::create_booking().with("<ReBookingPossible>false", "<ReBookingPossible>true");
    connection.call(&refused).await.fault().is(8126, "Rebooking deadline must be specified");

    edit(
        setup.file("catalogue/mappings/faults.toml"),
        "Rebooking deadline must be specified",
        "A deadline must be given",
    );
    served.signal("-HUP");
    eventually("the reload", async || served.said().contains("\"message\":\"reloaded\"").then_some(())).await;
    connection.call(&refused).await.fault().is(8126, "A deadline must be given");

    edit(setup.file("clients.toml"), "\"BookingService\"", "\"BokingService\"");
    served.signal("-HUP");
    let refused = |line: &str| {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else { return false };
        let error = line["fields"]["error"].as_str().unwrap_or_default();
        line["fields"]["what"] == "all that SIGHUP reads" && error.contains("clients.toml:6: there is no service")
    };
    eventually("the refusal in JSON", async || served.said().lines().any(refused).then_some(())).await;

    backend.is_slow(300).await;
    connection.write(&Request::create_booking().bytes()).await;
    backend.first_call().await;
    served.signal("-TERM");
    connection.response().await.unwrap().reply();
    assert!(served.child.wait().unwrap().success());
    assert!(served.said().contains("all calls were answered"), "{}", served.said());

    assert!(served.said().contains("\"TRACE\"") && served.said().contains("actix_http"), "as talkative as it can be");
    assert_nothing_of_a_person(&served.said());
    let journal = fs::read_to_string(setup.file("own.jsonl")).unwrap();
    assert_eq!(journal.lines().filter(|line| line.contains("\"event\":\"call\"")).count(), 3, "{journal}");
    assert_nothing_of_a_person(&journal);
}

/// Runs a command with this on its standard input.
fn run(arguments: &[&str], input: &str) -> Output {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), input).unwrap();
    let stdin = Stdio::from(File::open(file.path()).unwrap());
    Command::new(PROGRAM).args(arguments).stdin(stdin).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn translate_shows_the_calls_and_with_answers_the_reply() {
    let answer = repository().join("tests/scenarios/booking/create_minimal/answer.http");
    let command = ["translate", "BookingService", "CreateBooking", "--answer", answer.to_str().unwrap()];
    let output = run(&command, &scenario("create_minimal/request.xml"));
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(shown.starts_with("POST /v1/Indkaldelse/3f2504e0-4f89-41d3-9a0c-0305e82c3301\n"), "{shown}");
    assert!(shown.contains("\n{\"ombookingMulig\":false,"), "{shown}");
    assert!(shown.contains("<MessageIdentifier>"), "{shown}");
}

#[test]
fn translate_answers_with_made_up_ids_what_the_facade_answers_itself() {
    let request = |scenario: &str| Request::job_ad(scenario).text().to_owned();
    let shown = |operation: &str, scenario: &str, answers: &[&str]| {
        let command = ["translate", "JobAdService", operation, "--organisation", "24:90000002"];
        let output = run(&[&command[..], answers].concat(), &request(scenario));
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout).to_owned()
    };
    let receipt = tempfile::NamedTempFile::new().unwrap();
    fs::write(receipt.path(), "{}").unwrap();
    let add = shown("AddJob", "add_minimal", &["--answer", receipt.path().to_str().unwrap()]);
    assert!(add.starts_with("POST /jobannonce\n    answered by the facade itself"), "{add}");
    let uuid = add.split("POST /v1/Jobannonce/").nth(1).and_then(|rest| rest.lines().next()).unwrap();
    assert!(uuid::Uuid::parse_str(uuid).is_ok(), "{add}");
    assert!(add.contains("<JobAdId>1000000000</JobAdId>"), "{add}");
    assert!(shown("GetJob", "rn_ja_01_get_everything", &[]).contains("\nGET /v1/Jobannonce/"));
}

#[test]
fn translate_shows_the_fault_of_a_request_that_is_refused() {
    let create = ["translate", "BookingService", "CreateBooking"];
    let output = run(&create, &scenario("create_8126_rebooking_possible_without_deadline/request.xml"));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("fault Client 8126: Rebooking deadline must be specified"), "{output:?}");
    let output = run(&create, "<Envelope xmlns=\"urn:x\"/>");
    assert!(text(&output.stdout).starts_with("fault VersionMismatch: "), "{output:?}");
}

#[test]
fn translate_says_when_it_is_asked_for_something_else() {
    for (service, operation, message) in [
        ("BookingService", "GetBookings", "the request is for CreateBooking"),
        ("BookingService", "DeleteBooking", "BookingService has no operation DeleteBooking"),
        ("JobService", "GetBookings", "there is no service JobService"),
    ] {
        let output = run(&["translate", service, operation], &scenario("create_minimal/request.xml"));
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(text(&output.stderr).contains(message), "{output:?}");
    }
}

pub(crate) fn check_with(setup: &Setup, more: &[&str]) -> Output {
    setup.config("https://127.0.0.1:1").unwrap();
    let file = setup.file("facade.toml");
    Command::new(PROGRAM).args(["check", "--config"]).arg(file).args(more).envs(setup.environment()).output().unwrap()
}

/// Nothing is left for the start to find.
#[test]
fn check_tells_everything_that_is_wrong_with_an_installation_at_once() {
    let setup = Setup::default()
        .client("BookingService", "BokingService")
        .setting("callers.key", &pki_file("clients/system/key.pem").display().to_string())
        .setting("callers.trust.issuing", &pki_file("manifest.json").display().to_string())
        .setting("backends.kontaktforloeb.key", &pki_file("clients/system/key.pem").display().to_string());
    let output = check_with(&setup, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    for part in [
        "clients.toml:6: there is no service `BokingService`",
        "callers.key: cannot be used with the certificate of callers.certificate",
        "callers.trust.issuing: ",
        "backends.kontaktforloeb.certificate: ",
        "hint: ",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(said.ends_with("4 problems\n"), "{said}");
}

#[test]
fn check_reads_revocation_lists_and_asks_addresses_only_when_told_to() {
    let lists = |sources: &str| {
        let setup = Setup::default().setting("callers.trust.revocation", sources);
        setup.setting("callers.trust.revocation_folder", "kept")
    };
    let (root, issuing) = (pki_file("crl/root.crl"), pki_file("crl/issuing-1.crl"));
    let (root, issuing) = (root.display(), issuing.display());
    let alone = check_with(&lists(&root.to_string()), &[]);
    assert!(
        text(&alone.stderr).contains("there is no usable revocation list of \"CN=Facade DEV issuing CA 1"),
        "{alone:?}"
    );
    let other = check_with(&lists(&format!("{root}, {issuing}, {}", pki_file("manifest.json").display())), &[]);
    assert!(text(&other.stderr).contains("manifest.json is not a revocation list"), "{other:?}");

    let url = lists(&format!("{root}, {issuing}, http://127.0.0.1:1/list.crl"));
    assert_eq!(check_with(&url, &[]).status.code(), Some(0));
    let asked = check_with(&url, &["--fetch"]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(text(&asked.stderr).contains("http://127.0.0.1:1/list.crl cannot be fetched"), "{asked:?}");
    assert!(!url.file("kept").exists(), "nothing is kept");
}

#[test]
fn check_says_whether_files_are_in_order_and_ends_accordingly() {
    let check = |setup: &Setup| check_with(setup, &[]);
    assert_eq!(check(&Setup::default()).status.code(), Some(0));
    let wrong = |folder: &Path| edit(folder.join("mappings/booking/create-booking.toml"), "\"keyed\"", "\"often\"");
    let output = check(&Setup::default().catalogue(wrong));
    assert_eq!(output.status.code(), Some(1));
    let said = [text(&output.stdout), text(&output.stderr)].concat();
    assert!(said.contains("mappings/booking/create-booking.toml:"), "{said}");
    assert_eq!(run(&["serve", "--no-such-option"], "").status.code(), Some(2));
}

#[test]
fn check_refuses_a_folder_that_is_not_there_or_is_misspelt() {
    let folder = tempfile::tempdir().unwrap();
    let check = |path: &Path| run(&["check", "--folder", path.to_str().unwrap()], "");
    let missing = check(&folder.path().join("nope"));
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("/nope: cannot be read: "), "{missing:?}");
    fs::create_dir_all(folder.path().join("mapping/booking")).unwrap();
    let misspelt = check(folder.path());
    assert_eq!(misspelt.status.code(), Some(1));
    assert!(text(&misspelt.stderr).contains("hint: did you mean `mappings/`?"), "{misspelt:?}");
    assert_eq!(check(repository()).status.code(), Some(0), "other things lie beside a catalogue in a checkout");
}

/// With problems of files at the line of the setting that names them.
#[test]
fn check_and_serve_say_on_which_line_a_file_is_named_that_cannot_be_used() {
    let setup = Setup::default();
    setup.config("https://127.0.0.1:1").unwrap();
    let settings = setup.file("facade.toml");
    let whole = fs::read_to_string(&settings).unwrap();
    let key = |name: &str| format!("\"{}\"", pki_file(name).display());
    fs::write(&settings, whole.replace(&key("servers/facade/key.pem"), &key("manifest.json"))).unwrap();
    let line = 1 + whole.lines().position(|line| line.contains("servers/facade/key.pem")).unwrap();
    for command in ["check", "serve"] {
        let output = Command::new(PROGRAM).args([command, "--config"]).arg(&settings).output().unwrap();
        let said = text(&output.stderr);
        assert!(said.starts_with(&format!("{}:{line}: callers.key: cannot read ", settings.display())), "{said}");
    }
}

#[test]
fn check_says_what_it_found_good_and_warns_when_nobody_is_registered() {
    let good = check_with(&Setup::default(), &[]);
    let said = text(&good.stdout);
    for part in [
        "client systems       1\n",
        "server certificate   until ",
        "authority            until ",
        "revocation list      next update ",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(good.stderr.is_empty(), "{good:?}");
    let json: serde_json::Value = serde_json::from_slice(&check_with(&Setup::default(), &["--json"]).stdout).unwrap();
    assert_eq!((&json["installation"]["clients"], &json["good"]), (&1.into(), &true.into()), "{json}");

    let misspelt = check_with(&Setup::default().second_backend("kontaktforlob"), &[]);
    assert_eq!(misspelt.status.code(), Some(0));
    let said = text(&misspelt.stderr);
    assert!(said.starts_with("warning: nothing is sent to [backends.kontaktforlob]"), "{said}");

    let setup = Setup::default();
    setup.config("https://127.0.0.1:1").unwrap();
    fs::write(setup.file("clients.toml"), "").unwrap();
    let nobody = Command::new(PROGRAM).args(["check", "--config"]).arg(setup.file("facade.toml")).output().unwrap();
    assert_eq!(nobody.status.code(), Some(0));
    assert!(text(&nobody.stderr).starts_with("warning: no client system is registered"), "{nobody:?}");
}

#[test]
fn translate_says_which_setting_a_fault_comes_from() {
    let create = ["translate", "BookingService", "CreateBooking"];
    let digital = scenario("rn_bk_04_contact_type_4_without_link_is_refused/request.xml");
    let hint = "    hint: the organisation has no setting digital-meeting-link; give it with --setting";
    let output = run(&create, &digital);
    assert!(text(&output.stdout).contains("fault Client 4708") && text(&output.stdout).contains(hint), "{output:?}");
    let given = [&create[..], &["--setting", "digital-meeting-link=https://moede.example"]].concat();
    assert!(run(&given, &digital).status.success());
    let unknown = run(&create, &scenario("contact_type_unknown_is_refused/request.xml"));
    assert!(text(&unknown.stdout).contains("4708") && !text(&unknown.stdout).contains("hint"), "{unknown:?}");
}

#[test]
fn pki_init_tells_what_is_to_be_trusted_and_where_the_lists_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pki").display().to_string();
    let made = run(&["pki", "init", &path, "--quick"], "");
    let said = text(&made.stdout);
    for file in
        ["ca/root/cert.pem, of callers", "ca/server-ca/cert.pem, of servers", "crl/root.crl", "crl/issuing-1.crl"]
    {
        assert!(said.contains(&format!("{path}/{file}")), "{file}\n{said}");
    }
    let again = run(&["pki", "init", &path, "--quick"], "");
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("with --overwrite"), "{again:?}");
}

/// What was answered before the process was killed is there when it runs again.
#[tokio::test]
async fn rn_ja_07_a_number_means_the_same_advert_after_a_kill() {
    let backend = Backend::start().await;
    let mut setup = Setup::default().advertises_jobs();
    let mut known: Vec<(String, String)> = Vec::new();
    for round in 0..3 {
        let (mut served, same) = Served::start(setup, &backend).await;
        setup = same;
        let mut connection = Caller::named("system").connect(served.callers).await.unwrap();
        for (number, title) in &known {
            let read = connection
                .call(&Request::job_ad("get_unknown_number_is_130000").with(">99<", &format!(">{number}<")))
                .await;
            assert_eq!((read.text("JobAdId"), read.text("Title")), (number.as_str(), title.as_str()));
        }
        for advert in 0..5 {
            let title = format!("Bager {round} {advert}");
            let add = connection.call(&Request::job_ad("add_minimal").with(">Bager<", &format!(">{title}<"))).await;
            known.push((add.text("JobAdId").to_owned(), title));
        }
        let under_way = Request::job_ad("add_minimal").bytes();
        connection.write(&under_way).await;
        served.child.kill().unwrap();
        served.child.wait().unwrap();
    }
    let numbers: std::collections::BTreeSet<_> = known.iter().map(|(number, _)| number).collect();
    assert_eq!(numbers.len(), 15, "no number twice");
}

#[tokio::test]
async fn numbers_of_the_old_service_are_imported_and_written_out() {
    let backend = Backend::start().await;
    let setup = Setup::default().advertises_jobs();
    setup.config(&backend.url()).unwrap();
    let file = setup.file("numbers.csv");
    let identifiers = |setup: &Setup, arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.arg("identifiers").args(arguments).arg("--config").arg(setup.file("facade.toml"));
        command.envs(setup.environment()).output().unwrap()
    };
    let import = |setup: &Setup| identifiers(setup, &["import", file.to_str().unwrap()]);
    let old = "4711,7f3c1a52-5d0e-4c8b-9a51-0c2d3e4f5a6b";
    fs::write(&file, format!("number,uuid\n{old}\n")).unwrap();
    let nothing = identifiers(&setup, &["export"]);
    assert!(text(&nothing.stderr).contains("cannot be opened"), "{nothing:?}");
    assert!(text(&import(&setup).stdout).starts_with("1 of 1 pairs are new"));
    assert!(text(&import(&setup).stdout).starts_with("0 of 1 pairs are new"));
    fs::write(
        &file,
        "number,uuid\n1,7f3c1a52-5d0e-4c8b-9a51-0c2d3e4f5a6c\n4711,7f3c1a52-5d0e-4c8b-9a51-0c2d3e4f5a6d\n",
    )
    .unwrap();
    let other = import(&setup);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stderr).contains("numbers.csv:3: the store has another partner for 4711"), "{other:?}");

    let (served, setup) = Served::start(setup, &backend).await;
    let mut connection = Caller::named("system").connect(served.callers).await.unwrap();
    let get = Request::job_ad("get_unknown_number_is_130000").with(">99<", ">4711<");
    connection.call(&get).await.fault().is(130_000, "Ulovligt jobannonceid");
    let asked = backend.last_call("GET").await.unwrap();
    assert_eq!(asked.path, "/v1/Jobannonce/7f3c1a52-5d0e-4c8b-9a51-0c2d3e4f5a6b");
    connection.call(&Request::job_ad("add_minimal")).await.reply();
    let beside = import(&setup);
    assert!(text(&beside.stderr).contains("is in use by another process"), "{beside:?}");
    let export = identifiers(&setup, &["export"]);
    let lines: Vec<&str> = text(&export.stdout).lines().collect();
    assert_eq!((lines[0], lines[1], lines.len()), ("number,uuid", old, 3), "{export:?}");
    assert!(lines[2].starts_with("1000000000,"), "{export:?}");
}

#[test]
fn check_warns_of_a_client_system_nobody_stands_behind() {
    let lacking = Setup::default().advertises_jobs().client(", contact-email = \"it@hr.example\"", "");
    let output = check_with(&lacking, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stderr).contains("may call JobAdService and has no setting contact-email"), "{output:?}");
    assert!(!text(&output.stderr).contains("contact-name"), "{output:?}");
    let good = check_with(&Setup::default().advertises_jobs(), &[]);
    assert!(!text(&good.stderr).contains("has no setting"), "{good:?}");
}
