//! Leniency: what an old server let pass is read, what breaks the contract is still refused, and what is written keeps
//! to the contract.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "fixtures/any_message.rs"]
mod any_message;
#[allow(dead_code)]
#[path = "fixtures/memory.rs"]
mod memory;

use any_message::{Choices, write_any};
use dfdg_contract::soap::{Envelope, EnvelopeError};
use dfdg_contract::xml::Limits;
use dfdg_contract::{Contract, Folder, Leniency, Message, Node, Rule, Writer};
use memory::{Memory, around};
use proptest::prelude::*;

fn any_order() -> Leniency {
    Leniency { any_order: true, ..Leniency::default() }
}

fn booking() -> Contract {
    let root = Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into());
    Contract::load(&root, "wsdl/BookingService.wsdl").unwrap()
}

/// A contract whose request `Do` has the content model, and whose reply is the same.
fn small(model: &str, leniency: &Leniency) -> Contract {
    let types = format!(
        r#"<xs:schema targetNamespace="urn:test" elementFormDefault="qualified"><xs:complexType name="T">{model}</xs:complexType>
<xs:element name="Do" type="tns:T"/><xs:element name="Done" type="tns:T"/></xs:schema>"#
    );
    let contract = Contract::load(&Memory::new([("wsdl/test.wsdl", &around(&types))]), "wsdl/test.wsdl");
    contract.unwrap_or_else(|problems| panic!("{problems}")).lenient(leniency, "services.toml", 1).unwrap()
}

fn envelope(header: &str, body: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{header}<s:Body>{body}</s:Body></s:Envelope>"#
    )
}

fn read<'t>(contract: &'t Contract, text: &'t str) -> Result<Message<'t>, EnvelopeError> {
    Envelope::open(contract, text, Limits::default())?.message()
}

/// The rule broken by these members of `Do`; `None` when they are right.
fn broken(contract: &Contract, members: &str) -> Option<Rule> {
    match read(contract, &envelope("", &format!(r#"<Do xmlns="urn:test">{members}</Do>"#))) {
        Ok(_) => None,
        Err(EnvelopeError::Invalid(violation)) => Some(violation.rule),
        Err(other) => panic!("{other}"),
    }
}

const SEQUENCE: &str = r#"<xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" minOccurs="0" maxOccurs="2"/>
<xs:element name="c" type="xs:boolean" minOccurs="0"/></xs:sequence>"#;

#[test]
fn order_is_free_and_the_rest_is_not() {
    let contract = small(SEQUENCE, &any_order());
    let missing = |names: &[&str]| Rule::Incomplete { expected: names.iter().map(|name| (*name).to_owned()).collect() };
    for (members, expected) in [
        ("<a>1</a><b>1</b><b>2</b><c>true</c>", None),
        ("<c>true</c><b>1</b><a>1</a><b>2</b>", None),
        ("<a>1</a>", None),
        ("<b>1</b><c>true</c>", Some(missing(&["a"]))),
        ("", Some(missing(&["a"]))),
        ("<b>1</b><a>1</a><b>2</b><c>true</c><b>3</b>", Some(Rule::TooMany { max: 2 })),
        ("<c>true</c><a>1</a><c>true</c>", Some(Rule::TooMany { max: 1 })),
        ("<c>maybe</c><a>1</a>", Some(Rule::Value("true or false".to_owned()))),
    ] {
        let found = broken(&contract, members);
        match (&found, &expected) {
            (Some(Rule::Value(_)), Some(Rule::Value(_))) => {}
            _ => assert_eq!(found, expected, "{members}"),
        }
    }
    let expected = ["b", "c"].map(str::to_owned).to_vec();
    assert_eq!(broken(&contract, "<a>1</a><d/>"), Some(Rule::Unexpected { found: "d".to_owned(), expected }));
}

#[test]
fn without_leniency_the_order_is_that_of_the_contract() {
    let contract = small(SEQUENCE, &Leniency::default());
    assert!(matches!(broken(&contract, "<c>true</c><a>1</a>"), Some(Rule::Unexpected { .. })));
    assert_eq!(broken(&contract, "<a>1</a><c>true</c>"), None);
}

/// A choice is not a DataContract, and what of it may come together is not a matter of order.
#[test]
fn other_models_keep_their_order() {
    let choice = r#"<xs:choice><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>"#;
    assert!(broken(&small(choice, &any_order()), "<b>1</b><a>1</a>").is_some());
    let twice = r#"<xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:int"/></xs:sequence>"#;
    assert!(broken(&small(twice, &any_order()), "<a>1</a><a>1</a><b>1</b>").is_some());
}

#[test]
fn what_is_written_is_in_contract_order() {
    let contract = small(SEQUENCE, &any_order());
    let schema = contract.schema();
    let reply = contract.operations()[0].reply;
    let child = |name: &str| schema.child(reply, name).unwrap().element;
    let mut writer = Writer::new(schema, reply);
    writer.leaf(child("a"), "1").unwrap();
    writer.leaf(child("c"), "true").unwrap();
    assert!(writer.leaf(child("b"), "1").is_err());
}

#[test]
fn an_element_may_have_a_second_name_in_requests() {
    let also =
        |sent: &str, own: &str| Leniency { also: vec![(sent.to_owned(), own.to_owned())], ..Leniency::default() };
    let contract = small(SEQUENCE, &also("A", "a"));
    assert_eq!(broken(&contract, "<A>1</A><b>1</b>"), None);
    assert_eq!(broken(&contract, "<a>1</a><b>1</b>"), None);
    assert_eq!(broken(&contract, "<a>1</a><A>1</A>"), Some(Rule::TooMany { max: 1 }));
    assert!(broken(&contract, "<A>x</A>").is_some());
    let problem = |leniency| {
        let problems = small(SEQUENCE, &Leniency::default()).lenient(&leniency, "services.toml", 7).unwrap_err();
        problems.to_string()
    };
    assert!(problem(also("A", "z")).contains("services.toml:7: the contract has no element `z`"));
    assert!(problem(also("b", "a")).contains("a structure has both `b` and `a`"));
    let unread = Leniency { unread_headers: vec!["Secret".to_owned()], ..Leniency::default() };
    assert!(problem(unread).contains("no operation has a header block `Secret`"));
}

/// A header block that nobody reads may be missing, wrong or in the way of nothing, and must still be XML.
#[test]
fn an_unread_header_block_is_passed_over() {
    let leniency = Leniency { unread_headers: vec!["ActiveOrganisationHeader".to_owned()], ..Leniency::default() };
    let contract = booking().lenient(&leniency, "services.toml", 1).unwrap();
    let header = |content: &str| {
        let block = r#"<h:ActiveOrganisationHeader xmlns:h="http://rep.oio.dk/ams.dk/xml/schemas/2005/09/01/" s:mustUnderstand="1">"#;
        format!("<s:Header>{block}{content}</h:ActiveOrganisationHeader></s:Header>")
    };
    let body = r#"<GetBookingsRequest xmlns="http://service.bm.dk/BookingService/2015/01/21/"><PersonCivilRegistrationIdentifier>0101575001</PersonCivilRegistrationIdentifier></GetBookingsRequest>"#;
    for content in ["", "anything", "<h:x>1</h:x>"] {
        let text = envelope(&header(content), body);
        let envelope = Envelope::open(&contract, &text, Limits::default()).unwrap();
        assert_eq!(envelope.foreign_headers(), 0);
        let operation = envelope.operation().unwrap();
        assert!(operation.headers.iter().all(|block| block.name == "RequestUserMetadataHeader"));
        let block = &contract.unread_headers()[0];
        assert!(envelope.message().unwrap().header(block.element).is_none(), "{content}");
    }
    assert!(Envelope::open(&contract, &envelope(&header("<h:x>"), body), Limits::default()).is_err());
    assert!(contract.wsdl("https://x").contains("soap:header message=\"tns:ActiveOrganisationHeader\""));
}

/// Writes a message as text, the children of every element in another order; those of one name stay in theirs.
fn shuffled(contract: &Contract, node: Node<'_>, choices: &mut Choices<'_>, out: &mut String) {
    let name = &contract.schema().element(node.element()).name;
    let namespace = contract.schema().namespace(name.namespace);
    out.push_str(&format!("<{} xmlns=\"{namespace}\">", name.local));
    let mut children: Vec<Node<'_>> = node.children().collect();
    for index in 1..children.len() {
        let other = choices.below(u32::try_from(index).unwrap() + 1) as usize;
        let between = &children[other..=index];
        let clashes = |at: usize| between.iter().filter(|child| child.element() == children[at].element()).count() > 1;
        if !clashes(index) && !clashes(other) {
            children.swap(index, other);
        }
    }
    for child in children {
        shuffled(contract, child, choices, out);
    }
    let text = node.text().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#13;");
    out.push_str(&text);
    out.push_str(&format!("</{}>", name.local));
}

fn in_contract_order(writer: &mut Writer<'_>, contract: &Contract, node: Node<'_>) {
    if contract.schema().text_type(node.element()).is_some() {
        return writer.text(node.text()).unwrap();
    }
    for declared in contract.schema().children(node.element()) {
        for child in node.children().filter(|child| child.element() == declared.element) {
            writer.start(child.element()).unwrap();
            in_contract_order(writer, contract, child);
            writer.end().unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_valid_message_is_the_same_in_any_order(numbers in prop::collection::vec(any::<u32>(), 8..64)) {
        thread_local!(static CONTRACT: Contract = booking().lenient(&any_order(), "services.toml", 1).unwrap());
        CONTRACT.with(|contract| {
            let request = contract.operations()[0].request;
            let mut choices = Choices::new(&numbers);
            let mut writer = Writer::new(contract.schema(), request);
            write_any(&mut writer, contract, request, &mut choices);
            let written = writer.finish().unwrap();
            let mut text = String::new();
            shuffled(contract, read(contract, &written).unwrap().body().unwrap(), &mut choices, &mut text);
            let text = envelope("", &text);
            let message = read(contract, &text).unwrap_or_else(|error| panic!("{error}: {text}"));
            let mut again = Writer::new(contract.schema(), request);
            in_contract_order(&mut again, contract, message.body().unwrap());
            assert_eq!(again.finish().unwrap(), written);
        });
    }
}
