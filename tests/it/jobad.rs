//! JobAdService as the system of a company calls it: no header block says for whom, user codes stand where one is, adverts
//! have numbers.

use crate::world::{Request, Response, Setup, World, edit, journal_lines};

/// The first number that is given, by default.
const FIRST: i64 = 1_000_000_000;
/// What stands in the requests of all scenarios.
const USER_CODES: [&str; 2] = ["adgangskode", "hr-bruger-7"];

async fn world() -> World {
    Setup::default().advertises_jobs().start().await
}

/// A request that names an advert.
fn about(operation: &str, number: i64) -> Request {
    let request = Request::job_ad("get_unknown_number_is_130000").with(">99<", &format!(">{number}<"));
    let end = format!("</job:{operation}RequestType>");
    request
        .with("<job:GetJobRequestType>", &format!("<job:{operation}RequestType>"))
        .with("</job:GetJobRequestType>", &end)
}

async fn add(world: &World, scenario: &str) -> i64 {
    let response = world.call(&Request::job_ad(scenario)).await;
    response.reply();
    response.text("JobAdId").parse().unwrap()
}

#[tokio::test]
async fn an_advert_lives_from_draft_to_deletion() {
    let world = world().await;
    let number = add(&world, "rn_ja_01_draft").await;
    assert_eq!(number, FIRST);
    let call = async |operation: &str| -> Response { world.call(&about(operation, number)).await };
    assert!(!call("GetJob").await.reply().contains("<Status>"), "a draft has a status no old client knows");
    call("PublishJob").await.reply();
    assert_eq!(call("GetJob").await.text("Status"), "Processed");
    call("PublishJob").await.fault().is(130_002, "Jobannoncens status tillader ikke handlingen");
    call("CloseJob").await.reply();
    call("CloseJob").await.fault().is(1100, "only while the job advert is Processed or in Publication");
    assert_eq!(call("GetHistory").await.reply().matches("<HistoryEntry>").count(), 3);
    call("DeleteJob").await.reply();
    for operation in ["GetJob", "CloseJob", "DeleteJob", "PublishJob", "GetHistory"] {
        call(operation).await.fault().is(130_000, "Ulovligt jobannonceid");
    }
    assert_eq!(add(&world, "add_minimal").await, FIRST + 1, "a number is never given again");
}

#[tokio::test]
async fn what_was_sent_comes_back_and_can_be_changed() {
    let world = world().await;
    // Its publication has ended by the clock of the simulator, so that it may be changed.
    let dates = |request: Request| request.with("2026-04-01", "2026-02-20").with("2026-03-05", "2026-02-05");
    let response = world.call(&dates(Request::job_ad("rn_ja_01_add_everything"))).await;
    let number = response.text("JobAdId").to_owned();
    let read = world.call(&about("GetJob", FIRST)).await;
    for (name, value) in [
        ("JobAdId", number.as_str()),
        ("Status", "PublicationEnd"),
        ("WeeklyWorkTimeTypes", "PartTime"),
        ("StreetName", "Rugbrødsgade 7B 2"),
        ("PrimaryNumber", "12345678"),
        ("PublishEndDate", "2026-02-20"),
    ] {
        assert_eq!(read.text(name), value, "{name}");
    }
    assert_eq!(read.reply().matches("<DriversLicence>").count(), 2);
    let update = Request::job_ad("update_clears_what_the_request_leaves_out");
    world.call(&update.with(">17<", &format!(">{number}<"))).await.reply();
    let read = world.call(&about("GetJob", FIRST)).await;
    assert_eq!((read.text("Status"), read.text("Title")), ("Processed", "Bager"));
    assert!(!read.reply().contains("<DriversLicence>"));
}

#[tokio::test]
async fn organisation_and_user_come_from_the_registration() {
    let world = world().await;
    let response = world.call(&Request::job_ad("add_minimal")).await;
    let calls = world.backend.calls(response.request_id()).await;
    let [create] = calls.as_slice() else { panic!("{calls:?}") };
    for (name, value) in [
        ("x-aktivorganisationtype", "24"),
        ("x-aktivorganisationkode", "90000002"),
        ("x-brugertype", "3"),
        ("x-brugernavn", "S%C3%B8ren%20Hansen"),
        ("x-brugeremail", "it@hr.example"),
        ("x-brugeridentifikation", "CVR:90000002-UUID:dfd90000-0000-4000-8000-000000000002"),
        ("x-brugerorganisationtype", "24"),
        ("x-brugerorganisationkode", "90000002"),
    ] {
        assert_eq!(create.header(name), Some(value), "{name}");
    }
    let line = world.journal(response.request_id()).await;
    assert_eq!((&line["organisation"]["type"], &line["organisation"]["code"]), (&24.into(), &"90000002".into()));
}

#[tokio::test]
async fn without_them_the_caller_is_told_so() {
    let several = "{ type = 24, code = \"90000002\" }, { type = 24, code = \"90000013\" }";
    let setup = Setup::default().advertises_jobs().client("{ type = 24, code = \"90000002\" }", several);
    let world = setup.start().await;
    let response = world.call(&Request::job_ad("add_minimal")).await;
    world.refused(&response).await.is(4575, "the registration of the client system names no single one");

    let world = Setup::default().advertises_jobs().client("contact-name = \"Søren Hansen\", ", "").start().await;
    world.call(&Request::job_ad("add_minimal")).await.fault().is(1100, "An error has occurred");
}

#[tokio::test]
async fn rn_ja_02_user_codes_open_nothing_and_are_nowhere_to_be_found() {
    let world = world().await;
    let good = Request::job_ad("add_minimal");
    let wrong = good.clone().with("adgangskode", "forkert kode");
    let broken = good.clone().with("<job1:Password>adgangskode</job1:Password>", "<job1:adgangskode/>");
    let unasked = Request::job_ad("rn_ja_02_credentials_may_be_missing");
    for request in [&good, &wrong, &broken, &unasked] {
        let response = world.call(request).await;
        response.reply();
        is_nowhere(&world, &response).await;
    }
    let faulty = world.call(&good.with(">Bager<", "><x/><")).await;
    faulty.fault().is(1014, "Title");
    is_nowhere(&world, &faulty).await;
    // The codes of somebody else do not make a caller of who has no registration.
    let stranger = world.connect_as(&crate::world::Caller::named("organisation")).await.call(&unasked).await;
    stranger.fault().is(1012, "Logon failed");
}

async fn is_nowhere(world: &World, response: &Response) {
    world.journal(response.request_id()).await; // the last line of the call
    let id = response.request_id().to_string();
    let lines: Vec<_> = journal_lines().into_iter().filter(|line| line["request_id"] == id.as_str()).collect();
    assert!(!lines.is_empty());
    let calls = format!("{:?}", world.backend.calls(response.request_id()).await);
    for code in USER_CODES.iter().chain(&["forkert kode"]) {
        assert!(!response.body.contains(code) && !calls.contains(code), "{response:?}\n{calls}");
        assert!(!format!("{lines:?}").contains(code), "{lines:?}");
    }
}

#[tokio::test]
async fn an_operation_known_by_name_alone_is_told_so() {
    let world = world().await;
    let response = world.call(&Request::job_ad("operation_known_by_name_alone_is_told_so")).await;
    world.refused(&response).await.is(1100, "GetTicket is not served: nothing but its name is known");
}

#[tokio::test]
async fn a_refused_request_takes_no_number() {
    let world = world().await;
    let refused = Request::job_ad("rn_ja_05_licence_without_partner_is_refused_by_name");
    let response = world.call(&refused).await;
    world.refused(&response).await.is(2003, "jobAd/JobDetails/DriversLicences/DriversLicence, Taxi");
    assert_eq!(add(&world, "add_minimal").await, FIRST);
}

#[tokio::test]
async fn updates_at_once_take_turns() {
    let world = world().await;
    let dates = |request: Request| request.with("2026-04-01", "2026-02-20").with("2026-03-05", "2026-02-05");
    world.call(&dates(Request::job_ad("rn_ja_01_add_everything"))).await.reply();
    let update =
        dates(Request::job_ad("update_clears_what_the_request_leaves_out")).with(">17<", &format!(">{FIRST}<"));
    let replies = futures_util::future::join_all((0..4).map(|_| world.call(&update))).await;
    for response in &replies {
        response.reply();
    }
    let methods = world.backend.all_calls().await.into_iter().map(|call| call.method).collect::<Vec<_>>();
    assert_eq!(methods[1..], ["GET", "PUT"].repeat(4), "no two of them are mixed");
}

#[tokio::test]
async fn the_store_is_there_when_somebody_needs_it_and_else_not() {
    let world = Setup::default().start().await;
    assert!(!world.file("var/facade.db").exists());
    edit(world.file("clients.toml"), "[\"BookingService\"]", "[\"BookingService\", \"JobAdService\"]");
    let error = format!("{:#}", world.facade().reload().expect_err("the store was not opened"));
    assert!(error.contains("restart the facade"), "{error}");
    assert!(self::world().await.file("var/facade.db").exists());
}

#[tokio::test]
async fn two_facades_do_not_share_a_store() {
    let first = world().await;
    let file = first.file("var/facade.db").display().to_string();
    let setup = Setup::default().advertises_jobs().setting("store.file", &file);
    let config = setup.config(&first.backend.url()).unwrap();
    let error = dfdg_facade::facade::Facade::start(config).err().map(|error| format!("{error:#}")).unwrap();
    assert!(error.contains("is in use by another process") && error.contains("store.file"), "{error}");
}

#[tokio::test]
async fn a_backend_of_a_service_that_somebody_may_call_must_be_in_the_settings() {
    let lacking = |setup: Setup| {
        let setup = setup.catalogue(|folder| {
            let services = folder.join("mappings/services.toml");
            edit(&services, "[backend.virksomhedsindsats", "[backend.andetsteds");
            for entry in std::fs::read_dir(folder.join("mappings/jobad")).unwrap() {
                edit(entry.unwrap().path(), "\"virksomhedsindsats\"", "\"andetsteds\"");
            }
        });
        let config = setup.config("https://127.0.0.1:1").unwrap();
        dfdg_facade::facade::load(&config).err().map(|problems| problems.to_string())
    };
    let told = lacking(Setup::default().advertises_jobs()).unwrap();
    assert!(told.contains("the backend andetsteds of mappings/services.toml has no settings"), "{told}");
    assert_eq!(lacking(Setup::default()), None, "nobody may call it");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "somebody else at the file")]
async fn without_a_number_nothing_is_created_and_the_facade_is_to_blame() {
    let world = world().await;
    add(&world, "add_minimal").await;
    let beside = rusqlite::Connection::open(world.file("var/facade.db")).unwrap();
    beside.execute_batch("ALTER TABLE identifier RENAME TO elsewhere").unwrap();
    for request in [Request::job_ad("add_minimal"), about("GetJob", FIRST)] {
        let response = world.call(&request).await;
        world.refused(&response).await.is(1011, "Internal error on server");
        let line = world.journal(response.request_id()).await;
        assert_eq!(line["blame"], "facade", "{line}");
        let asked = world.journal_event("backend_call", response.request_id()).await;
        assert_eq!((&asked["backend"], &asked["outcome"]), (&"inside".into(), &"unavailable".into()), "{asked}");
    }
    beside.execute_batch("ALTER TABLE elsewhere RENAME TO identifier").unwrap();
    assert_eq!(add(&world, "add_minimal").await, FIRST + 1);
}
