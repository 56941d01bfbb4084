//! A backend that is down is left alone for a while: callers learn it at once, and so does the operator.

use std::time::Duration;

use serde_json::Value;

use crate::world::{Request, Setup, World, eventually, get};

const OPENED: &[&str] = &["backend=\"kontaktforloeb\"", "state=\"open\""];
const CLOSED: &[&str] = &["backend=\"kontaktforloeb\"", "state=\"closed\""];

async fn circuit(world: &World) -> String {
    let (status, ready) = get(world.admin(), "/health/ready").await;
    assert_eq!(status, 200, "a backend that is down does not make the facade unready");
    let ready: Value = serde_json::from_str(&ready).unwrap();
    ready["backends"][0]["circuit"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_opens_after_failures_in_a_row_and_closes_when_a_probe_goes_well() {
    let setup = Setup::default().setting("backends.kontaktforloeb.circuit_failures", "2");
    let setup = setup.setting("backends.kontaktforloeb.circuit_open_for", "2s");
    let world = setup.setting("backends.kontaktforloeb.attempts", "1").start().await;
    let before = world.metrics().await;
    assert_eq!(circuit(&world).await, "closed");

    world.backend.answers(2, 503, "").await;
    for _ in 0..2 {
        world.call(&Request::get_bookings()).await.fault().is(1011, "");
    }
    let refused = world.call(&Request::get_bookings()).await;
    refused.fault().is(1011, "");
    assert!(world.backend.calls(refused.request_id()).await.is_empty(), "it is left alone");
    assert_eq!(world.journal(refused.request_id()).await["error"], "circuit_open");
    assert_eq!(circuit(&world).await, "open");
    let opened = world.metrics().await;
    assert_eq!(
        opened.sum("dfdg_circuit_changes_total", OPENED) - before.sum("dfdg_circuit_changes_total", OPENED),
        1.0
    );
    assert_eq!(opened.sum("dfdg_circuit_open", &OPENED[..1]), 1.0);

    eventually("a call that is served", async || {
        (world.call(&Request::get_bookings()).await.status == 200).then_some(())
    })
    .await;
    assert_eq!(circuit(&world).await, "closed");
    let closed = world.metrics().await;
    assert_eq!(
        closed.sum("dfdg_circuit_changes_total", CLOSED) - before.sum("dfdg_circuit_changes_total", CLOSED),
        1.0
    );
    assert_eq!(closed.sum("dfdg_circuit_open", &CLOSED[..1]), 0.0);
}

#[tokio::test]
async fn what_the_domain_refuses_does_not_open_it() {
    let setup = Setup::default().setting("backends.kontaktforloeb.circuit_failures", "1");
    let world = setup.setting("backends.kontaktforloeb.circuit_open_for", "1h").start().await;
    world.backend.answers(3, 422, "{\"fejlkode\": 90002, \"fejltekst\": \"x\"}").await;
    for _ in 0..3 {
        world.call(&Request::get_bookings()).await.fault().is(4783, "");
    }
    assert_eq!(circuit(&world).await, "closed");
    tokio::time::timeout(Duration::from_secs(5), world.call(&Request::get_bookings())).await.unwrap().reply();
}
