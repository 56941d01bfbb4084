//! A certificate that is revoked while its caller is connected, has a session to resume, or comes anew.

use std::path::{Path, PathBuf};

use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};
use tempfile::TempDir;

use super::client::{BOTH, Client};
use super::handshakes::outcome;
use super::{Bench, PKI, callers};
use crate::clock;
use crate::config::{Callers, ListSource};
use crate::listener::reason::Reason;
use crate::revocation::Refresher;

/// A copy of the lists that a test may change, and settings that use it.
struct Lists {
    folder: TempDir,
    callers: Callers,
}

impl Lists {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut callers = callers();
        for source in &mut callers.trust.revocation.sources {
            let ListSource::File(path) = source else { panic!("they are files") };
            let copy = folder.path().join(path.file_name().unwrap());
            std::fs::copy(&*path, &copy).unwrap();
            *path = copy;
        }
        Self { folder, callers }
    }

    fn issuing(&self) -> PathBuf {
        self.folder.path().join("issuing-1.crl")
    }

    /// Puts a list of the development PKI in the place of that of the issuing authority.
    fn publish(&self, name: &str) {
        std::fs::copy(PKI.file("crl").join(name), self.issuing()).unwrap();
    }
}

async fn refresh(bench: &Bench) {
    let tls = bench.running().tls();
    Refresher::new(std::sync::Arc::clone(tls.revocation())).refresh(&tls.authorities(), clock::now()).await;
}

#[tokio::test]
async fn the_next_call_of_an_open_connection_is_refused() {
    for versions in [&[&TLS12], &[&TLS13]] {
        let lists = Lists::new();
        let bench = Bench::start(&lists.callers);
        let (revoked, other) = (Client::named("system", versions), Client::named("organisation", versions));
        let (mut revoked, mut other) = (bench.connect(&revoked).await, bench.connect(&other).await);
        let uuid = PKI.manifest.client("system").unwrap().uuid.unwrap().to_string();
        assert!(revoked.post("x").await.body.starts_with(&uuid));
        lists.publish("issuing-1-next.crl");
        refresh(&bench).await;
        assert!(revoked.post("x").await.body.starts_with("revoked|"), "{versions:?}");
        assert!(!other.post("x").await.body.starts_with("revoked|"), "{versions:?}");
    }
}

#[tokio::test]
async fn a_session_of_before_may_be_resumed_and_its_calls_are_refused() {
    for versions in [&[&TLS12], &[&TLS13]] {
        let lists = Lists::new();
        let bench = Bench::start(&lists.callers);
        let client = Client::named("system", versions);
        bench.connect(&client).await.post("x").await;
        lists.publish("issuing-1-next.crl");
        refresh(&bench).await;
        let mut resumed = bench.connect(&client).await;
        let answer = resumed.post("x").await.body;
        assert_eq!(resumed.kind(), HandshakeKind::Resumed, "{versions:?}");
        assert!(answer.starts_with("revoked|"), "{answer}");
    }
}

#[tokio::test]
async fn a_revoked_certificate_gets_the_alert_that_says_so() {
    for versions in [&[&TLS12], &[&TLS13]] {
        let (client, server) = outcome(&Client::named("revoked", versions), &callers()).await;
        let failure = server.unwrap_err();
        assert_eq!(failure.reason, Reason::Revoked);
        assert!(failure.detail.contains("issued by"), "{}", failure.detail);
        let alert = client.unwrap_err().to_string();
        assert!(alert.contains("CertificateRevoked"), "{alert}");
    }
}

#[tokio::test]
async fn without_a_usable_list_nobody_gets_in_and_the_alert_blames_no_authority() {
    let lists = Lists::new();
    std::fs::remove_file(lists.issuing()).unwrap();
    assert_unknown(&lists.callers).await;
    lists.publish("issuing-1-stale.crl");
    assert_unknown(&lists.callers).await;
    lists.publish("issuing-1-badsig.crl");
    assert_unknown(&lists.callers).await;
    lists.publish("issuing-1.crl");
    let (_, server) = outcome(&Client::named("system", BOTH), &lists.callers).await;
    server.unwrap();
}

async fn assert_unknown(callers: &Callers) {
    let (client, server) = outcome(&Client::named("system", BOTH), callers).await;
    assert_eq!(server.unwrap_err().reason, Reason::RevocationUnknown);
    let alert = client.unwrap_err().to_string();
    assert!(alert.contains("CertificateUnknown"), "{alert}");
}

#[tokio::test]
async fn whoever_accepts_revoked_certificates_lets_them_in() {
    let mut callers = callers();
    callers.trust.revocation.sources.clear();
    callers.trust.revocation.accept_revoked = true;
    let bench = Bench::start(&callers);
    let uuid = PKI.manifest.client("revoked").unwrap().uuid.unwrap().to_string();
    let answer = bench.connect(&Client::named("revoked", BOTH)).await.post("x").await.body;
    assert!(answer.starts_with(&uuid), "{answer}");
}

#[tokio::test]
async fn a_list_comes_into_use_while_calls_go_on() {
    let lists = Lists::new();
    let bench = Bench::start(&lists.callers);
    let mut stream = bench.connect(&Client::named("organisation", BOTH)).await;
    for round in 0..20 {
        lists.publish(if round % 2 == 0 { "issuing-1-next.crl" } else { "issuing-1-badsig.crl" });
        refresh(&bench).await;
        assert_eq!(stream.post("x").await.status, 200);
    }
    assert!(Path::new(&lists.issuing()).exists());
}
