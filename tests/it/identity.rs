//! Under whose certificate the calls of a client system go to the backends.

use std::path::PathBuf;

use dfdg_facade::{clock, expiry, installation};

use crate::world::{Caller, Request, Setup, World, edit, eventually, pki_file};

const SERVICES: &str = "services ";
const AS_KOMMUNE: &str = "backend_identity = \"kommune\"\nservices ";
/// In the subjects of certificates: CVR numbers of the development PKI.
const FACADE_CVR: &str = "NTRDK-90000000";
const KOMMUNE_CVR: &str = "NTRDK-90000001";

/// A world in which the backend has the identity `kommune`, with files a test may change.
fn setup() -> Setup {
    let setup = Setup::default();
    put(&setup.file("kommune.pem"), &setup.file("kommune.key"), "clients/organisation");
    let setting = |name: &str| format!("backends.kontaktforloeb.identities.kommune.{name}");
    setup.setting(&setting("certificate"), "kommune.pem").setting(&setting("key"), "kommune.key")
}

fn put(certificate: &PathBuf, key: &PathBuf, of: &str) {
    std::fs::copy(pki_file(&format!("{of}/chain.pem")), certificate).unwrap();
    std::fs::copy(pki_file(&format!("{of}/key.pem")), key).unwrap();
}

/// The subject of the certificate the simulator was shown in all calls of one request.
async fn shown(world: &World, caller: &str, request: &Request) -> String {
    let response = world.connect_as(&Caller::named(caller)).await.call(request).await;
    response.reply();
    let calls = world.backend.calls(response.request_id()).await;
    let client = calls[0].client.clone().unwrap();
    assert!(calls.iter().all(|call| call.client.as_deref() == Some(&client)), "{calls:#?}");
    client
}

#[tokio::test]
async fn each_client_system_stands_behind_its_calls_with_its_own_certificate_or_the_facades() {
    let second = format!(
        "[[client]]\nname = \"second-{}\"\ncontact = \"x\"\nservices = [\"BookingService\"]\n\
         certificates = [{{ cvr = \"90000001\", uuid = \"dfd90000-0000-4000-8000-000000000001\" }}]\n\
         organisations = [{{ type = 8, code = \"10100\" }}]\nbackend_identity = \"kommune\"\n\n[[client]]\nname  ",
        std::process::id()
    );
    let world = setup().client("[[client]]\nname  ", &second).start().await;
    for _ in 0..2 {
        for request in [Request::create_booking(), Request::get_bookings()] {
            assert!(shown(&world, "system", &request).await.contains(FACADE_CVR));
            world.backend.reset().await;
            assert!(shown(&world, "organisation", &request).await.contains(KOMMUNE_CVR));
            world.backend.reset().await;
        }
    }
}

#[tokio::test]
async fn a_registration_that_gets_another_identity_is_followed_and_one_that_is_not_there_is_refused() {
    let world = setup().start().await;
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains(FACADE_CVR));
    let clients = world.file("clients.toml");
    edit(&clients, SERVICES, AS_KOMMUNE);
    world.facade().reload().unwrap();
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains(KOMMUNE_CVR));
    edit(&clients, "\"kommune\"", "\"komune\"");
    let error = format!("{:#}", world.facade().reload().unwrap_err());
    assert!(error.contains("clients.toml:6: backend `kontaktforloeb`, which BookingService calls"), "{error}");
    assert!(error.contains("has no identity `komune`\n    hint: did you mean `kommune`?"), "{error}");
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains(KOMMUNE_CVR));
}

#[tokio::test]
async fn the_certificate_of_an_identity_is_renewed_and_a_bad_one_is_not_taken() {
    let world = setup().client(SERVICES, AS_KOMMUNE).start().await;
    let (certificate, key) = (world.file("kommune.pem"), world.file("kommune.key"));
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains(KOMMUNE_CVR));
    put(&certificate, &key, "clients/system");
    world.facade().reload().unwrap();
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains("NTRDK-90000002"));
    std::fs::write(&certificate, "no certificate").unwrap();
    let error = format!("{:#}", world.facade().reload().unwrap_err());
    assert!(error.contains("backends.kontaktforloeb.identities.kommune.certificate: "), "{error}");
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains("NTRDK-90000002"));
}

/// `check --config` judges identities as the certificates beside them, and so do the warnings before they end.
#[tokio::test]
async fn a_check_finds_identities_that_are_unknown_unusable_or_have_ended() {
    let setup = setup().client(SERVICES, &AS_KOMMUNE.replace("kommune", "andeby"));
    let config = setup.config("https://localhost:1").unwrap();
    let long_after = clock::now() + chrono::TimeDelta::days(20 * 365);
    let ended: Vec<String> = expiry::ended(&config, long_after).map(|problem| problem.to_string()).collect();
    assert!(
        ended.iter().any(|problem| problem.contains("kommune.pem: the backend certificate ended at ")),
        "{ended:?}"
    );
    std::fs::write(setup.file("kommune.key"), "no key").unwrap();
    let problems = installation::check(&config, false).await.unwrap_err().to_string();
    assert!(problems.contains("clients.toml:6: backend `kontaktforloeb`, which BookingService calls"), "{problems}");
    assert!(problems.contains("backends.kontaktforloeb.identities.kommune.key: "), "{problems}");
}

#[tokio::test]
async fn a_renewed_certificate_of_an_identity_is_found_without_being_told() {
    let world = setup().client(SERVICES, AS_KOMMUNE).setting("server.watch_interval", "10ms").start().await;
    assert!(shown(&world, "system", &Request::get_bookings()).await.contains(KOMMUNE_CVR));
    put(&world.file("kommune.pem"), &world.file("kommune.key"), "clients/system");
    let renewed =
        async || shown(&world, "system", &Request::get_bookings()).await.contains("NTRDK-90000002").then_some(());
    eventually("the renewed certificate", renewed).await;
}
