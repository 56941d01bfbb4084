//! Schemas within the XSD profile load, and mean what XSD says.
#![allow(clippy::unwrap_used, clippy::panic)]

#[allow(dead_code)]
#[path = "fixtures/memory.rs"]
mod memory;

use dfdg_contract::{Content, Contract, Schema, SimpleType, Type};
use memory::{Memory, around, with};

fn contract(declarations: &str) -> Contract {
    Contract::load(&Memory::new([("wsdl/test.wsdl", &with(declarations))]), "wsdl/test.wsdl")
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// Path of names, `min..max` and whether nillable, of everything below the global element `Root`.
fn outline(contract: &Contract) -> Vec<String> {
    let schema = contract.schema();
    let root = schema.global(&dfdg_contract::Name { namespace: schema.namespace_id("urn:test"), local: "Root".into() });
    let mut lines = Vec::new();
    describe(schema, root.unwrap(), "", &mut lines);
    lines
}

fn describe(schema: &Schema, parent: dfdg_contract::ElementId, indent: &str, lines: &mut Vec<String>) {
    for child in schema.children(parent) {
        let element = schema.element(child.element);
        let namespace = schema.namespace(element.name.namespace);
        let max = child.max.map_or("*".to_owned(), |max| max.to_string());
        let nillable = if element.nillable { " nillable" } else { "" };
        lines.push(format!("{indent}{{{namespace}}}{} {}..{max}{nillable}", element.name.local, child.min));
        if indent.len() < 4 {
            describe(schema, child.element, &format!("{indent}  "), lines);
        }
    }
}

#[test]
fn occurrences_of_a_name_are_added_up() {
    let contract = contract(
        r#"<xs:element name="Root"><xs:complexType><xs:sequence>
        <xs:element name="twice" type="xs:int"/>
        <xs:element name="nil" type="xs:int" nillable="true" minOccurs="0" maxOccurs="unbounded"/>
        <xs:sequence minOccurs="0" maxOccurs="3"><xs:element name="group" type="xs:int" minOccurs="2" maxOccurs="2" form="unqualified"/><xs:element name="end" type="xs:int"/></xs:sequence>
        <xs:choice><xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="x" type="xs:int" maxOccurs="2"/></xs:sequence>
        <xs:sequence><xs:element name="b" type="xs:int"/><xs:element name="x" type="xs:int" maxOccurs="4"/></xs:sequence></xs:choice>
        <xs:element name="twice" type="xs:int" minOccurs="0"/>
        <xs:element name="never" type="xs:int" minOccurs="0" maxOccurs="0"/>
        </xs:sequence></xs:complexType></xs:element>"#,
    );
    let expected = [
        "{urn:test}twice 1..2",
        "{urn:test}nil 0..* nillable",
        "{}group 0..6",
        "{urn:test}end 0..3",
        "{urn:test}a 0..1",
        "{urn:test}x 0..4",
        "{urn:test}b 0..1",
    ];
    assert_eq!(outline(&contract), expected);
}

#[test]
fn an_extension_comes_after_its_base_and_adds_attributes() {
    let contract = contract(
        r#"<xs:element name="Root" type="tns:Derived"/>
        <xs:complexType name="Derived"><xs:complexContent mixed="false"><xs:extension base="tns:Base">
        <xs:sequence><xs:element name="second" type="xs:int"/></xs:sequence><xs:attribute name="b" use="required"/>
        </xs:extension></xs:complexContent></xs:complexType>
        <xs:complexType name="Base"><xs:sequence><xs:element name="first" type="xs:int"/></xs:sequence>
        <xs:attribute name="a" type="xs:int"/></xs:complexType>"#,
    );
    assert_eq!(outline(&contract), ["{urn:test}first 1..1", "{urn:test}second 1..1"]);
    assert_eq!(attributes(&contract), [("a".to_owned(), false), ("b".to_owned(), true)]);
}

#[test]
fn a_restriction_has_its_own_content_and_the_base_attributes_it_keeps() {
    let contract = contract(
        r#"<xs:element name="Root"><xs:complexType><xs:complexContent><xs:restriction base="tns:Base">
        <xs:sequence><xs:element name="kept" type="xs:int"/></xs:sequence><xs:attribute name="b" use="prohibited"/>
        </xs:restriction></xs:complexContent></xs:complexType></xs:element>
        <xs:complexType name="Base"><xs:sequence><xs:element name="kept" type="xs:int" minOccurs="0"/>
        <xs:element name="gone" type="xs:int" minOccurs="0"/></xs:sequence><xs:attribute name="a"/><xs:attribute name="b"/></xs:complexType>"#,
    );
    assert_eq!(outline(&contract), ["{urn:test}kept 1..1"]);
    assert_eq!(attributes(&contract), [("a".to_owned(), false)]);
}

fn attributes(contract: &Contract) -> Vec<(String, bool)> {
    let schema = contract.schema();
    let name = dfdg_contract::Name { namespace: schema.namespace_id("urn:test"), local: "Root".into() };
    let Type::Complex(ty) = schema.element(schema.global(&name).unwrap()).ty else { panic!("not complex") };
    schema.complex_type(ty).attributes.iter().map(|a| (a.name.local.to_string(), a.required)).collect()
}

#[test]
fn text_with_attributes_is_extended_and_restricted() {
    let contract = contract(
        r#"<xs:element name="Root"><xs:complexType><xs:simpleContent><xs:restriction base="tns:Base"><xs:maxLength value="3"/></xs:restriction></xs:simpleContent></xs:complexType></xs:element>
        <xs:complexType name="Base"><xs:simpleContent><xs:extension base="xs:string"><xs:attribute ref="tns:lang"/></xs:extension></xs:simpleContent></xs:complexType>
        <xs:attribute name="lang"><xs:simpleType><xs:restriction base="xs:string"><xs:length value="2"/></xs:restriction></xs:simpleType></xs:attribute>"#,
    );
    let schema = contract.schema();
    let name = dfdg_contract::Name { namespace: schema.namespace_id("urn:test"), local: "Root".into() };
    let root = schema.global(&name).unwrap();
    assert_eq!(schema.text_type(root).and_then(SimpleType::max_length), Some(3));
    let Type::Complex(ty) = schema.element(root).ty else { panic!("not complex") };
    assert!(matches!(schema.complex_type(ty).content, Content::Simple(_)));
    assert_eq!(schema.namespace(schema.complex_type(ty).attributes[0].name.namespace), "urn:test");
}

#[test]
fn types_may_hold_themselves() {
    let contract = contract(
        r#"<xs:element name="Root" type="tns:Tree"/>
        <xs:complexType name="Tree"><xs:sequence><xs:element name="leaf" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:complexContent><xs:extension base="tns:Tree"><xs:sequence><xs:element name="own" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
        </xs:complexType></xs:element></xs:sequence></xs:complexType>"#,
    );
    let outline = outline(&contract);
    assert_eq!(outline[..3], ["{urn:test}leaf 0..*", "  {urn:test}leaf 0..*", "    {urn:test}leaf 0..*"]);
}

#[test]
fn schemas_are_found_through_import_include_and_circles() {
    let wsdl = around(r#"<xs:schema><xs:import namespace="urn:test" schemaLocation="../xsd/test.xsd"/></xs:schema>"#);
    let test = r#"<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:tns="urn:test" xmlns:o="urn:other" targetNamespace="urn:test">
        <import namespace="urn:other" schemaLocation="./deep/../other.xsd"/><include schemaLocation="part.xsd"/>
        <element name="Do" type="o:Text"/><element name="Done" type="tns:Part"/></schema>"#;
    let other = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other">
        <xs:import namespace="urn:test" schemaLocation="test.xsd"/>
        <xs:simpleType name="Text"><xs:restriction base="xs:string"><xs:maxLength value="7"/></xs:restriction></xs:simpleType></xs:schema>"#;
    let part = "\u{feff}<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:include schemaLocation=\"part.xsd\"/>
        <xs:complexType name=\"Part\"><xs:sequence><xs:element name=\"inner\" type=\"Own\"/></xs:sequence></xs:complexType>
        <xs:simpleType name=\"Own\"><xs:restriction base=\"xs:int\"/></xs:simpleType></xs:schema>";
    let files = Memory::new([
        ("wsdl/test.wsdl", &wsdl),
        ("xsd/test.xsd", test),
        ("xsd/other.xsd", other),
        ("xsd/part.xsd", part),
    ]);
    let contract = Contract::load(&files, "wsdl/test.wsdl").unwrap_or_else(|problems| panic!("{problems}"));
    let schema = contract.schema();
    let operation = contract.operation("Do").unwrap();
    assert_eq!(schema.text_type(operation.request).and_then(SimpleType::max_length), Some(7));
    let inner = schema.child(operation.reply, "inner").unwrap().element;
    assert_eq!(schema.namespace(schema.element(inner).name.namespace), "", "the included schema is unqualified");
    assert_eq!(contract.documents().collect::<Vec<_>>(), ["test.xsd", "other.xsd", "part.xsd"]);
}
