//! Who may call what, for whom. The order is the security: a caller learns nothing about its message before it is
//! clear that it may send one.

use std::path::Path;

use crate::world::{Caller, Fault, PATH, Request, Setup, World, edit};

const ACTIVE: &str = "<a:OrganisationCode>10100</a:OrganisationCode>";
const REQUESTING: &str = "<OrganisationCode>10100</OrganisationCode>\n      </RequestOrganisationStructure>";
/// Breaks the contract, which only a caller with access may learn.
const INVALID: &str = "<Booking><x/>";

fn user_type(kind: &str) -> String {
    let request = Request::create_booking();
    let from = request.text().find("<RequestUserTypeIdentifier").unwrap();
    let (element, _) = request.text()[from..].split_once("</RequestUserTypeIdentifier>").unwrap();
    format!(
        "{}</RequestUserTypeIdentifier>",
        element.replace(">2<", &format!(">{kind}<")).replace(">3<", &format!(">{kind}<"))
    )
}

/// The fault a caller gets for a message that also breaks the contract.
async fn fault_for(world: &World, caller: &Caller) -> Fault {
    let invalid = Request::create_booking().with("<Booking>", INVALID);
    let response = world.connect_as(caller).await.call(&invalid).await;
    world.refused(&response).await
}

#[tokio::test]
async fn without_a_certificate_it_is_1101() {
    let world = World::start().await;
    fault_for(&world, &Caller::anonymous()).await.is(1101, "Client certificate missing from request");
}

#[tokio::test]
async fn a_certificate_that_is_not_registered_is_1012() {
    let world = World::start().await;
    fault_for(&world, &Caller::named("unregistered")).await.is(1012, "Logon failed");
}

/// It delivers messages to the facade; what it could call is no matter of its registration.
#[tokio::test]
async fn a_publisher_is_no_caller_and_the_journal_says_why() {
    let publisher = "[[publisher]]\nname = \"wsb\"\ncontact = \"x\"\n\
         certificates = [{ cvr = \"90000001\", uuid = \"dfd90000-0000-4000-8000-000000000001\" }]\n\n[[client]]\nname  ";
    let world = Setup::default().client("[[client]]\nname  ", publisher).start().await;
    fault_for(&world, &Caller::named("organisation")).await.is(1012, "Logon failed");
    let response = world.connect_as(&Caller::named("organisation")).await.call(&Request::get_bookings()).await;
    let line = world.journal(response.request_id()).await;
    assert_eq!((&line["reason"], &line["client"]), (&"registered_as_publisher".into(), &serde_json::Value::Null));
    assert_eq!(line["detail"], "registered as a publisher and not as a caller");
    let counted = world.metrics().await.sum("dfdg_access_refused_total", &["reason=\"registered_as_publisher\""]);
    assert!(counted >= 2.0);
    world.call(&Request::get_bookings()).await.reply();
}

#[tokio::test]
async fn the_certificate_of_an_employee_is_1012() {
    let world = World::start().await;
    fault_for(&world, &Caller::named("employee")).await.is(1012, "Logon failed");
}

#[tokio::test]
async fn a_registration_that_has_ended_or_not_begun_is_1012() {
    for day in ["valid_to = 2026-01-01", "valid_from = 2999-01-01"] {
        let world = Setup::default().client("contact ", &format!("{day}\ncontact ")).start().await;
        fault_for(&world, &Caller::named("system")).await.is(1012, "Logon failed");
    }
}

#[tokio::test]
async fn an_operation_that_is_not_in_the_registration_is_1013() {
    let world = Setup::default().client("organisations", "operations = [\"GetBookings\"]\norganisations").start().await;
    let text = "User has insufficient permissions to access this webservice";
    fault_for(&world, &Caller::named("system")).await.is(1013, text);
    world.call(&Request::get_bookings()).await.reply();
}

#[tokio::test]
async fn a_service_that_is_not_in_the_registration_is_1013() {
    let twin = |folder: &Path| {
        let services = folder.join("mappings/services.toml");
        let text = std::fs::read_to_string(&services).unwrap();
        let (_, own) = text.split_once("[service.BookingService]").unwrap();
        let (own, _) = own.split_once("\n\n").unwrap();
        let other = format!("[service.TwinService]{}\n\n", own.replace("BookingService.svc", "TwinService.svc"));
        edit(services, "[backend.kontaktforloeb]", &format!("{other}[backend.kontaktforloeb]"));
    };
    let world = Setup::default().client("BookingService", "TwinService").catalogue(twin).start().await;
    let text = "User has insufficient permissions to access this webservice";
    fault_for(&world, &Caller::named("system")).await.is(1013, text);
    let twin = PATH.replace("BookingService", "TwinService");
    world.call(&Request::get_bookings().start("POST", &twin)).await.reply();
}

#[tokio::test]
async fn an_organisation_that_is_not_in_the_registration_is_4575() {
    let world = World::start().await;
    let other_code = Request::create_booking().with(ACTIVE, &ACTIVE.replace("10100", "10101"));
    let other_kind =
        Request::create_booking().with("<a:OrganisationTypeIdentifier>8", "<a:OrganisationTypeIdentifier>2");
    let requesting = Request::create_booking().with(REQUESTING, &REQUESTING.replace("10100", "10101"));
    for request in [other_code, other_kind, requesting] {
        let response = world.call(&request.with("<Booking>", INVALID)).await;
        world.refused(&response).await.is(4575, "You are not authorized to execute the operation");
    }
}

/// A type of organisation or user that nobody knows is told as such, before the message is looked at or after.
#[tokio::test]
async fn an_unknown_type_of_organisation_is_8173_and_one_of_user_8174() {
    const ACTIVE_TYPE: &str = "<a:OrganisationTypeIdentifier>8";
    let world = World::start().await;
    let kind = |kind: &str| Request::create_booking().with(ACTIVE_TYPE, &ACTIVE_TYPE.replace('8', kind));
    let organisation = "OrganisationType is invalid according to the organisationTypeIdentifierCodeList";
    let user_organisation = Request::create_booking().with_part(
        "<RequestOrganisationStructure",
        "</CodeListItemIdentifier>",
        "<RequestOrganisationStructure xmlns=\"http://service.bm.dk/pjaktass/2015/01/21/RequestOrganisationStructure/\">\
         <OrganisationTypeIdentifier><CodeListItemIdentifier \
         xmlns=\"http://service.bm.dk/pjaktass/2013/06/07/CodeListBase/\">99</CodeListItemIdentifier>",
    );
    let response = world.call(&user_organisation).await;
    let fault = world.refused(&response).await;
    fault.is(8173, organisation);
    assert!(fault.text.ends_with(": RequestUserMetadataHeader/RequestOrganisationStructure"), "{}", fault.text);
    for (request, number, text) in [
        (kind("99").with("<Booking>", INVALID), 8173, organisation),
        (kind("7").with("<Booking>", INVALID), 4575, "You are not authorized"),
        (kind("101"), 8234, "Could not deserialize"),
    ] {
        let response = world.call(&request).await;
        let fault = world.refused(&response).await;
        fault.is(number, text);
        assert_eq!(fault.text.ends_with(": ActiveOrganisationHeader"), number == 8173, "{}", fault.text);
    }
    let user = |kind: &str| {
        Request::create_booking().with_part(
            "<RequestUserTypeIdentifier",
            "</RequestUserTypeIdentifier>",
            &user_type(kind),
        )
    };
    let response = world.call(&user("5")).await;
    world.refused(&response).await.is(8174, "UserType is invalid according to the requestUserTypeIdentifierCodeList");
    world.call(&user("4")).await.reply();
}

/// The operator may know of a type that is not in the list.
#[tokio::test]
async fn a_type_of_organisation_that_is_registered_is_known() {
    let both = r#"{ type = 8, code = "10100" }, { type = 31, code = "10100" }"#;
    let world = Setup::default().client(r#"{ type = 8, code = "10100" }"#, both).start().await;
    let registered = "<a:OrganisationTypeIdentifier>31";
    let response = world.call(&Request::create_booking().with("<a:OrganisationTypeIdentifier>8", registered)).await;
    response.fault().is(8173, "OrganisationType is invalid"); // says the simulator, which knows its own organisations
    assert_eq!(world.backend.calls(response.request_id()).await.len(), 1);
    let other = Request::create_booking().with("<a:OrganisationTypeIdentifier>8", "<a:OrganisationTypeIdentifier>32");
    let response = world.call(&other).await;
    world.refused(&response).await.is(8173, "OrganisationType is invalid");
}

#[tokio::test]
async fn an_organisation_may_act_for_another_one_when_both_are_registered() {
    let both = r#"{ type = 8, code = "10100" }, { type = 8, code = "10101" }"#;
    let world = Setup::default().client(r#"{ type = 8, code = "10100" }"#, both).start().await;
    let response = world.call(&Request::create_booking().with(ACTIVE, &ACTIVE.replace("10100", "10101"))).await;
    response.reply();
    assert_eq!(world.journal(response.request_id()).await["organisation"]["code"], "10101");
}

#[tokio::test]
async fn a_type_of_organisation_that_the_service_is_not_for_is_4413() {
    let for_others = |folder: &Path| {
        edit(
            folder.join("mappings/services.toml"),
            "mappings = \"mappings/booking\"",
            "mappings = \"mappings/booking\"\norganisation_types = [2]",
        );
    };
    let world = Setup::default().catalogue(for_others).start().await;
    fault_for(&world, &Caller::named("system")).await.is(4413, "The authoritytype of the requestheader is invalid");
}

#[tokio::test]
async fn an_operation_that_is_not_served_says_why() {
    let refused = |folder: &Path| {
        let (mappings, own) = (folder.join("mappings"), "mappings/written");
        std::fs::create_dir(folder.join(own)).unwrap();
        for file in ["create-booking", "update-booking", "cancel-booking", "get-booking-history"] {
            let name = format!("{file}.toml");
            std::fs::rename(mappings.join("booking").join(&name), folder.join(own).join(&name)).unwrap();
        }
        edit(mappings.join("services.toml"), "\"mappings/booking\"", &format!("\"{own}\""));
        let refused = "[service.BookingService.refused]\nGetBookings = \"bookings are read in Jobnet\"\n\n";
        edit(mappings.join("services.toml"), "[backend.kontaktforloeb]", &format!("{refused}[backend.kontaktforloeb]"));
    };
    let world = Setup::default().catalogue(refused).start().await;
    let response = world.call(&Request::get_bookings()).await;
    world.refused(&response).await.is(4575, "bookings are read in Jobnet");
    world.call(&Request::create_booking()).await.reply();
}

#[tokio::test]
async fn every_call_is_judged_anew_however_long_its_connection_is_open() {
    let world = World::start().await;
    let mut connection = world.connect().await;
    connection.call(&Request::get_bookings()).await.reply();
    edit(world.file("clients.toml"), "90000002", "90000001");
    world.facade().reload().unwrap();
    connection.call(&Request::get_bookings()).await.fault().is(1012, "Logon failed");
}

#[tokio::test]
async fn the_journal_names_the_certificate_of_a_caller_it_does_not_know() {
    let world = World::start().await;
    let response = world.connect_as(&Caller::named("unregistered")).await.call(&Request::get_bookings()).await;
    let line = world.journal(response.request_id()).await;
    assert_eq!((&line["cvr"], &line["client"]), (&"90000009".into(), &serde_json::Value::Null));
    assert_eq!(line["uuid"], "dfd90000-0000-4000-8000-000000000009");
}
