//! The repository's own catalogue compiles.
#![allow(missing_docs, reason = "a test")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

use std::path::Path;

use dfdg_contract::Folder;
use dfdg_mapping::{Catalogue, Served, compile};

fn catalogue() -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    compile(&Folder(root)).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_operation_is_mapped_or_refused_with_a_reason() {
    for service in &catalogue().services {
        assert_eq!(service.operations.len(), service.contract.operations().len(), "{}", service.name);
        for served in &service.operations {
            if let Served::Refused { reason, .. } = served {
                assert!(!reason.is_empty());
            }
        }
    }
}

#[test]
fn every_line_of_the_catalogue_says_how_surely_it_is_known() {
    let catalogue = catalogue();
    let unmarked: Vec<_> = catalogue
        .plans()
        .flat_map(|plan| &plan.info().lines)
        .filter(|line| line.evidence == dfdg_mapping::Evidence::None)
        .collect();
    assert!(unmarked.is_empty(), "{unmarked:#?}");
    assert!(catalogue.evidence_counts().assumed > 0);
}

#[test]
fn paths_are_found_without_regard_to_case() {
    let catalogue = catalogue();
    assert!(catalogue.service_at("/pjaktasswcftservice/1/BOOKINGSERVICE.svc").is_some());
    assert!(catalogue.service_at("/elsewhere").is_none());
}

#[test]
fn a_catalogue_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Catalogue>();
}
