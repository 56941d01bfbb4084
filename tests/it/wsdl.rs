//! The contract, as tools read it: without a certificate, with the public address, and nothing but the contract.

use std::collections::BTreeSet;

use crate::world::{Caller, Connection, PATH, Request, Response, World};

const ADDRESS: &str = "https://facade.example/PjakTassWCFtService/1/BookingService.svc";

async fn anonymous(world: &World) -> Connection {
    world.connect_as(&Caller::anonymous()).await
}

fn assert_xml(response: &Response) {
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.header("Content-Type"), Some("text/xml; charset=utf-8"));
}

/// The queries of the schemas a document refers to.
fn references(document: &str) -> BTreeSet<String> {
    let locations = document.split("schemaLocation=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    locations.map(|location| location.strip_prefix(ADDRESS).expect("the public address").to_owned()).collect()
}

#[tokio::test]
async fn the_wsdl_and_every_schema_it_leads_to_are_there_for_anyone() {
    let world = World::start().await;
    let mut connection = anonymous(&world).await;
    let wsdl = connection.call(&Request::get("?wsdl")).await;
    assert_xml(&wsdl);
    assert!(wsdl.body.contains(&format!("<soap:address location=\"{ADDRESS}\"")), "{}", wsdl.body);

    let mut open: Vec<String> = references(&wsdl.body).into_iter().collect();
    let mut read = BTreeSet::new();
    while let Some(query) = open.pop() {
        if read.insert(query.clone()) {
            let schema = connection.call(&Request::get(&query)).await;
            assert_xml(&schema);
            open.extend(references(&schema.body));
        }
    }
    assert!(read.contains("?xsd=BookingService.xsd") && read.len() > 5, "{read:?}");
}

#[tokio::test]
async fn the_single_wsdl_refers_to_no_other_file() {
    let world = World::start().await;
    let single = anonymous(&world).await.call(&Request::get("?singleWsdl")).await;
    assert_xml(&single);
    assert!(references(&single.body).is_empty());
    assert!(single.body.contains("name=\"BookingType\""));
}

#[tokio::test]
async fn names_may_be_percent_encoded_and_in_any_case_of_the_key() {
    let world = World::start().await;
    let mut connection = anonymous(&world).await;
    for query in ["?xsd=Booking%53ervice.xsd", "?XSD=BookingService%2exsd", "?x=1&xsd=BookingService.xsd"] {
        assert_xml(&connection.call(&Request::get(query)).await);
    }
}

#[tokio::test]
async fn nothing_but_the_schemas_of_the_contract_is_served() {
    let world = World::start().await;
    let mut connection = anonymous(&world).await;
    for name in [
        "Unknown.xsd",
        "../Cargo.toml",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/mappings/services.toml",
        "/etc/passwd",
        "xsd/../../facade.toml",
        "BookingService.xsd%00",
        "BookingService.wsdl",
        "",
    ] {
        let response = connection.call(&Request::get(&format!("?xsd={name}"))).await;
        assert_eq!(response.status, 404, "{name}: {response:?}");
        assert!(response.body.contains("There is no such schema"), "{name}: {response:?}");
    }
    for path in ["/", "/etc/passwd", "/wsdl/BookingService.wsdl", "/PjakTassWCFtService/1/../1/BookingService.svc"] {
        let response = connection.call(&Request::get("").start("GET", path)).await;
        assert_eq!(response.status, 404, "{path}: {response:?}");
    }
}

#[tokio::test]
async fn a_browser_is_told_what_there_is() {
    let world = World::start().await;
    let page = anonymous(&world).await.call(&Request::get("")).await;
    assert_eq!(page.status, 200);
    for text in ["?wsdl", "?singleWsdl", PATH] {
        assert!(page.body.contains(text), "{page:?}");
    }
}
