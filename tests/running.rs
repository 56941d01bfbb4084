//! The facade as a whole while its files change under load, and what its journal says: with real
//! sockets, the simulator behind it, and certificates of the development PKI.
#![cfg(feature = "demo")]
#![allow(missing_docs, clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and a caller of its own")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dfdg_facade::facade::{Facade, load_config};
use dfdg_facade::journal;
use dfdg_pki::{KeyBits, Options, Request, RequestedSubject};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tokio::sync::Mutex;

const CITIZEN: &str = "0101575001";
const GET_BOOKINGS: &str = include_str!("scenarios/booking/get_two/request.xml");
/// Longer than it takes until a change is seen, has stood still, and is loaded.
const SETTLED: Duration = Duration::from_secs(3);

/// The journal is one for the process, so the tests take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// A facade with everything around it.
struct Bench {
    folder: TempDir,
    facade: Facade,
    simulator: dfdg_simulator::Running,
    journal: journal::Open,
}

impl Bench {
    async fn start(journal: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        dfdg_pki::init(&at("pki"), &Options::quick()).unwrap();
        fs::write(at("person.key"), [b'k'; 32]).unwrap();
        fs::create_dir(at("lists")).unwrap();
        for name in ["root.crl", "issuing-1.crl"] {
            fs::copy(at("pki/crl").join(name), at("lists").join(name)).unwrap();
        }
        fs::write(at("clients.toml"), clients("")).unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        let settings = dfdg_simulator::Settings { address, tls: None, ..dfdg_simulator::Settings::local() };
        let simulator = dfdg_simulator::start(settings).await.unwrap();
        fs::write(at("facade.toml"), self::settings(journal, &simulator.address().to_string())).unwrap();
        let config = load_config(Some(&at("facade.toml"))).unwrap();
        let journal = journal::init(&config).unwrap();
        Self { facade: Facade::start(config).unwrap(), folder, simulator, journal }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn caller(&self) -> Caller {
        Caller::new(self.folder.path(), self.facade.callers().port())
    }

    /// Ends everything; what the journal holds.
    async fn end(self) -> String {
        self.facade.stop().await;
        self.simulator.stop().await;
        drop(self.journal);
        fs::read_to_string(self.folder.path().join("journal.jsonl")).unwrap_or_default()
    }
}

fn settings(journal: &str, backend: &str) -> String {
    format!(
        r#"
[server]
workers = 2
watch_interval = "200ms"
[callers]
address = "127.0.0.1:0"
public_url = "from-host"
certificate = "pki/servers/facade/chain.pem"
key = "pki/servers/facade/key.pem"
[callers.trust]
roots = ["pki/ca/root/cert.pem"]
issuing = ["pki/ca/issuing-1/cert.pem"]
revocation = ["lists/root.crl", "lists/issuing-1.crl"]
[admin]
address = "127.0.0.1:0"
[journal]
{journal}
level = "off"
[backends.kontaktforloeb]
url = "http://{backend}"
"#
    )
}

fn clients(more: &str) -> String {
    format!(
        r#"
[[client]]
name = "test"
contact = "test@example.dk"
certificates = [{{ cvr = "90000002", uuid = "dfd90000-0000-4000-8000-000000000002" }}]
services = ["BookingService"]
organisations = [{{ type = 8, code = "10100" }}]
{more}"#
    )
}

#[derive(Clone)]
struct Caller {
    client: reqwest::Client,
    url: String,
}

impl Caller {
    fn new(folder: &Path, port: u16) -> Self {
        let chain = |name: &str| -> Vec<CertificateDer<'static>> {
            CertificateDer::pem_file_iter(folder.join(name)).unwrap().map(Result::unwrap).collect()
        };
        let mut roots = rustls::RootCertStore::empty();
        roots.add(chain("pki/ca/server-ca/cert.pem").remove(0)).unwrap();
        let key = PrivateKeyDer::from_pem_file(folder.join("pki/clients/system/key.pem")).unwrap();
        let tls = rustls::ClientConfig::builder()
            .with_root_certificates(roots)
            .with_client_auth_cert(chain("pki/clients/system/chain.pem"), key)
            .unwrap();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
        Self { client, url: format!("https://localhost:{port}/PjakTassWCFtService/1/BookingService.svc") }
    }

    /// What a call is answered.
    async fn call(&self) -> reqwest::Result<String> {
        let request = self.client.post(&self.url).header("Content-Type", "text/xml; charset=utf-8");
        request.body(GET_BOOKINGS).send().await?.text().await
    }
}

/// The number of a fault; `None` for a reply.
fn fault(answer: &str) -> Option<&str> {
    answer.split_once("<ErrorCode>")?.1.split('<').next()
}

/// Calls on open and on new connections until `stop`, and puts down what was no reply.
async fn load(
    caller: Caller,
    folder: PathBuf,
    port: u16,
    stop: Arc<AtomicBool>,
    made: Arc<AtomicUsize>,
) -> Vec<String> {
    let mut failed = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        for caller in [caller.clone(), Caller::new(&folder, port)] {
            match caller.call().await {
                Ok(answer) if fault(&answer).is_none() && answer.contains("GetBookingsResponse") => {}
                Ok(answer) => failed.push(answer),
                Err(error) => failed.push(format!("{error:?}")),
            }
            made.fetch_add(1, Ordering::Relaxed);
        }
    }
    failed
}

/// Changes every kind of file, for the better and for the worse, one after the other.
async fn change_files(bench: &Bench) {
    let renewed = Request {
        name: "renewed".to_owned(),
        subject: RequestedSubject::Server(vec!["localhost".to_owned()]),
        days: None,
        key_bits: KeyBits::Rsa2048,
        now: dfdg_facade::clock::now(),
    };
    dfdg_pki::issue(&bench.file("pki"), &renewed).unwrap();
    let copy = |from: &str, to: &str| fs::copy(bench.file(from), bench.file(to)).map(drop).unwrap();
    let steps: [&dyn Fn(); 6] = [
        &|| copy("pki/servers/renewed/chain.pem", "pki/servers/facade/chain.pem"), // its key is still the former one
        &|| copy("pki/servers/renewed/key.pem", "pki/servers/facade/key.pem"),
        &|| fs::write(bench.file("clients.toml"), "[[client]]\nname = 5\n").unwrap(),
        &|| fs::write(bench.file("clients.toml"), clients("# the same again\n")).unwrap(),
        &|| fs::write(bench.file("lists/issuing-1.crl"), "broken").unwrap(),
        &|| fs::write(bench.file("pki/ca/issuing-1/cert.pem"), "broken").unwrap(),
    ];
    for step in steps {
        step();
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_files_change_and_the_changes_count() {
    let _turn = TURN.lock().await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let bench = Bench::start("file = \"journal.jsonl\"\nperson_key = \"person.key\"").await;
    let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..2)
        .map(|_| {
            let (folder, port) = (bench.folder.path().to_owned(), bench.facade.callers().port());
            tokio::spawn(load(bench.caller(), folder, port, Arc::clone(&stop), Arc::clone(&made)))
        })
        .collect();
    change_files(&bench).await;
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        let failed = caller.await.unwrap();
        assert!(failed.is_empty(), "{failed:?}");
    }
    assert!(made.load(Ordering::Relaxed) > 20, "{made:?}");

    // a caller that is connected is taken out of the file, put back, and its certificate revoked
    let caller = bench.caller();
    assert_eq!(fault(&caller.call().await.unwrap()), None);
    fs::write(bench.file("clients.toml"), "").unwrap();
    tokio::time::sleep(SETTLED).await;
    assert_eq!(fault(&caller.call().await.unwrap()), Some("1012"), "not registered");
    fs::write(bench.file("clients.toml"), clients("")).unwrap();
    tokio::time::sleep(SETTLED).await;
    assert_eq!(fault(&caller.call().await.unwrap()), None);
    dfdg_pki::revoke(&bench.file("pki"), "system", dfdg_facade::clock::now()).unwrap();
    fs::copy(bench.file("pki/crl/issuing-1.crl"), bench.file("lists/issuing-1.crl")).unwrap();
    tokio::time::sleep(SETTLED).await;
    assert_eq!(fault(&caller.call().await.unwrap()), Some("1012"), "revoked");
    bench.caller().call().await.unwrap_err();

    let journal = bench.end().await;
    assert!(!journal.contains(CITIZEN) && !journal.contains("Sagsbehandler"), "no value of a person");
    let lines: Vec<serde_json::Value> = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let calls: Vec<_> = lines.iter().filter(|line| line["event"] == "call").collect();
    assert_eq!(calls[0]["user_type"], 2);
    let person = calls[0]["person"].as_str().unwrap();
    assert!(person.len() == 64 && calls[1]["person"] == person, "{person}");
    let user = calls[0]["user"].as_str().unwrap();
    assert!(user.len() == 64 && calls[1]["user"] == user && user != person, "{user}");
    let reasons: Vec<_> = calls.iter().filter_map(|line| line["reason"].as_str()).collect();
    assert_eq!(reasons, ["not_registered", "revoked"]);
    let revoked = calls.iter().find(|line| line["reason"] == "revoked").unwrap();
    assert!(revoked["certificate"]["issuer"].as_str().unwrap().contains("Facade DEV"), "{revoked}");
    assert!(revoked["certificate"]["serial"].is_string(), "{revoked}");
    let refused = |what: &str| lines.iter().any(|line| line["what"] == what && line["accepted"] == false);
    assert!(refused("certificates") && refused("catalogue and clients"));
    assert!(lines.iter().any(|line| line["event"] == "revocation_list_refused" && line["reason"] == "unreadable"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strict_journal_holds_the_line_before_the_reply_is_there() {
    let _turn = TURN.lock().await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let bench = Bench::start("file = \"journal.jsonl\"\naudit = \"strict\"").await;
    let caller = bench.caller();
    for number in 1..=5 {
        assert_eq!(fault(&caller.call().await.unwrap()), None);
        let journal = fs::read_to_string(bench.file("journal.jsonl")).unwrap();
        assert_eq!(journal.matches("\"event\":\"call\"").count(), number);
    }
    let journal = bench.end().await;
    assert!(!journal.contains("\"person\"") && !journal.contains("\"user\""), "there is no key");
}

/// A device on which every write fails as on a full disk.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_the_calls_of_a_strict_journal_and_asks_no_backend() {
    let _turn = TURN.lock().await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let bench = Bench::start("file = \"/dev/full\"\naudit = \"strict\"").await;
    let caller = bench.caller();
    for _ in 0..3 {
        assert_eq!(fault(&caller.call().await.unwrap()), Some("1011"));
    }
    assert!(!journal::is_working(), "readiness tells it");
    let asked =
        caller.client.get(format!("http://{}/simulator/calls", bench.simulator.address())).send().await.unwrap();
    assert_eq!(asked.text().await.unwrap(), "[]");
    bench.end().await;
}
