//! Callers behind a proxy that ends their TLS and says in a header who they are (RFC 9440).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dfdg_pki::{Expected, Manifest, Usage};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::world::{Caller, Connection, Request, Setup, World, pki_file};

/// A world in which this machine is a proxy, and a connection of that proxy.
async fn behind_a_proxy() -> (World, Connection) {
    let certificate = pki_file("clients/facade/chain.pem").display().to_string();
    let setup = Setup::default().setting("callers.proxy.addresses", "127.0.0.1");
    let world = setup.setting("callers.proxy.certificates", &certificate).start().await;
    let connection = world.connect_as(&Caller::named("facade")).await;
    (world, connection)
}

fn client_cert(name: &str) -> String {
    let der = CertificateDer::from_pem_file(pki_file("clients").join(name).join("cert.pem")).unwrap();
    format!(":{}:", STANDARD.encode(der))
}

fn get_bookings_of(name: &str) -> Request {
    Request::get_bookings().header("Client-Cert", &client_cert(name))
}

#[tokio::test]
async fn a_call_goes_all_the_way_and_is_the_callers_own() {
    let (world, mut connection) = behind_a_proxy().await;
    let request = Request::create_booking().header("Client-Cert", &client_cert("system"));
    let response = connection.call(&request).await;
    response.reply();
    let line = world.journal(response.request_id()).await;
    assert_eq!((line["cvr"].as_str(), line["client"].as_str()), (Some("90000002"), Some(&*world.client)), "{line}");
    assert!(line["certificate"]["serial"].is_string(), "{line}");
}

#[tokio::test]
async fn every_certificate_is_admitted_or_refused_with_its_reason() {
    let (world, mut connection) = behind_a_proxy().await;
    let manifest = Manifest::read(&pki_file("")).unwrap();
    let mut refused = 0;
    for entry in manifest.certificates.iter().filter(|entry| entry.usage == Usage::Client) {
        let response = connection.call(&get_bookings_of(&entry.name)).await;
        let reason = match &entry.expected {
            Expected::Admitted if entry.name == "system" => {
                response.reply();
                continue;
            }
            Expected::Server | Expected::Admitted | Expected::NotRegistered => "not_registered".to_owned(),
            Expected::HandshakeFails { reason } | Expected::IdentityRefused { reason } => reason.clone(),
        };
        world.refused(&response).await.is(1012, "Logon failed");
        let line = world.journal(response.request_id()).await;
        assert_eq!(line["reason"], *reason, "{}: {line}", entry.name);
        assert_eq!(line["certificate"]["serial"], entry.serial.trim_start_matches("00"), "{}: {line}", entry.name);
        refused += 1;
    }
    assert!(refused > 3, "{refused}");
}

#[tokio::test]
async fn a_request_that_names_nobody_is_1101() {
    let (world, mut connection) = behind_a_proxy().await;
    connection.call(&get_bookings_of("system")).await.reply();
    let response = connection.call(&Request::get_bookings()).await;
    world.refused(&response).await.is(1101, "Client certificate missing from request");
}

#[tokio::test]
async fn a_header_of_a_direct_caller_is_refused_and_counted() {
    let world = World::start().await;
    for caller in [Caller::anonymous(), Caller::named("unregistered"), Caller::named("system")] {
        let response = world.connect_as(&caller).await.call(&get_bookings_of("system")).await;
        world.refused(&response).await.is(1012, "accepted from the proxies of callers.proxy only");
        assert_eq!(world.journal(response.request_id()).await["reason"], "client_cert_not_from_proxy");
    }
    let counted = world.metrics().await.sum("dfdg_access_refused_total", &["reason=\"client_cert_not_from_proxy\""]);
    assert!(counted >= 3.0, "{counted}");
}

#[tokio::test]
async fn a_header_that_cannot_be_read_says_what_to_correct_and_nothing_of_itself() {
    let (world, mut connection) = behind_a_proxy().await;
    let response = connection.call(&Request::get_bookings().header("Client-Cert", "UGVyc29u")).await;
    let fault = world.refused(&response).await;
    fault.is(1012, "the header Client-Cert is not a certificate as RFC 9440 has it");
    assert!(!fault.text.contains("UGVyc29u"), "{fault:?}");
}
