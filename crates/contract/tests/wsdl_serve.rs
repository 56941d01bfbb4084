//! Files are served as they are but for addresses; the single WSDL loads to the same contract.
#![allow(clippy::unwrap_used, clippy::panic)]

#[allow(dead_code)]
#[path = "fixtures/memory.rs"]
mod memory;

use std::path::PathBuf;

use dfdg_contract::{Contract, Folder, Schema};
use memory::{Memory, around};

const ADDRESS: &str = "https://facade.example/Service.svc";
const GENUINE: &str = include_str!("fixtures/PlannerExternalCalendarService.wsdl");

fn load(files: &Memory) -> Contract {
    Contract::load(files, "wsdl/test.wsdl").unwrap_or_else(|problems| panic!("{problems}"))
}

fn genuine() -> Contract {
    load(&Memory::new([("wsdl/test.wsdl", GENUINE)]))
}

#[test]
fn the_genuine_wsdl_is_served_byte_for_byte_but_for_its_address() {
    let old = "http://service.bm.dk/pjaktass/1/PlannerExternalCalendarService.svc";
    let expected = GENUINE.replace(&format!("location=\"{old}\""), &format!("location=\"{ADDRESS}\""));
    assert_ne!(expected, GENUINE);
    assert_eq!(genuine().wsdl(ADDRESS), expected);
    assert_eq!(genuine().wsdl(old), GENUINE);
    assert_eq!(genuine().documents().count(), 0);
}

#[test]
fn an_address_is_escaped() {
    let served = genuine().wsdl("https://x/'a'?b&c<\"d\"");
    assert!(served.contains("location=\"https://x/&apos;a&apos;?b&amp;c&lt;&quot;d&quot;\""));
}

const OTHER: &str = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:test\" attributeFormDefault='qualified'>\r\n\
    <!-- kept -->\t<xs:include schemaLocation = 'deep/other.xsd' /><xs:include schemaLocation=\"s p&amp;c.xsd\"/></xs:schema>\n";
const DEEP: &str = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:t=\"urn:test\" elementFormDefault=\"qualified\">\
    <xs:element name=\"Do\"><xs:complexType><xs:sequence><xs:element name=\"inner\" type=\"Own\"/><xs:element ref=\"t:Done\"/></xs:sequence><xs:attribute name=\"a\"/></xs:complexType></xs:element></xs:schema>";
const SPACED: &str = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:o=\"urn:other\"><xs:annotation><xs:documentation>A <b>note</b> &amp; more</xs:documentation></xs:annotation>\
    <xs:element name=\"Done\"><xs:complexType><xs:choice><xs:element name=\"x\" type=\"o:T\"/></xs:choice></xs:complexType></xs:element>\
    <xs:simpleType name=\"Own\"><xs:restriction base=\"xs:string\"><xs:pattern value=\"[&lt;a&quot;]&#9;*\"/></xs:restriction></xs:simpleType></xs:schema>";
const UNQUALIFIED: &str = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:other\"><xs:simpleType name=\"T\"><xs:restriction base=\"xs:int\"/></xs:simpleType></xs:schema>";

fn several() -> Memory {
    let types = "<xs:schema><xs:import namespace=\"urn:test\" schemaLocation=\"../xsd/other.xsd\"/>\
        <xs:import namespace=\"urn:other\" schemaLocation=\"../xsd/unqualified.xsd\"/></xs:schema>";
    Memory::new([
        ("wsdl/test.wsdl", &around(types)),
        ("xsd/other.xsd", OTHER),
        ("xsd/deep/other.xsd", DEEP),
        ("xsd/s p&c.xsd", SPACED),
        ("xsd/unqualified.xsd", UNQUALIFIED),
        ("xsd/deep/SPACED", SPACED),
        ("secret.xsd", SPACED),
    ])
}

#[test]
fn schema_locations_lead_to_served_schemas() {
    let contract = load(&several());
    let names: Vec<_> = contract.documents().collect();
    assert_eq!(names, ["other.xsd", "xsd/deep/other.xsd", "s p&c.xsd", "unqualified.xsd"]);
    let wsdl = contract.wsdl(ADDRESS);
    assert!(wsdl.contains(&format!("schemaLocation=\"{ADDRESS}?xsd=other.xsd\"")), "{wsdl}");
    let expected = OTHER
        .replace("'deep/other.xsd'", &format!("'{ADDRESS}?xsd=xsd%2Fdeep%2Fother.xsd'"))
        .replace("\"s p&amp;c.xsd\"", &format!("\"{ADDRESS}?xsd=s%20p%26c.xsd\""));
    assert_eq!(contract.xsd("other.xsd", ADDRESS).unwrap(), expected);
    assert_eq!(contract.xsd("xsd/deep/other.xsd", ADDRESS).unwrap(), DEEP);
    assert_eq!(contract.xsd("s p&c.xsd", ADDRESS).unwrap(), SPACED);
}

#[test]
fn no_other_file_is_served() {
    let contract = load(&several());
    for name in [
        "secret.xsd",
        "../secret.xsd",
        "xsd/other.xsd",
        "test.wsdl",
        "wsdl/test.wsdl",
        "",
        "OTHER.XSD",
        "s%20p%26c.xsd",
    ] {
        assert_eq!(contract.xsd(name, ADDRESS), None, "{name}");
    }
}

/// Every global element with everything below it, to compare two contracts.
fn outline(contract: &Contract) -> Vec<String> {
    let schema = contract.schema();
    let mut lines = Vec::new();
    for operation in contract.operations() {
        let roots = [operation.request, operation.reply].into_iter().chain(operation.faults.iter().copied());
        for root in roots.chain(operation.headers.iter().map(|block| block.element)) {
            lines.push(format!("{} {}", operation.name, operation.action));
            describe(schema, root, 0, &mut lines);
        }
    }
    lines
}

fn describe(schema: &Schema, id: dfdg_contract::ElementId, depth: usize, lines: &mut Vec<String>) {
    let element = schema.element(id);
    let namespace = schema.namespace(element.name.namespace);
    let text = schema.text_type(id).map(|ty| (ty.primitive(), ty.max_length()));
    lines.push(format!("{depth} {{{namespace}}}{} {} {text:?}", element.name.local, element.nillable));
    if let dfdg_contract::Type::Complex(ty) = element.ty {
        for attribute in &schema.complex_type(ty).attributes {
            lines.push(format!("{depth} @{{{}}}{}", schema.namespace(attribute.name.namespace), attribute.name.local));
        }
    }
    for child in schema.children(id) {
        lines.push(format!("{depth} {}..{:?}", child.min, child.max));
        describe(schema, child.element, depth + 1, lines);
    }
}

#[track_caller]
fn single_is_the_same_contract(contract: &Contract) -> String {
    let single = contract.single_wsdl(ADDRESS);
    assert!(!single.contains("schemaLocation"), "{single}");
    let again = load(&Memory::new([("wsdl/test.wsdl", &single)]));
    assert_eq!(outline(&again), outline(contract));
    assert_eq!(again.address(), ADDRESS);
    assert_eq!(again.single_wsdl(ADDRESS), single, "writing it again changes nothing");
    single
}

#[test]
fn the_single_wsdl_of_the_genuine_file_imports_every_namespace_it_uses() {
    let single = single_is_the_same_contract(&genuine());
    let document = roxmltree::Document::parse(&single).unwrap();
    let schemas: Vec<_> = document.descendants().filter(|node| node.tag_name().name() == "schema").collect();
    assert_eq!(schemas.len(), 13);
    for schema in schemas {
        let target = schema.attribute("targetNamespace").unwrap();
        let imported: Vec<_> = schema.children().filter_map(|node| node.attribute("namespace")).collect();
        for name in
            schema.descendants().flat_map(|node| ["type", "ref", "base"].map(|name| node.attribute(name))).flatten()
        {
            let (prefix, _) = name.split_once(':').unwrap();
            let uri = schema.lookup_namespace_uri(Some(prefix)).unwrap();
            let known = uri == target || uri == "http://www.w3.org/2001/XMLSchema" || imported.contains(&uri);
            assert!(known, "{target} uses {uri} without import");
        }
        let mut distinct = imported.clone();
        distinct.dedup();
        assert_eq!(distinct, imported);
    }
}

#[test]
fn the_single_wsdl_merges_schemas_of_one_namespace() {
    let single = single_is_the_same_contract(&load(&several()));
    assert_eq!(single.matches("<xs:schema ").count(), 2, "{single}");
    assert!(single.contains("<xs:element name=\"inner\" type=\"tns:Own\"/>"), "{single}");
    assert!(single.contains("<xs:element name=\"x\" type=\"ns1:T\" form=\"unqualified\"/>"), "{single}");
    assert!(single.contains("<xs:pattern value=\"[&lt;a&quot;]&#9;*\"/>"), "{single}");
}

#[test]
fn a_schema_without_namespace_stays_without() {
    let types = "<xs:schema targetNamespace=\"urn:test\"><xs:import schemaLocation=\"none.xsd\"/>\
        <xs:element name=\"Do\"><xs:complexType><xs:sequence><xs:element ref=\"Plain\"/></xs:sequence></xs:complexType></xs:element>\
        <xs:element name=\"Done\" type=\"xs:string\"/></xs:schema>";
    let none = "<schema xmlns=\"http://www.w3.org/2001/XMLSchema\"><element name=\"Plain\" type=\"string\"/></schema>";
    let contract = load(&Memory::new([("wsdl/test.wsdl", &around(types)), ("wsdl/none.xsd", none)]));
    let single = single_is_the_same_contract(&contract);
    assert!(single.contains("<xs:import/>"), "{single}");
}

#[test]
fn the_contract_served_here_has_a_single_form() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let contract =
        Contract::load(&Folder(root), "wsdl/BookingService.wsdl").unwrap_or_else(|problems| panic!("{problems}"));
    single_is_the_same_contract(&contract);
}
