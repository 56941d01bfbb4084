//! Genuine contracts have other namespaces, SOAPActions and paths. They are dropped in; no mapping is edited.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::world::{Request, Setup, World, edit};

const PATH: &str = "/Other/Folder/2/Booking.svc";
const OLD_PATH: &str = "/PjakTassWCFtService/1/BookingService.svc";

/// Every target namespace of the contracts here, and the one that takes its place.
fn namespaces() -> Vec<(String, String)> {
    let root = crate::world::repository();
    let folders = ["wsdl", "xsd"].map(|folder| root.join(folder));
    let texts = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let targets = |text: String| {
        text.split("targetNamespace=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let found: BTreeSet<String> = texts.flat_map(targets).collect();
    found.into_iter().enumerate().map(|(number, old)| (old, format!("urn:genuine:{number}"))).collect()
}

/// The same text with other namespaces and SOAPActions.
fn other(text: &str) -> String {
    let renamed = namespaces()
        .iter()
        .fold(text.to_owned(), |text, (old, new)| text.replace(&format!("\"{old}\""), &format!("\"{new}\"")));
    renamed.replace("http://service.bm.dk/pjaktass/1/BookingService#", "urn:genuine:do:")
}

/// An operator's folder: contracts and the path, nothing else.
fn genuine(folder: &Path) {
    for kind in ["wsdl", "xsd"] {
        for file in fs::read_dir(folder.join(kind)).unwrap().map(|file| file.unwrap().path()) {
            fs::write(&file, other(&fs::read_to_string(&file).unwrap())).unwrap();
        }
    }
    edit(folder.join("mappings/services.toml"), OLD_PATH, PATH);
    for rest in ["mappings/booking", "mappings/codelists", "openapi"] {
        fs::remove_dir_all(folder.join(rest)).unwrap();
    }
}

async fn world() -> World {
    Setup::default().catalogue(genuine).start().await
}

/// A request as a client of the genuine contract sends it.
fn request(good: &Request, operation: &str) -> Request {
    Request::soap(other(good.text()))
        .start("POST", PATH)
        .header("SOAPAction", &format!("\"urn:genuine:do:{operation}\""))
}

#[tokio::test]
async fn calls_are_served_in_the_namespaces_of_the_contract_that_was_dropped_in() {
    let world = world().await;
    let created = world.call(&request(&Request::create_booking(), "CreateBooking")).await;
    assert!(created.reply().contains("<CreateBookingResponse xmlns=\"urn:genuine:"), "{created:?}");
    let read = world.call(&request(&Request::get_bookings(), "GetBookings")).await;
    assert_eq!(read.text("BookingIdentifier"), "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    assert!(!read.body.contains("http://service.bm.dk"), "{read:?}");
}

#[tokio::test]
async fn access_and_faults_follow_the_contract_too() {
    let world = world().await;
    let request = request(&Request::create_booking(), "CreateBooking");
    let foreign = request.clone().with("<a:OrganisationCode>10100", "<a:OrganisationCode>99999");
    let response = world.call(&foreign).await;
    world.refused(&response).await.is(4575, "");
    assert!(response.body.contains("<FaultDetails xmlns=\"urn:genuine:"), "{response:?}");
    let other_action = request.header("SOAPAction", "http://service.bm.dk/pjaktass/1/BookingService#CreateBooking");
    world.call(&other_action).await.fault().is(1014, "urn:genuine:do:CreateBooking");
}

#[tokio::test]
async fn the_contract_it_replaced_is_gone() {
    let world = world().await;
    assert_eq!(world.call(&Request::create_booking()).await.status, 404, "the old path");
    let old = world.call(&Request::create_booking().start("POST", PATH)).await;
    old.fault().is(1014, "must be in the namespace urn:genuine:");
}
