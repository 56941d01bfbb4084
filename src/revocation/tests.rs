//! Lists that must be taken, and those that must not.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::SubsecRound;
use dfdg_pki::{AuthorityName, KeyBits, ListFlaw, ListRequest, Manifest, Options};
use rustls_pki_types::pem::PemObject;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::clock;
use crate::config::ListSource;

const GRACE: Duration = Duration::from_secs(3600);

static PKI: LazyLock<(TempDir, Manifest)> = LazyLock::new(|| {
    let dir = TempDir::new().unwrap();
    let options = Options { root_bits: KeyBits::Rsa2048, key_bits: KeyBits::Rsa2048, ..Options::default() };
    let manifest = dfdg_pki::init(&dir.path().join("pki"), &options).unwrap();
    (dir, manifest)
});

fn file(name: &str) -> PathBuf {
    PKI.0.path().join("pki").join(name)
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file(name)).unwrap()
}

fn settings(sources: Vec<ListSource>) -> config::Revocation {
    config::Revocation { sources, accept_revoked: false, refresh: GRACE, grace: GRACE, folder: None }
}

/// A trust in the root and the first issuing authority, and what is known of their lists.
struct Bench {
    revocation: Arc<Revocation>,
    authorities: Arc<Authorities>,
    now: DateTime<Utc>,
}

impl Bench {
    fn new(settings: &config::Revocation) -> Self {
        let revocation = Arc::new(Revocation::new(settings));
        let (roots, issuing) = ([certificate("ca/root/cert.pem")], [certificate("ca/issuing-1/cert.pem")]);
        let authorities = Arc::new(revocation.authorities(&roots, &issuing));
        Self { revocation, authorities, now: clock::now().trunc_subsecs(0) }
    }

    /// With the lists of the PKI in use.
    fn with_lists() -> Self {
        let bench = Self::new(&settings(Vec::new()));
        for name in ["crl/root.crl", "crl/issuing-1.pem"] {
            bench.offer(&std::fs::read(file(name)).unwrap()).unwrap();
        }
        bench
    }

    fn offer(&self, list: &[u8]) -> Result<(), ListError> {
        self.revocation.offer(list, &self.authorities, self.now)
    }

    /// Offers a file of the PKI and says why it is not taken.
    fn refused(&self, name: &str) -> &'static str {
        self.offer(&std::fs::read(file(name)).unwrap()).unwrap_err().reason()
    }

    /// A list of the issuing authority, made a moment after those of the PKI.
    fn request(&self) -> ListRequest {
        let next_update = self.now + TimeDelta::hours(1);
        ListRequest { number: 100, this_update: self.now, next_update, serials: Vec::new(), flaw: None }
    }

    fn offer_made(&self, request: &ListRequest) -> Result<(), ListError> {
        self.offer(&dfdg_pki::list(&file(""), AuthorityName::Issuing1, request).unwrap())
    }

    fn check_at(&self, client: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        let certificate = certificate(&format!("clients/{client}/cert.pem"));
        self.revocation.trail(&self.authorities, &certificate).check(now)
    }

    fn check(&self, client: &str) -> Result<(), Refusal> {
        self.check_at(client, self.now)
    }
}

fn serial(client: &str) -> Vec<u8> {
    let serial = &PKI.1.client(client).unwrap().serial;
    (0..serial.len()).step_by(2).map(|at| u8::from_str_radix(&serial[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn without_a_list_nobody_is_known_to_be_in_good_standing() {
    let bench = Bench::new(&settings(Vec::new()));
    assert_eq!(bench.check("system"), Err(Refusal::NoList));
    assert!(
        bench
            .revocation
            .ready(&bench.authorities, bench.now)
            .unwrap_err()
            .contains("there is no usable revocation list")
    );
    bench.offer(&std::fs::read(file("crl/issuing-1.crl")).unwrap()).unwrap();
    assert_eq!(bench.check("system"), Err(Refusal::NoList), "the issuing authority itself may be revoked");
    bench.offer(&std::fs::read(file("crl/root.crl")).unwrap()).unwrap();
    assert_eq!(bench.check("system"), Ok(()));
    assert_eq!(bench.revocation.ready(&bench.authorities, bench.now), Ok(()));
}

#[test]
fn the_certificates_on_a_list_are_refused_and_no_others() {
    let bench = Bench::with_lists();
    assert_eq!(bench.check("revoked"), Err(Refusal::Revoked));
    assert_eq!(bench.check("system"), Ok(()));
    bench.offer(&std::fs::read(file("crl/issuing-1-next.crl")).unwrap()).unwrap();
    assert_eq!(bench.check("system"), Err(Refusal::Revoked), "from the next check on");
}

#[test]
fn a_revoked_authority_takes_all_it_issued_with_it() {
    let bench = Bench::with_lists();
    let issuing = X509::serial(&certificate("ca/issuing-1/cert.pem"));
    let request = ListRequest { serials: vec![issuing], ..bench.request() };
    bench.offer(&dfdg_pki::list(&file(""), AuthorityName::Root, &request).unwrap()).unwrap();
    assert_eq!(bench.check("system"), Err(Refusal::Revoked));
}

struct X509;
impl X509 {
    fn serial(der: &CertificateDer<'_>) -> Vec<u8> {
        use x509_parser::prelude::FromDer;
        x509_parser::prelude::X509Certificate::from_der(der).unwrap().1.raw_serial().to_vec()
    }
}

#[test]
fn an_authority_that_is_not_configured_is_not_believed_whatever_its_name() {
    let bench = Bench::with_lists();
    assert_eq!(bench.check("second-issuer"), Err(Refusal::IssuerUnknown));
    assert_eq!(bench.check("rogue"), Err(Refusal::IssuerUnknown), "the name of issuing-1, another key");
}

#[test]
fn lists_that_will_not_do_are_refused_each_with_its_reason() {
    let bench = Bench::with_lists();
    assert_eq!(bench.refused("crl/issuing-1-badsig.crl"), "bad_signature");
    assert_eq!(bench.refused("crl/issuing-1-rollback.crl"), "roll_back");
    assert_eq!(bench.refused("crl/issuing-1-stale.crl"), "expired");
    assert_eq!(bench.refused("crl/issuing-2.crl"), "issuer_unknown");
    assert_eq!(bench.refused("ca/root/cert.pem"), "unreadable");
    assert_eq!(bench.refused("manifest.json"), "unreadable");
    let mut list = std::fs::read(file("crl/issuing-1-next.crl")).unwrap();
    list.push(0);
    assert_eq!(bench.offer(&list).unwrap_err().reason(), "unreadable", "bytes follow");
    for length in [0, 1, 40, list.len() / 2, list.len() - 2] {
        assert_eq!(bench.offer(&list[..length]).unwrap_err().reason(), "unreadable", "cut off at {length}");
    }
    assert_eq!(bench.offer(&vec![0; source::MAX_LIST_BYTES + 1]).unwrap_err().reason(), "too_large");
    assert_eq!(bench.check("system"), Ok(()), "the former list is still in use");
    assert_eq!(bench.check("revoked"), Err(Refusal::Revoked));
}

#[test]
fn every_octet_of_a_list_is_covered_by_the_signature_or_the_shape() {
    let bench = Bench::with_lists();
    let list = std::fs::read(file("crl/issuing-1-next.crl")).unwrap();
    for at in 0..list.len() {
        let mut changed = list.clone();
        changed[at] ^= 1;
        assert!(bench.offer(&changed).is_err(), "octet {at}");
    }
}

#[test]
fn partial_lists_are_refused() {
    let bench = Bench::with_lists();
    let flaws = [
        (ListFlaw::Delta, "delta"),
        (ListFlaw::Indirect, "partial"),
        (ListFlaw::UnknownCritical, "critical_extension"),
    ];
    for (flaw, reason) in flaws {
        let request = ListRequest { flaw: Some(flaw), ..bench.request() };
        assert_eq!(bench.offer_made(&request).unwrap_err().reason(), reason);
    }
}

#[test]
fn a_list_from_the_future_is_refused_unless_clocks_may_differ_so_much() {
    let bench = Bench::with_lists();
    let ahead = |minutes| ListRequest { this_update: bench.now + TimeDelta::minutes(minutes), ..bench.request() };
    assert_eq!(bench.offer_made(&ahead(6)).unwrap_err().reason(), "from_the_future");
    bench.offer_made(&ahead(4)).unwrap();
}

#[test]
fn neither_number_nor_date_may_go_back() {
    let bench = Bench::with_lists();
    bench.offer_made(&bench.request()).unwrap();
    let lower = ListRequest { number: 99, this_update: bench.now + TimeDelta::minutes(1), ..bench.request() };
    assert_eq!(bench.offer_made(&lower).unwrap_err().reason(), "roll_back");
    let older = ListRequest { number: 101, this_update: bench.now - TimeDelta::seconds(1), ..bench.request() };
    assert_eq!(bench.offer_made(&older).unwrap_err().reason(), "roll_back");
    bench.offer_made(&bench.request()).unwrap(); // the same again is no news and no error
}

#[test]
fn past_its_next_update_a_list_holds_for_the_grace_and_no_longer() {
    let bench = Bench::with_lists();
    let request = ListRequest { serials: vec![serial("revoked")], ..bench.request() };
    bench.offer_made(&request).unwrap();
    let end = request.next_update + TimeDelta::from_std(GRACE).unwrap();
    assert_eq!(bench.check_at("system", end), Ok(()));
    assert_eq!(bench.revocation.ready(&bench.authorities, end), Ok(()));
    let past = end + TimeDelta::seconds(1);
    assert_eq!(bench.check_at("system", past), Err(Refusal::ListExpired));
    assert_eq!(bench.check_at("revoked", past), Err(Refusal::Revoked), "what is revoked stays so");
    assert!(bench.revocation.ready(&bench.authorities, past).unwrap_err().contains("ended at"));
}

#[test]
fn whoever_accepts_revoked_certificates_needs_no_list() {
    let bench = Bench::new(&config::Revocation { accept_revoked: true, ..settings(Vec::new()) });
    assert_eq!(bench.check("revoked"), Ok(()));
    assert_eq!(bench.revocation.ready(&bench.authorities, bench.now), Ok(()));
}

#[test]
fn the_last_good_list_survives_a_restart_and_so_does_the_refusal_of_older_ones() {
    let folder = TempDir::new().unwrap();
    let settings = config::Revocation { folder: Some(folder.path().join("kept")), ..settings(Vec::new()) };
    let before = Bench::new(&settings);
    for name in ["crl/root.crl", "crl/issuing-1-next.crl"] {
        before.offer(&std::fs::read(file(name)).unwrap()).unwrap();
    }
    let after = Bench::new(&settings);
    after.revocation.read_files(&after.authorities, after.now);
    assert_eq!(after.check("system"), Err(Refusal::Revoked), "as the kept list says");
    assert_eq!(after.refused("crl/issuing-1.crl"), "roll_back");
}

#[test]
fn an_authority_that_stays_keeps_its_list_through_a_reload_of_the_trust() {
    let bench = Bench::with_lists();
    let (roots, issuing) = ([certificate("ca/root/cert.pem")], [certificate("ca/issuing-1/cert.pem")]);
    let again = bench.revocation.authorities(&roots, &issuing);
    assert_eq!(bench.revocation.ready(&again, bench.now), Ok(()));
}

/// A file that is replaced is read again; one that breaks or vanishes changes nothing.
#[tokio::test]
async fn files_are_followed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("issuing.crl");
    let copy = |name: &str| std::fs::copy(file(name), &path).map(drop).unwrap();
    copy("crl/issuing-1.crl");
    let sources = vec![ListSource::File(file("crl/root.crl")), ListSource::File(path.clone())];
    let bench = Bench::new(&settings(sources));
    let mut refresher = Refresher::new(Arc::clone(&bench.revocation));
    let mut outcomes = Vec::new();
    let change: [&dyn Fn(); 5] = [
        &|| {},
        &|| copy("crl/issuing-1-badsig.crl"),
        &|| std::fs::remove_file(&path).unwrap(),
        &|| copy("crl/issuing-1-next.crl"),
        &|| copy("crl/issuing-1.crl"),
    ];
    for change in change {
        change();
        refresher.refresh(&bench.authorities, bench.now).await;
        outcomes.push(bench.check("system"));
    }
    assert_eq!(outcomes, [Ok(()), Ok(()), Ok(()), Err(Refusal::Revoked), Err(Refusal::Revoked)]);
}

/// Answers one request after the other, and keeps what was asked.
async fn http_server(answers: Vec<Vec<u8>>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/issuing.crl", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = socket.read(&mut request).await.unwrap();
            asked.push(String::from_utf8_lossy(&request[..length]).into_owned());
            socket.write_all(&answer).await.unwrap();
            socket.shutdown().await.unwrap();
        }
        asked
    });
    (url, served)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn list_file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(&file(name))).unwrap()
}

#[tokio::test]
async fn addresses_are_asked_when_they_are_due_and_trouble_changes_nothing() {
    let (url, served) = http_server(vec![
        answer("200 OK\r\nETag: \"1\"\r\nConnection: close", &list_file("crl/issuing-1.crl")),
        answer("304 Not Modified\r\nConnection: close", b""),
        answer("503 Service Unavailable\r\nConnection: close", b"x"),
        answer("302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close", b""),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nbroken off".to_vec(),
        answer("200 OK\r\nConnection: close", &list_file("crl/issuing-1-next.crl")),
    ])
    .await;
    let bench = Bench::new(&settings(vec![ListSource::File(file("crl/root.crl")), ListSource::Url(url)]));
    let mut refresher = Refresher::new(Arc::clone(&bench.revocation));
    let mut now = bench.now;
    let mut outcomes = Vec::new();
    for _ in 0..6 {
        refresher.refresh(&bench.authorities, now).await;
        refresher.refresh(&bench.authorities, now).await; // not due yet: not asked again
        outcomes.push(bench.check("system"));
        now += TimeDelta::hours(2);
    }
    assert_eq!(outcomes, [Ok(()), Ok(()), Ok(()), Ok(()), Ok(()), Err(Refusal::Revoked)]);
    let asked = served.await.unwrap();
    assert!(!asked[0].to_lowercase().contains("if-none-match"), "{}", asked[0]);
    assert!(asked[1].to_lowercase().contains("if-none-match: \"1\""), "{}", asked[1]);
}

/// A server that answers as `say` does, for as long as it is listened to; how many bytes it got rid of.
async fn endless<F: Future<Output = ()> + Send>(
    head: &'static str,
    chunk: Vec<u8>,
    pause: impl Fn() -> F + Send + 'static,
) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/endless.crl", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut vec![0; 4096]).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut sent = 0;
        while socket.write_all(&chunk).await.is_ok() {
            sent += chunk.len();
            pause().await;
        }
        sent
    });
    (url, served)
}

async fn fetch(url: &str, time: Duration) -> ListError {
    source::Fetcher::new(time).unwrap().fetch(url, &mut source::Known::default()).await.unwrap_err()
}

/// What the sockets between may hold.
const IN_BETWEEN: usize = 16 << 20;

#[tokio::test]
async fn a_list_without_end_is_read_to_the_limit() {
    let head = "HTTP/1.1 200 OK\r\n\r\n";
    let (url, served) = endless(head, vec![0x30; 1 << 20], async || ()).await;
    assert_eq!(fetch(&url, source::FETCH).await.reason(), "too_large");
    let sent = served.await.unwrap();
    assert!((source::MAX_LIST_BYTES..=source::MAX_LIST_BYTES + IN_BETWEEN).contains(&sent), "{sent}");
}

#[tokio::test]
async fn a_list_that_says_it_is_too_large_is_not_read_at_all() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n";
    let (url, served) = endless(head, vec![0x30; 1 << 20], async || ()).await;
    assert_eq!(fetch(&url, source::FETCH).await.reason(), "too_large");
    let sent = served.await.unwrap();
    assert!(sent <= IN_BETWEEN, "{sent}");
}

#[tokio::test]
async fn a_head_without_end_is_not_read_for_long() {
    let (url, served) = endless("HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n".repeat(1_000), async || ()).await;
    assert_eq!(fetch(&url, source::FETCH).await.reason(), "not_fetched");
    let sent = served.await.unwrap();
    assert!(sent <= IN_BETWEEN, "{sent}");
}

#[tokio::test]
async fn a_server_that_goes_on_slowly_or_says_nothing_is_left() {
    let drop_by_drop = || tokio::time::sleep(Duration::from_millis(10));
    for head in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX-Head: ", ""] {
        let (url, served) = endless(head, vec![b'0'], drop_by_drop).await;
        let error = fetch(&url, Duration::from_millis(300)).await;
        assert_eq!(error.reason(), "not_fetched", "{head:?}");
        served.await.unwrap(); // we have hung up
    }
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    assert!(fetch(&url, Duration::from_millis(300)).await.to_string().contains("timed out"));
}

/// One that lets us wait does not keep another from being asked.
#[tokio::test]
async fn addresses_are_asked_side_by_side() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = format!("http://{}/", silent.local_addr().unwrap());
    let (url, _served) =
        http_server(vec![answer("200 OK\r\nConnection: close", &list_file("crl/issuing-1.crl"))]).await;
    let sources = vec![ListSource::Url(slow), ListSource::File(file("crl/root.crl")), ListSource::Url(url)];
    let bench = Bench::new(&settings(sources));
    let mut refresher = Refresher::new(Arc::clone(&bench.revocation));
    let refreshed = async {
        while bench.check("system").is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = refresher.refresh(&bench.authorities, bench.now) => panic!("the first server has answered"),
        () = refreshed => {}
    }
}
