//! Any text as a message of a contract, one whose order is fixed and one that is read in any: requests, replies, header blocks, details of faults. What is accepted
//! is well-formed by another parser's judgement too, and survives being written.
#![no_main]

use dfdg_contract::soap::read_bare;
use dfdg_contract::xml::Limits;
use dfdg_fuzz::{CATALOGUE, assert_survives};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for service in ["BookingService", "JobAdService"] {
        let schema = CATALOGUE.named(service).expect("a service").service.contract.schema();
        if let Ok(message) = read_bare(schema, text, Limits::default()) {
            roxmltree::Document::parse(text).expect("what is accepted is well-formed");
            assert_survives(schema, &message);
        }
    }
});
