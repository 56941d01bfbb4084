//! Pushes as their publisher sees them: over real TLS, into a real store.

use dfdg_facade::journal::PushOutcome;
use dfdg_facade::store::sqlite::Reading;
use dfdg_facade::store::{Change, Contents, PushId, PushQueries, State, Stored};
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};

use crate::world::{
    CITIZEN, Caller, Connection, Push, Request, Response, Setup, World, assert_nothing_of_a_person, edit, eventually,
    journal_lines, pki_file,
};

fn publisher() -> Caller {
    Caller::named("wsb-publisher")
}

async fn world() -> World {
    Setup::default().intake().start().await
}

async fn connect(world: &World) -> Connection {
    publisher().connect(world.intake()).await.unwrap()
}

async fn deliver(world: &World, push: &Push) -> Response {
    connect(world).await.deliver(push).await
}

/// What is kept, read beside the facade.
async fn stored(world: &World, id: i64) -> Option<Stored> {
    Reading::open(&world.file("var/facade.db")).unwrap().push(PushId(id)).await.unwrap()
}

async fn count(world: &World) -> u64 {
    let counts = Reading::open(&world.file("var/facade.db")).unwrap().counts().await.unwrap();
    counts.iter().map(|count| count.pushes).sum()
}

/// The problem details of a refusal; it has a line of its own in the journal, and nothing was kept.
async fn refused(world: &World, response: &Response, status: u16, reason: &str) -> Value {
    assert_eq!(response.status, status, "{response:?}");
    assert_eq!(response.header("Content-Type"), Some("application/problem+json"));
    let line = world.journal_event("push", response.request_id()).await;
    assert_eq!(
        (&line["reason"], &line["status"], &line["id"]),
        (&json!(reason), &json!(status), &Value::Null),
        "{line}"
    );
    assert_eq!(line["outcome"], if status == 503 { "failed" } else { "refused" });
    let problem = response.json();
    assert_eq!(problem["status"], status);
    for member in ["title", "detail", "hint", "requestId"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
    }
    assert!(world.metrics().await.sum("dfdg_pushes_refused_total", &[&format!("reason=\"{reason}\"")]) >= 1.0);
    problem
}

#[tokio::test]
async fn a_push_is_kept_as_it_came_and_has_its_line() {
    let world = world().await;
    let push = Push::new("m1");
    let response = deliver(&world, &push).await;
    assert_eq!(response.json(), json!({ "id": 1, "state": "received" }));
    assert_eq!(response.header("Content-Type"), Some("application/json"));

    let Stored { state, push: kept, .. } = stored(&world, 1).await.unwrap();
    assert_eq!((state, kept.recipient.to_string()), (State::Received, "8/10100".to_owned()));
    assert_eq!((kept.cvr.to_string(), kept.uuid.as_u128() & 0xffff), ("90000004".to_owned(), 4));
    assert_eq!(kept.body.0, push.body, "byte for byte");
    let Contents::Understood(notice) = kept.contents else { panic!("parked") };
    assert_eq!((notice.entity_type, notice.change, notice.version.as_deref()), (90_000, Change::Update, Some("4")));
    assert_eq!(notice.citizen.unwrap().0, CITIZEN);

    let line = world.journal_event("push", response.request_id()).await;
    let publisher = format!("wsb-{}", world.client);
    assert_eq!(
        (&line["publisher"], &line["outcome"], &line["change"]),
        (&json!(publisher), &json!("kept"), &json!("update"))
    );
    assert_eq!((&line["recipient"], &line["entity_type"]), (&json!({ "type": 8, "code": "10100" }), &json!(90_000)));
    assert_eq!((&line["id"], &line["status"], &line["bytes_in"]), (&json!(1), &json!(200), &json!(push.body.len())));
    let labels = [&*format!("publisher=\"{publisher}\""), "outcome=\"kept\"", "change=\"update\""];
    assert!((world.metrics().await.sum("dfdg_pushes_total", &labels) - 1.0).abs() < 0.1);
}

#[tokio::test]
async fn a_second_delivery_is_answered_like_the_first_and_not_kept_twice() {
    let world = world().await;
    let mut connection = connect(&world).await;
    let first = connection.deliver(&Push::new("m1")).await;
    let again = connection.deliver(&Push::new("m1")).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    let line = world.journal_event("push", again.request_id()).await;
    assert_eq!((&line["outcome"], &line["id"]), (&json!("duplicate"), &json!(1)));

    let other = connection.deliver(&Push::with("m1", "aendringstype", json!(3))).await;
    assert_eq!((other.status, other.kept()), (200, 1), "the first stays");
    let line = world.journal_event("push", other.request_id()).await;
    assert_eq!(line["outcome"], PushOutcome::Conflict.label());
    assert_eq!(count(&world).await, 1);

    let elsewhere = connection.deliver(&Push::new("m1").to("/wsb/2/29")).await;
    assert_eq!(elsewhere.kept(), 2, "another recipient has its own");
}

#[tokio::test]
async fn without_an_id_of_its_own_a_message_is_its_entity_version_and_change() {
    let world = world().await;
    let mut connection = connect(&world).await;
    let push = |version: i32, change: i32| {
        let mut push = Push::json("unused");
        push["metadata"]["beskedId"] = Value::Null;
        push["metadata"]["versionIdentifier"] = json!(version);
        push["metadata"]["aendringstype"] = json!(change);
        Push::of(&push)
    };
    let first = connection.deliver(&push(1, 1)).await.kept();
    assert_eq!(connection.deliver(&push(1, 1)).await.kept(), first);
    let others = [connection.deliver(&push(2, 1)).await.kept(), connection.deliver(&push(1, 3)).await.kept()];
    assert!(others[0] > first && others[1] > others[0], "{others:?}");
}

#[tokio::test]
async fn json_that_is_not_understood_is_parked_and_not_lost() {
    let world = world().await;
    let push = Push::raw(format!("{{\"besked\": {{ \"id\": 17, \"cpr\": \"{CITIZEN}\" }}}}"));
    let response = deliver(&world, &push).await;
    let problem = "/metadata/entitetId: must be there";
    assert_eq!(response.json(), json!({ "id": 1, "state": "parked", "problem": problem }));
    let Stored { state, push: kept, .. } = stored(&world, 1).await.unwrap();
    assert_eq!((state, kept.contents), (State::Parked, Contents::Parked(problem.to_owned())));
    assert_eq!(kept.body.0, push.body);
    let line = world.journal_event("push", response.request_id()).await;
    assert_eq!((&line["outcome"], &line["detail"]), (&json!("parked"), &json!(problem)));
    assert_eq!(deliver(&world, &push).await.kept(), 1, "once");
}

#[tokio::test]
async fn what_can_never_be_right_is_400_and_says_what_is_wrong() {
    let world = world().await;
    let mut connection = connect(&world).await;
    for (push, reason) in [
        (Push::raw(""), "unreadable"),
        (Push::raw("{\"metadata\":"), "unreadable"),
        (Push::raw("[1]"), "unreadable"),
        (Push::raw("[".repeat(1_000)), "unreadable"),
        (Push::raw(b"{\"a\":\"\xe6\"}".to_vec()), "unreadable"),
        (Push::new("x").to("/wsb/9999/10100"), "organisation_type"),
        (Push::new("x").to("/wsb/jobcenter/10100"), "organisation_type"),
        (Push::new("x").to("/wsb/8/10100/more"), "organisation_code"),
        (Push::new("x").to("/wsb/8/"), "organisation_code"),
        (Push::new("x").to(&format!("/wsb/8/{CITIZEN}")), "organisation_code"),
    ] {
        let response = connection.deliver(&push).await;
        refused(&world, &response, 400, reason).await;
    }
    assert_eq!(count(&world).await, 0);
}

#[tokio::test]
async fn what_is_no_push_at_all_is_told_by_its_status() {
    let world = world().await;
    for (push, status, told) in [
        (Push::new("x").to("/"), 404, "/wsb/{organisationType}/{organisationCode}"),
        (Push::new("x").to("/wsb/8"), 404, "/wsb/"),
        (Push::new("x").to("/PjakTassWCFtService/1/BookingService.svc"), 404, "/wsb/"),
        (Push { method: "GET", body: Vec::new(), ..Push::new("x") }, 405, "POST"),
        (Push { method: "PUT", ..Push::new("x") }, 405, "POST"),
        (Push::new("x").header("Content-Type", "text/xml"), 415, "application/json"),
        (Push::new("x").header("Content-Encoding", "gzip"), 415, "Content-Encoding"),
    ] {
        let response = deliver(&world, &push).await;
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.body.contains(told), "{response:?}");
        let line = world.journal_event("http_refused", response.request_id()).await;
        assert_eq!((&line["status"], &line["listener"]), (&json!(status), &json!("intake")));
    }
    let allowed = deliver(&world, &Push { method: "DELETE", ..Push::new("x") }).await;
    assert_eq!(allowed.header("Allow"), Some("POST"));
    assert_eq!(count(&world).await, 0);
}

#[tokio::test]
async fn a_push_that_is_too_large_or_breaks_off_is_not_kept() {
    let setup = Setup::default().intake().setting("intake.limits.max_body_bytes", "2 KiB");
    let world = setup.setting("intake.limits.body_timeout", "300ms").start().await;
    let mut connection = connect(&world).await;
    let large = Push::with("m1", "mere", json!("x".repeat(3_000)));
    refused(&world, &connection.deliver(&large).await, 413, "too_large").await;
    connection.deliver(&Push::new("m2")).await.kept();

    let half = |push: &Push| push.bytes()[..push.bytes().len() - 10].to_vec();
    connection.write(&half(&Push::new("m3"))).await;
    refused(&world, &connection.response().await.unwrap(), 408, "too_slow").await;

    let mut gone = connect(&world).await;
    gone.write(&half(&Push::new("m4"))).await;
    drop(gone);
    let publisher = json!(format!("wsb-{}", world.client));
    let broken =
        |line: &Value| line["event"] == "push" && line["reason"] == "broken_off" && line["publisher"] == publisher;
    eventually("its line", async || journal_lines().into_iter().find(broken)).await;
    assert_eq!(count(&world).await, 1);
}

#[tokio::test]
async fn only_a_registered_publisher_may_deliver() {
    let world = world().await;
    for (name, reason) in
        [("system", "registered_as_client"), ("unregistered", "not_registered"), ("employee", "employee-certificate")]
    {
        let mut connection = Caller::named(name).connect(world.intake()).await.unwrap();
        let response = connection.deliver(&Push::new("m1")).await;
        refused(&world, &response, 403, reason).await;
    }
    let mut named = connect(&world).await;
    let certificate = Push::new("m1").header("Client-Cert", ":AAAA:");
    refused(&world, &named.deliver(&certificate).await, 403, "client_cert_not_from_proxy").await;
    assert_eq!(count(&world).await, 0);

    // and a publisher is no caller
    let mut caller = publisher().connect(world.callers()).await.unwrap();
    caller.call(&Request::get_bookings()).await.fault().is(1012, "Logon failed");
}

#[tokio::test]
async fn a_registration_that_has_ended_is_refused() {
    let setup = Setup::default().intake().client("[[publisher]]", "[[publisher]]\nvalid_to = 2026-01-01");
    let world = setup.start().await;
    refused(&world, &deliver(&world, &Push::new("m1")).await, 403, "registration_not_valid").await;
}

#[tokio::test]
async fn without_a_certificate_the_handshake_refuses_or_it_is_401_as_configured() {
    let required = world().await;
    let refused_in_handshake = match Caller::anonymous().connect(required.intake()).await {
        Ok(mut connection) => connection.ends().await, // with TLS 1.3 the client learns it when it reads
        Err(_) => true,
    };
    assert!(refused_in_handshake);
    let counted = async || {
        let labels = ["listener=\"intake\"", "reason=\"no_certificate\""];
        (required.metrics().await.sum("dfdg_handshakes_failed_total", &labels) >= 1.0).then_some(())
    };
    eventually("it is counted", counted).await;

    let optional = Setup::default().intake().setting("intake.client_certificate", "optional").start().await;
    let response = Caller::anonymous().connect(optional.intake()).await.unwrap().deliver(&Push::new("m1")).await;
    assert!(response.header("WWW-Authenticate").is_some());
    refused(&optional, &response, 401, "no_certificate").await;
}

#[tokio::test]
async fn both_versions_of_tls_are_spoken() {
    let world = world().await;
    for (number, version) in [(1, &TLS12), (2, &TLS13)] {
        let mut connection = publisher().only(version).connect(world.intake()).await.unwrap();
        assert_eq!(connection.deliver(&Push::new(&number.to_string())).await.kept(), number);
    }
}

#[tokio::test]
async fn a_certificate_that_is_revoked_or_has_expired_is_refused_also_on_an_open_connection() {
    let world = Setup::default().intake().own_pki().start().await;
    let pki = world.file("pki");
    let mut connection = connect(&world).await;
    connection.deliver(&Push::new("m1")).await.kept();
    dfdg_pki::revoke(&pki, "wsb-publisher", dfdg_facade::clock::now()).unwrap();
    let mut number = 1;
    let response = eventually("the list", async || {
        number += 1;
        Some(connection.deliver(&Push::new(&format!("m{number}"))).await).filter(|response| response.status != 200)
    })
    .await;
    refused(&world, &response, 403, "revoked").await;
    assert!(connect_fails(&publisher(), &world).await, "and no new one");

    let holder = dfdg_pki::Holder {
        cvr: "90000004".to_owned(),
        uuid: "dfd90000-0000-4000-8000-000000000004".parse().unwrap(),
        name: "DEV WSB".to_owned(),
        organisation: "DEV Ekstern kommunikation".to_owned(),
    };
    let request = dfdg_pki::Request {
        name: "ended".to_owned(),
        subject: dfdg_pki::RequestedSubject::Client(dfdg_pki::Kind::System, holder),
        days: Some(1),
        key_bits: dfdg_pki::KeyBits::Rsa2048,
        now: dfdg_facade::clock::now() - chrono::TimeDelta::days(3),
    };
    dfdg_pki::issue(&pki, &request).unwrap();
    assert!(connect_fails(&Caller::of(&pki.join("clients/ended")), &world).await);
}

async fn connect_fails(caller: &Caller, world: &World) -> bool {
    match caller.connect(world.intake()).await {
        Ok(mut connection) => connection.ends().await,
        Err(_) => true,
    }
}

#[tokio::test]
async fn many_pushes_at_once_are_all_kept_each_once() {
    let world = world().await;
    let deliveries = (0..32).map(|number| {
        let world = &world;
        async move {
            let mut connection = connect(world).await;
            let mut kept = Vec::new();
            for part in 0..8 {
                // half of the messages are delivered by two connections
                kept.push(connection.deliver(&Push::new(&format!("{}-{part}", number / 2))).await.kept());
            }
            kept
        }
    });
    let kept = futures_util::future::join_all(deliveries).await;
    for pair in kept.chunks(2) {
        assert_eq!(pair[0], pair[1], "the same message is the same push");
    }
    assert_eq!(count(&world).await, 16 * 8);
}

#[tokio::test]
async fn what_waits_is_told_to_prometheus_and_readiness_tells_of_the_store() {
    let setup = Setup::default().intake().setting("server.watch_interval", "50ms");
    let world = setup.start().await;
    let (_, ready) = crate::world::get(world.admin(), "/health/ready").await;
    assert!(ready.contains("{\"name\":\"store\",\"ok\":true}"), "{ready}");
    deliver(&world, &Push::new("m1")).await.kept();
    deliver(&world, &Push::raw("{}")).await.kept();
    // the metrics of a process are one: other worlds set the same gauges
    for state in ["received", "parked"] {
        let label = format!("state=\"{state}\"");
        let waiting = async || (world.metrics().await.sum("dfdg_pushes_waiting", &[&label]) >= 1.0).then_some(());
        eventually(state, waiting).await;
    }
    let (status, page) = crate::world::get(world.admin(), "/").await;
    assert_eq!(status, 200);
    assert!(page.contains("received: 1") && page.contains("parked: 1"), "{page}");
    assert_nothing_of_a_person(&page);
}

#[tokio::test]
async fn a_store_that_another_process_has_is_refused_with_file_and_line() {
    let world = world().await;
    let file = world.file("var/facade.db").display().to_string();
    let setup = Setup::default().intake().setting("store.file", &file);
    let config = setup.config("https://127.0.0.1:1").unwrap();
    let error = format!("{:#}", dfdg_facade::facade::Facade::start(config).unwrap_err());
    assert!(error.contains("store.file") && error.contains("in use by another process"), "{error}");
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_stop_and_a_start() {
    let mut world = world().await;
    deliver(&world, &Push::new("m1")).await.kept();
    assert_eq!(world.take_facade().stop().await.cut, 0);
    assert_eq!(count(&world).await, 1);
    let setup = Setup::default().intake().setting("store.file", &world.file("var/facade.db").display().to_string());
    let next = setup.start().await;
    assert_eq!(deliver(&next, &Push::new("m1")).await.kept(), 1, "known again");
    assert_eq!(deliver(&next, &Push::new("m2")).await.kept(), 2);
}

#[tokio::test]
async fn a_registration_and_a_format_that_change_hold_from_the_next_push_of_an_open_connection() {
    let setup = Setup::default().intake().client("[[publisher]]", "[[publisher]]\nvalid_to = 2026-01-01");
    let world = setup.catalogue(|_| {}).start().await;
    let mut connection = connect(&world).await;
    refused(&world, &connection.deliver(&Push::new("m1")).await, 403, "registration_not_valid").await;
    edit(world.file("clients.toml"), "valid_to = 2026-01-01\n", "");
    world.facade().reload().unwrap();
    assert_eq!(connection.deliver(&Push::new("m1")).await.json()["state"], "received");

    let flat = Push::of(&Push::json("m2")["metadata"]);
    assert_eq!(connection.deliver(&flat).await.json()["state"], "parked");
    edit(world.file("catalogue/mappings/wsb.toml"), "\"/metadata/", "\"/");
    world.facade().reload().unwrap();
    let flat = Push::of(&Push::json("m3")["metadata"]);
    assert_eq!(connection.deliver(&flat).await.json()["state"], "received");

    edit(world.file("catalogue/mappings/wsb.toml"), "pointer = \"/entitetId\"", "pointer = \"entitetId\"");
    let error = format!("{:#}", world.facade().reload().unwrap_err());
    assert!(error.contains("mappings/wsb.toml:") && error.contains("`entitetId` is no JSON pointer"), "{error}");
    assert_eq!(connection.deliver(&flat).await.status, 200, "the former stays in use");
}

#[tokio::test]
async fn the_intakes_own_certificate_is_renewed_and_a_bad_one_is_not_taken() {
    let setup = Setup::default().intake();
    for (own, of) in [("intake.pem", "servers/facade/chain.pem"), ("intake.key", "servers/facade/key.pem")] {
        std::fs::copy(pki_file(of), setup.file(own)).unwrap();
    }
    let setup = setup.setting("intake.certificate", "intake.pem").setting("intake.key", "intake.key");
    let world = setup.start().await;
    assert_eq!(deliver(&world, &Push::new("m1")).await.kept(), 1);

    std::fs::write(world.file("intake.pem"), "no certificate").unwrap();
    let error = format!("{:#}", world.facade().reload().unwrap_err());
    assert!(error.contains("intake.certificate") && error.contains("intake.pem"), "{error}");
    assert_eq!(deliver(&world, &Push::new("m2")).await.kept(), 2);

    // of another authority, so that it shows which one is used
    std::fs::copy(pki_file("clients/facade/chain.pem"), world.file("intake.pem")).unwrap();
    std::fs::copy(pki_file("clients/facade/key.pem"), world.file("intake.key")).unwrap();
    world.facade().reload().unwrap();
    assert!(publisher().connect(world.intake()).await.is_err(), "nobody believes it");
    world.connect().await.call(&Request::get_bookings()).await.reply();
}
