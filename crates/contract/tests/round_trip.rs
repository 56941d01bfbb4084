//! Any message the contract allows survives being written, read and written again, byte for byte.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use dfdg_contract::soap::Envelope;
use dfdg_contract::xml::Limits;
use dfdg_contract::{Contract, ElementId, Folder, Node, Primitive, SimpleType, Writer};
use proptest::prelude::*;

/// A source of choices that makes every message reproducible from a few numbers.
struct Choices<'a> {
    numbers: &'a [u32],
    next: usize,
}

impl Choices<'_> {
    fn below(&mut self, limit: u32) -> u32 {
        self.next += 1;
        self.numbers[self.next % self.numbers.len()]
            .wrapping_add(u32::try_from(self.next / self.numbers.len()).unwrap())
            % limit
    }

    fn of<'t>(&mut self, values: &[&'t str]) -> &'t str {
        values[self.below(u32::try_from(values.len()).unwrap()) as usize]
    }
}

/// Texts a value may have; the first one that fits the type is taken, so that patterns need no generator.
fn value(ty: &SimpleType, choices: &mut Choices<'_>) -> String {
    let candidates: &[&str] = match ty.primitive() {
        Primitive::Boolean => &["true", "false", "1", "0"],
        Primitive::Integer => &["8", "2", "100", "0", "1"],
        Primitive::Decimal => &["1.50", "0"],
        Primitive::DateTime => &["2026-03-29T02:30:00", "2026-03-01T10:00:00.1234567+01:00", "2024-02-29T23:59:59Z"],
        Primitive::Date => &["2026-03-01", "2024-02-29"],
        _ => &[
            "Ærø & <sønner> \"x\"",
            "a\r\nb",
            "  to  ",
            "æ",
            "]]>",
            "10100",
            "a@b.dk",
            "0101575001",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "1234",
            "DK",
            "12345678",
        ],
    };
    let first = choices.of(candidates);
    let fits = |text: &&&str| ty.check(text).is_ok();
    let text = Some(&first).filter(fits).or_else(|| candidates.iter().find(fits));
    (*text.unwrap_or_else(|| panic!("no candidate fits {:?}", ty.name()))).to_owned()
}

fn write_any(writer: &mut Writer<'_>, contract: &Contract, element: ElementId, choices: &mut Choices<'_>) {
    let schema = contract.schema();
    if let Some(ty) = schema.text_type(element) {
        return writer.text(&value(ty, choices)).unwrap();
    }
    for child in schema.children(element) {
        let most = child.max.unwrap_or(3).min(3);
        for _ in 0..child.min.max(choices.below(most + 1)) {
            writer.start(child.element).unwrap();
            write_any(writer, contract, child.element, choices);
            writer.end().unwrap();
        }
    }
}

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
            write_any(&mut writer, contract, request, &mut Choices { numbers: &numbers, next: 0 });
            let written = writer.finish().unwrap();
            let message = Envelope::open(contract, &written, Limits::default()).unwrap().message().unwrap();
            let body = message.body().unwrap();
            let mut again = Writer::new(contract.schema(), body.element());
            write_again(&mut again, contract, body);
            assert_eq!(again.finish().unwrap(), written);
        });
    }
}
