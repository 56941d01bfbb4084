//! Who gets in, who does not, and what each side learns of it.

use base64::Engine as _;
use std::sync::Arc;

use dfdg_pki::Expected;
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::client::{BOTH, Client, Stream};
use super::{Bench, PKI, SHORT, callers};
use crate::config::{Callers, ClientCertificate};
use crate::listener::environment::tests as environment;
use crate::listener::handshake::{Failure, shake_hands};
use crate::listener::reason::Reason;
use crate::listener::tls::{Tls, TlsError};

const EACH: [&[&SupportedProtocolVersion]; 2] = [&[&TLS12], &[&TLS13]];

/// A socket to a server that shakes hands once, and what that came to.
async fn server(callers: &Callers) -> (TcpStream, tokio::task::JoinHandle<Result<(), Failure>>) {
    let config = Tls::load(callers).unwrap().current().config(callers.address.ip());
    let limit = callers.limits.handshake_timeout;
    let listener = TcpListener::bind(callers.address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let outcome = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut stream = shake_hands(socket, config, limit).await?;
        let _ = stream.shutdown().await;
        Ok(())
    });
    (TcpStream::connect(address).await.unwrap(), outcome)
}

/// How the client and the server each see a handshake.
pub(super) async fn outcome(client: &Client, callers: &Callers) -> (std::io::Result<()>, Result<(), Failure>) {
    let (socket, server) = server(callers).await;
    let client = async {
        // in TLS 1.3 the client is done before the server has looked at its certificate
        let mut stream: Stream = client.shake_hands(socket).await?;
        stream.end().await.map(|_| ())
    };
    let (client, server) = tokio::join!(client, server);
    (client, server.unwrap())
}

async fn reason(client: &Client, callers: &Callers) -> Option<Reason> {
    outcome(client, callers).await.1.err().map(|failure| failure.reason)
}

fn required() -> Callers {
    Callers { client_certificate: ClientCertificate::Required, ..callers() }
}

#[tokio::test]
async fn a_certificate_is_accepted_with_its_chain_and_alone() {
    for versions in EACH {
        for client in [Client::named("system", versions), Client::leaf_only("system", versions)] {
            let (client, server) = outcome(&client, &required()).await;
            server.unwrap();
            client.unwrap();
        }
    }
}

#[tokio::test]
async fn without_a_certificate_the_setting_decides() {
    for versions in EACH {
        let client = Client::anonymous(versions);
        assert_eq!(reason(&client, &callers()).await, None);
        let (client, server) = outcome(&client, &required()).await;
        assert_eq!(server.unwrap_err().reason, Reason::NoCertificate);
        client.unwrap_err();
    }
}

/// The development PKI says of each certificate what must become of it.
#[tokio::test]
async fn every_certificate_of_the_pki_meets_its_fate() {
    for entry in &PKI.manifest.certificates {
        let expected = match &entry.expected {
            Expected::Server => continue,
            Expected::HandshakeFails { reason } => match reason.as_str() {
                "revoked" => Some(Reason::Revoked),
                "expired" => Some(Reason::Expired),
                "not-yet-valid" => Some(Reason::NotYetValid),
                "bad-signature" | "signature-algorithm" => Some(Reason::BadSignature),
                "purpose" | "critical-extension" => Some(Reason::BadCertificate),
                other => panic!("{}: no reason is known as {other}", entry.name),
            },
            _ => None,
        };
        for versions in EACH {
            let found = reason(&Client::named(&entry.name, versions), &callers()).await;
            assert_eq!(found, expected, "{} {versions:?}", entry.name);
        }
    }
}

/// And those that pass the handshake are told apart by what they say.
#[tokio::test]
async fn every_certificate_that_gets_in_says_who_it_is_or_is_refused_for_it() {
    let bench = Bench::start(&callers());
    for entry in &PKI.manifest.certificates {
        let expected = match &entry.expected {
            Expected::Server | Expected::HandshakeFails { .. } => continue,
            Expected::Admitted | Expected::NotRegistered => entry.uuid.unwrap().to_string(),
            Expected::IdentityRefused { reason } => reason.clone(),
        };
        for versions in EACH {
            let answer = bench.connect(&Client::named(&entry.name, versions)).await.post("x").await.body;
            assert_eq!(answer.split('|').next().unwrap(), expected, "{} {versions:?}", entry.name);
        }
    }
}

#[tokio::test]
async fn an_issuer_nobody_configured_is_unknown() {
    let mut callers = callers();
    callers.trust.issuing.clear();
    let client = Client::leaf_only("system", BOTH);
    let (client, server) = outcome(&client, &callers).await;
    let failure = server.unwrap_err();
    assert_eq!(failure.reason, Reason::UnknownIssuer);
    assert!(failure.detail.contains("issued by"), "{}", failure.detail);
    assert!(client.unwrap_err().to_string().contains("UnknownCA"), "the alert says so");
}

#[tokio::test]
async fn the_log_names_the_issuer_and_not_the_subject() {
    let (_, server) = outcome(&Client::named("expired", BOTH), &callers()).await;
    let detail = server.unwrap_err().detail;
    let entry = PKI.manifest.client("expired").unwrap();
    let uuid = entry.uuid.unwrap().to_string();
    assert!(detail.contains("Facade DEV") && detail.contains("valid from"), "{detail}");
    assert!(detail.contains(entry.serial.trim_start_matches("00")), "{detail}");
    assert!(!detail.contains(&uuid), "{detail}");
}

#[tokio::test]
async fn http_2_alone_is_refused_and_beside_http_1_left_out() {
    let client = Client::anonymous(BOTH);
    assert_eq!(reason(&client.offering(&["h2"]), &callers()).await, Some(Reason::NoHttp11));
    assert_eq!(reason(&client.offering(&["h2", "http/1.1"]), &callers()).await, None);
}

#[tokio::test]
async fn a_caller_that_does_not_trust_us_is_counted_as_such() {
    let mut callers = callers();
    callers.server.certificate = PKI.file("clients/system/chain.pem");
    callers.server.key = PKI.file("clients/system/key.pem");
    assert_eq!(reason(&Client::anonymous(BOTH), &callers).await, Some(Reason::RefusedByCaller));
}

#[tokio::test]
async fn plain_http_is_told_to_use_tls() {
    let (mut socket, server) = server(&callers()).await;
    socket.write_all(b"POST / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https"), "{answer}");
    drop(socket);
    assert_eq!(server.await.unwrap().unwrap_err().reason, Reason::NotTls);
}

#[tokio::test]
async fn what_is_neither_tls_nor_http_is_closed() {
    let (mut socket, server) = server(&callers()).await;
    socket.write_all(&[0, 1, 2]).await.unwrap();
    assert_eq!(server.await.unwrap().unwrap_err().reason, Reason::NotTls);
}

#[tokio::test]
async fn a_record_of_garbage_is_no_handshake() {
    let (mut socket, server) = server(&callers()).await;
    socket.write_all(&[22, 3, 1, 0, 4, 1, 0, 0, 0]).await.unwrap();
    let failure = server.await.unwrap().unwrap_err();
    assert_eq!(failure.reason, Reason::Other, "{}", failure.detail);
}

/// The first message of a client of this version with one cipher suite, and extensions as they are.
fn client_hello(version: [u8; 2], suite: [u8; 2], extensions: &[u8]) -> Vec<u8> {
    fn sized<const N: usize>(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[4 - N..], bytes].concat()
    }
    let suites = [&sized::<2>(&suite)[..], &sized::<1>(&[0])].concat();
    let body = [&version[..], &[7; 32], &sized::<1>(&[]), &suites, &sized::<2>(extensions)].concat();
    [&[22, 3, 1][..], &sized::<2>(&[&[1][..], &sized::<3>(&body)].concat())].concat()
}

#[tokio::test]
async fn clients_that_are_too_old_have_a_reason_of_their_own() {
    const RSA_AES_CBC: [u8; 2] = [0, 0x2f];
    const ECDHE_AES_CBC: [u8; 2] = [0xc0, 0x13];
    const SIGNATURES: &[u8] = &[0, 13, 0, 4, 0, 2, 4, 1];
    const GROUPS: &[u8] = &[0, 10, 0, 4, 0, 2, 0, 23];
    let both = [SIGNATURES, GROUPS].concat();
    for (what, hello, reason) in [
        ("TLS 1.0", client_hello([3, 1], RSA_AES_CBC, &[]), Reason::ProtocolVersion),
        ("TLS 1.1", client_hello([3, 2], RSA_AES_CBC, SIGNATURES), Reason::ProtocolVersion),
        ("RSA key exchange", client_hello([3, 3], RSA_AES_CBC, SIGNATURES), Reason::NoCommonCipher),
        ("CBC", client_hello([3, 3], ECDHE_AES_CBC, &both), Reason::NoCommonCipher),
    ] {
        let (mut socket, server) = server(&callers()).await;
        socket.write_all(&hello).await.unwrap();
        let failure = server.await.unwrap().unwrap_err();
        assert_eq!(failure.reason, reason, "{what}: {}", failure.detail);
    }
}

#[tokio::test]
async fn silence_times_out_and_a_hang_up_is_closed() {
    let mut impatient = callers();
    impatient.limits.handshake_timeout = SHORT;
    let (_silent, silence) = server(&impatient).await;
    let (gone, hang_up) = server(&callers()).await;
    drop(gone);
    assert_eq!(hang_up.await.unwrap().unwrap_err().reason, Reason::Closed);
    assert_eq!(silence.await.unwrap().unwrap_err().reason, Reason::TimedOut);
}

#[tokio::test]
async fn sessions_are_resumed_with_their_identity() {
    let bench = Bench::start(&callers());
    for versions in EACH {
        let client = Client::named("system", versions);
        let mut first = bench.connect(&client).await;
        let answer = first.post("x").await.body;
        assert_eq!(first.kind(), HandshakeKind::Full);
        let mut second = bench.connect(&client).await;
        assert_eq!(second.post("x").await.body, answer);
        assert_eq!(second.kind(), HandshakeKind::Resumed, "{versions:?}");
    }
}

#[tokio::test]
async fn nobody_resumes_a_session_of_an_earlier_trust() {
    let bench = Bench::start(&callers());
    let client = Client::named("system", BOTH);
    bench.connect(&client).await.post("x").await;
    bench.running().tls().reload(&callers()).unwrap();
    let mut stream = bench.connect(&client).await;
    stream.post("x").await;
    assert_eq!(stream.kind(), HandshakeKind::Full);
}

#[tokio::test]
async fn an_open_connection_loses_an_identity_that_is_no_longer_trusted() {
    let bench = Bench::start(&callers());
    let uuid = PKI.manifest.client("system").unwrap().uuid.unwrap().to_string();
    let mut stream = bench.connect(&Client::named("system", BOTH)).await;
    assert!(stream.post("x").await.body.starts_with(&uuid));

    bench.running().tls().reload(&callers()).unwrap();
    assert!(stream.post("x").await.body.starts_with(&uuid), "the same trust again");

    let mut other = callers();
    other.trust.roots = vec![PKI.file("ca/server-ca/cert.pem")];
    other.trust.issuing.clear();
    bench.running().tls().reload(&other).unwrap();
    assert!(stream.post("x").await.body.starts_with("no_certificate"));
}

#[tokio::test]
async fn a_bad_reload_changes_nothing() {
    let bench = Bench::start(&callers());
    let mut missing = callers();
    missing.trust.roots = vec![PKI.file("no-such-file.pem")];
    assert!(matches!(bench.running().tls().reload(&missing), Err(TlsError::File { .. })));
    bench.connect(&Client::named("system", BOTH)).await.post("x").await;
}

#[test]
fn the_test_environment_is_believed_and_production_beside_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, der: &[u8]| {
        let (path, text) = (folder.path().join(name), base64::engine::general_purpose::STANDARD.encode(der));
        std::fs::write(&path, format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")).unwrap();
        path
    };
    let mut callers = callers();
    callers.trust.roots.push(file("test.pem", &environment::test(environment::TEST_ROOT)));
    Tls::load(&callers).unwrap();
    callers.trust.roots.push(file("production.pem", &environment::production()));
    let error = Tls::load(&callers).unwrap_err();
    assert!(matches!(error, TlsError::Mixed { .. }), "{error}");
    assert!(Tls::problems(&callers)[0].message.contains("is of production"), "as check tells it");
    callers.trust.mixed_environments = true;
    Tls::load(&callers).unwrap();
}

#[test]
fn the_validity_of_the_server_certificate_is_known() {
    let tls = Tls::load(&callers()).unwrap();
    let entry = PKI.manifest.server("facade").unwrap();
    let second = chrono::TimeDelta::seconds(1);
    for (moment, valid) in [
        (entry.not_before - second, false),
        (entry.not_before, true),
        (entry.not_after, true),
        (entry.not_after + second, false),
    ] {
        assert_eq!(tls.valid_at(moment), valid, "{moment}");
    }
}

#[test]
fn unusable_files_are_named_by_their_setting() {
    type Change = fn(&mut Callers);
    let error = |change: Change| {
        let mut callers = callers();
        change(&mut callers);
        Tls::load(&callers).unwrap_err().to_string()
    };
    let p12 = std::env::temp_dir().join(format!("dfdg-{}.p12", std::process::id()));
    std::fs::write(&p12, [0x30, 0x82, 0x0b, 0x77, 0x02, 0x01, 0x03, 0x30, 0x82, 0x0b]).unwrap();
    for setting in ["certificate", "key"] {
        let mut callers = callers();
        match setting {
            "key" => callers.server.key.clone_from(&p12),
            _ => callers.server.certificate.clone_from(&p12),
        }
        let found = Tls::load(&callers).unwrap_err().to_string();
        assert!(found.starts_with(&format!("callers.{setting}: ")) && found.contains("openssl pkcs12 -in"), "{found}");
    }
    std::fs::remove_file(&p12).unwrap();
    let cases: [(Change, &str); 5] = [
        (|callers| callers.server.certificate = "missing.pem".into(), "callers.certificate: cannot read missing.pem"),
        (|callers| callers.server.certificate = PKI.file("manifest.json"), "holds no certificate"),
        (|callers| callers.server.key = PKI.file("servers/backend/key.pem"), "callers.key: "),
        (|callers| callers.trust.roots.clear(), "callers.trust.roots: "),
        (|callers| callers.trust.issuing = vec!["missing.pem".into()], "callers.trust.issuing: "),
    ];
    for (change, expected) in cases {
        let found = error(change);
        assert!(found.contains(expected), "{found}");
    }
}

#[tokio::test]
async fn both_authorities_are_named_in_the_request_for_a_certificate() {
    use rustls::client::ResolvesClientCert;
    use rustls::sign::CertifiedKey;
    use std::sync::Mutex;

    #[derive(Debug)]
    struct Hints(Mutex<usize>);
    impl ResolvesClientCert for Hints {
        fn resolve(&self, hints: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            *self.0.lock().unwrap() = hints.len();
            None
        }
        fn has_certs(&self) -> bool {
            true
        }
    }
    let hints = Arc::new(Hints(Mutex::new(0)));
    let client = Client::anonymous(BOTH).resolving(Arc::clone(&hints) as _);
    outcome(&client, &callers()).await.1.unwrap();
    assert_eq!(*hints.0.lock().unwrap(), 3, "the root and the issuing CAs");
}
