//! Any octets as a request to BookingService, and to JobAdService, which takes elements in any order. What is accepted is well-formed by another parser's judgement too, and
//! survives being written; what is refused is told in a fault its caller can read.
#![no_main]

use dfdg_contract::soap::{Envelope, EnvelopeError};
use dfdg_contract::xml::{self, Limits};
use dfdg_contract::{Contract, Message};
use dfdg_facade::error::CallError;
use dfdg_facade::fault;
use dfdg_fuzz::{CATALOGUE, assert_readable, assert_survives};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    for service in ["BookingService", "JobAdService"] {
        receive(&CATALOGUE.named(service).expect("a service").service.contract, octets);
    }
});

fn receive(contract: &Contract, octets: &[u8]) {
    match xml::decode(octets, None) {
        Err(error) => assert_told(contract, &error.into()),
        Ok(text) => match read(contract, &text) {
            Err(error) => assert_told(contract, &error.into()),
            Ok(message) => {
                roxmltree::Document::parse(&text).expect("what is accepted is well-formed");
                assert_survives(contract.schema(), &message);
            }
        },
    }
}

fn read<'t>(contract: &'t Contract, text: &'t str) -> Result<Message<'t>, EnvelopeError> {
    let envelope = Envelope::open(contract, text, Limits::default())?;
    envelope.require_headers()?;
    envelope.message()
}

fn assert_told(contract: &Contract, error: &CallError) {
    let told = fault::tell(error, &CATALOGUE.mapping().faults);
    assert_readable(contract.schema(), &fault::envelope(&told, Some(contract)));
}
