//! Any message the contract allows survives being written, read and written again, byte for byte.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_contract::{Contract, Folder, Node, Writer};
use proptest::prelude::*;

#[path = "fixtures/any_message.rs"]
mod any_message;

use any_message::{Choices, write_any};

fn write_again(writer: &mut Writer<'_>, contract: &Contract, node: Node<'_>) {
    if contract.schema().text_type(node.element()).is_some() {
        return writer.text(node.text()).unwrap();
    }
    for child in node.children() {
        writer.start(child.element()).unwrap();
        write_again(writer, contract, child);
        writer.end().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_valid_message_survives(numbers in prop::collection::vec(any::<u32>(), 8..64), which in 0..2usize) {
        thread_local!(static CONTRACT: Contract = Contract::load(&Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into()), "wsdl/BookingService.wsdl").unwrap());
        CONTRACT.with(|contract| {
            let request = contract.operations()[which].request;
            let mut writer = Writer::new(contract.schema(), request);
            write_any(&mut writer, contract, request, &mut Choices::new(&numbers));
            let written = writer.finish().unwrap();
            let message = Envelope::open(contract, &written, Limits::default()).unwrap().message().unwrap();
            let body = message.body().unwrap();
            let mut again = Writer::new(contract.schema(), body.element());
            write_again(&mut again, contract, body);
            assert_eq!(again.finish().unwrap(), written);
        });
    }
}
