//! Every construct outside the XSD profile is refused by file, line and name, with what to do about it.

#[allow(dead_code)]
#[path = "fixtures/memory.rs"]
mod memory;

use memory::{Memory, around, with};

/// The schema a contract needs besides the one under test.
const MESSAGES: &str = "<xs:schema targetNamespace=\"urn:test\"><xs:element name=\"Do\" type=\"xs:string\"/>\
                        <xs:element name=\"Done\" type=\"xs:string\"/></xs:schema>";

fn problems(declarations: &str) -> String {
    Memory::new([("wsdl/test.wsdl", &with(declarations))]).problems()
}

#[track_caller]
fn refused(declarations: &str, expected: &str) {
    assert_eq!(problems(declarations), expected, "for {declarations}");
}

fn in_type(content: &str) -> String {
    format!("<xs:complexType name=\"T\">\n{content}</xs:complexType>")
}

const PROFILE: &str = "\n    hint: the profile is sequence, choice, all, any (lax or skip), element, attribute, simpleType and \
                       complexType with extension and restriction, and facets";

#[test]
fn constructs_outside_the_profile_are_refused_by_name() {
    let simple = |content: &str| format!("<xs:simpleType name=\"T\">\n{content}</xs:simpleType>");
    let cases = [
        (
            simple("<xs:union memberTypes=\"xs:int xs:string\"/>"),
            "xs:union is outside the XSD profile\n    hint: write one xs:restriction that allows what callers send",
        ),
        (
            simple("<xs:list itemType=\"xs:int\"/>"),
            "xs:list is outside the XSD profile\n    hint: write an xs:string with a pattern",
        ),
        (
            in_type("<xs:group ref=\"tns:G\"/>"),
            "xs:group is outside the XSD profile\n    hint: write its particles where it is used",
        ),
        (
            in_type("<xs:attributeGroup ref=\"tns:G\"/>"),
            "xs:attributeGroup is outside the XSD profile\n    hint: write its attributes where it is used",
        ),
        (in_type("<xs:anyAttribute/>"), "xs:anyAttribute is outside the XSD profile\n    hint: name the attributes"),
        (
            "<xs:element name=\"T\" type=\"xs:int\">\n<xs:key name=\"k\"/></xs:element>".to_owned(),
            "xs:key is outside the XSD profile\n    hint: remove it: identity constraints are not checked",
        ),
        (
            "<xs:element name=\"T\" type=\"xs:int\">\n<xs:keyref name=\"k\"/></xs:element>".to_owned(),
            "xs:keyref is outside the XSD profile\n    hint: remove it: identity constraints are not checked",
        ),
        (
            "<xs:element name=\"T\" type=\"xs:int\">\n<xs:unique name=\"k\"/></xs:element>".to_owned(),
            "xs:unique is outside the XSD profile\n    hint: remove it: identity constraints are not checked",
        ),
        (
            "\n<xs:redefine/>".to_owned(),
            "xs:redefine is outside the XSD profile\n    hint: write the changed types in one schema",
        ),
        ("\n<xs:notation name=\"n\"/>".to_owned(), "xs:notation is outside the XSD profile\n    hint: remove it"),
        (
            "\n<xs:element name=\"T\" type=\"xs:int\" substitutionGroup=\"tns:Do\"/>".to_owned(),
            "xs:element/@substitutionGroup is outside the XSD profile\n    hint: write an xs:choice of the elements",
        ),
        (
            "\n<xs:element name=\"T\" type=\"xs:int\" default=\"1\"/>".to_owned(),
            "xs:element/@default is outside the XSD profile\n    hint: remove it: a value that was not sent is not made up",
        ),
        (
            "\n<xs:element name=\"T\" type=\"xs:int\" fixed=\"1\"/>".to_owned(),
            "xs:element/@fixed is outside the XSD profile\n    hint: remove it, or write a type with one xs:enumeration",
        ),
        (
            "\n<xs:attribute name=\"a\" type=\"xs:int\" default=\"1\"/>".to_owned(),
            "xs:attribute/@default is outside the XSD profile\n    hint: remove it: a value that was not sent is not made up",
        ),
        (
            "\n<xs:complexType name=\"T\" mixed=\"true\"/>".to_owned(),
            "xs:complexType with mixed=\"true\" is outside the XSD profile\n    hint: write mixed=\"false\": text beside \
             elements has no place in a mapping",
        ),
        (
            "\n<xs:complexType name=\"T\" abstract=\"true\"/>".to_owned(),
            "xs:complexType with abstract=\"true\" is outside the XSD profile\n    hint: use the type or element that is \
             really sent",
        ),
        (
            "\n<xs:element name=\"T\" type=\"xs:int\" abstract=\"1\"/>".to_owned(),
            "xs:element with abstract=\"true\" is outside the XSD profile\n    hint: use the type or element that is \
             really sent",
        ),
        (
            in_type("<xs:sequence><xs:any/></xs:sequence>"),
            "xs:any with processContents=\"strict\" is outside the XSD profile\n    hint: write processContents=\"lax\"",
        ),
        (
            "\n<xs:element name=\"T\"/>".to_owned(),
            "element T has no type\n    hint: give it a type: xs:anyType is outside the XSD profile",
        ),
        (
            "\n<xs:element name=\"T\" type=\"xs:anyType\"/>".to_owned(),
            "the built-in type xs:anyType is outside the XSD profile\n    hint: use the built-in type that says what is \
             really sent, such as xs:string",
        ),
        (
            "\n<xs:attribute name=\"a\" type=\"xs:QName\"/>".to_owned(),
            "the built-in type xs:QName is outside the XSD profile\n    hint: use the built-in type that says what is \
             really sent, such as xs:string",
        ),
        (
            "\n<xs:attribute name=\"a\" form=\"Qualified\"/>".to_owned(),
            "form=\"Qualified\"\n    hint: it may be qualified, unqualified",
        ),
    ];
    for (declarations, expected) in cases {
        refused(&declarations, &format!("wsdl/test.wsdl:5: {expected}"));
    }
}

#[test]
fn a_construct_in_the_wrong_place_is_refused() {
    refused(
        &in_type("<xs:sequence><xs:all/></xs:sequence>"),
        &format!("wsdl/test.wsdl:5: xs:all in xs:sequence is outside the XSD profile{PROFILE}"),
    );
    refused(
        &in_type(
            "<xs:complexContent><xs:restriction base=\"xs:anyType\"><xs:maxLength value=\"1\"/></xs:restriction></xs:complexContent>",
        ),
        &format!("wsdl/test.wsdl:5: xs:maxLength in xs:restriction is outside the XSD profile{PROFILE}"),
    );
    refused(
        "\n<xs:element name=\"T\" type=\"xs:int\" maxoccurs=\"2\"/>",
        &format!("wsdl/test.wsdl:5: xs:element/@maxoccurs is outside the XSD profile{PROFILE}"),
    );
    refused(
        "\n<tns:element name=\"T\"/>",
        "wsdl/test.wsdl:5: element is not an element of XSD\n    hint: its namespace must be \
         http://www.w3.org/2001/XMLSchema, or it must stand in an xs:annotation",
    );
}

#[test]
fn names_nobody_declares_are_refused_with_what_to_do() {
    refused(
        "\n<xs:element name=\"T\" type=\"tns:Gone\"/>",
        "wsdl/test.wsdl:5: no schema declares the type {urn:test}Gone\n    hint: correct the name or its prefix",
    );
    refused(
        "\n<xs:element name=\"T\" xmlns:far=\"urn:far\" type=\"far:Gone\"/>",
        "wsdl/test.wsdl:5: no schema declares the type {urn:far}Gone\n    hint: no schema with targetNamespace \
         \"urn:far\" is loaded: import it with a schemaLocation",
    );
    refused(
        "\n<xs:element name=\"T\" type=\"Gone\"/>",
        "wsdl/test.wsdl:5: no schema declares the type Gone\n    hint: give it the prefix of its namespace",
    );
    refused(
        "\n<xs:element name=\"T\" type=\"p:Gone\"/>",
        "wsdl/test.wsdl:5: the prefix p of p:Gone is not declared\n    hint: declare it: xmlns:p=\"...\" on this element \
         or one around it",
    );
    refused(
        &in_type("<xs:sequence><xs:element ref=\"tns:Gone\"/></xs:sequence><xs:attribute ref=\"tns:gone\"/>"),
        "wsdl/test.wsdl:5: no schema declares the attribute {urn:test}gone\n    hint: correct the name or its prefix\n\
         wsdl/test.wsdl:5: no schema declares the element {urn:test}Gone\n    hint: correct the name or its prefix",
    );
}

#[test]
fn wrong_declarations_are_refused() {
    let sequence = |content: &str| in_type(&format!("<xs:sequence>{content}</xs:sequence>"));
    let cases = [
        (
            "\n<xs:element name=\"Do\" type=\"xs:int\"/>".to_owned(),
            "element {urn:test}Do is declared twice, first at wsdl/test.wsdl:3\n    hint: remove one of them",
        ),
        ("\n<xs:simpleType><xs:restriction base=\"xs:int\"/></xs:simpleType>".to_owned(), "a global xs:simpleType has no name\n    hint: give it a name"),
        (sequence("<xs:element type=\"xs:int\"/>"), "xs:element has neither name nor ref"),
        (
            sequence("<xs:element name=\"a\" type=\"xs:int\" minOccurs=\"3\" maxOccurs=\"2\"/>"),
            "minOccurs 3 is more than maxOccurs 2",
        ),
        (sequence("<xs:element name=\"a\" type=\"xs:int\" maxOccurs=\"many\"/>"), "maxOccurs=\"many\" is not a number"),
        (
            sequence("<xs:element name=\"a\" type=\"xs:int\"/><xs:element name=\"a\" type=\"xs:string\"/>"),
            "element a comes twice in one type, with different types\n    hint: give both the same named type and nillable",
        ),
        (
            "\n<xs:complexType name=\"T\"><xs:complexContent><xs:extension base=\"tns:T\"/></xs:complexContent></xs:complexType>".to_owned(),
            "the complex type is derived from itself",
        ),
        (
            "\n<xs:simpleType name=\"T\"><xs:restriction base=\"tns:T\"/></xs:simpleType>".to_owned(),
            "the simple type {urn:test}T is derived from itself",
        ),
        (
            in_type("<xs:complexContent><xs:extension base=\"xs:int\"/></xs:complexContent>"),
            "{http://www.w3.org/2001/XMLSchema}int has text content\n    hint: write xs:simpleContent",
        ),
        (
            in_type("<xs:simpleContent><xs:restriction base=\"xs:int\"/></xs:simpleContent>"),
            "xs:restriction of the simple type {http://www.w3.org/2001/XMLSchema}int in xs:simpleContent\n    hint: write \
             xs:extension, or restrict it in an xs:simpleType",
        ),
        (
            in_type("<xs:all><xs:element name=\"a\" type=\"xs:int\" maxOccurs=\"2\"/></xs:all>"),
            "an element in xs:all may come once only\n    hint: remove its maxOccurs, or write an xs:sequence",
        ),
    ];
    for (declarations, expected) in cases {
        refused(&declarations, &format!("wsdl/test.wsdl:5: {expected}"));
    }
}

#[test]
fn a_facet_the_base_cannot_have_is_refused_at_the_restriction() {
    let found = problems(
        "<xs:simpleType name=\"T\">\n<xs:restriction base=\"xs:int\"><xs:minInclusive value=\"x\"/></xs:restriction></xs:simpleType>",
    );
    assert!(found.starts_with("wsdl/test.wsdl:5: "), "{found}");
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_lines() {
    let found = problems(
        "<xs:element name=\"A\"/>\n<xs:attributeGroup name=\"g\"/>\n<xs:element name=\"B\" type=\"tns:Gone\"/>",
    );
    let lines: Vec<&str> = found.lines().filter(|line| !line.starts_with(' ')).map(|line| &line[..17]).collect();
    assert_eq!(lines, ["wsdl/test.wsdl:4:", "wsdl/test.wsdl:5:", "wsdl/test.wsdl:6:"], "{found}");
}

#[test]
fn a_reference_that_leads_nowhere_good_is_refused_where_it_stands() {
    let import = |namespace: &str, location: &str, file: &str| {
        let types = format!(
            "<xs:schema>\n<xs:import namespace=\"{namespace}\" schemaLocation=\"{location}\"/></xs:schema>{MESSAGES}"
        );
        Memory::new([("wsdl/test.wsdl", &around(&types)), ("wsdl/x.xsd", file)]).problems()
    };
    let other = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>"#;
    let at = "wsdl/test.wsdl:4:";
    assert_eq!(
        import("urn:x", "gone.xsd", other),
        format!("{at} there is no file wsdl/gone.xsd\n    hint: add the file, or correct schemaLocation")
    );
    assert_eq!(
        import("urn:y", "x.xsd", other),
        format!(
            "{at} wsdl/x.xsd has the target namespace \"urn:x\", not \"urn:y\"\n    hint: correct namespace or schemaLocation of the xs:import"
        )
    );
    assert_eq!(
        import("urn:x", "http://x.example/x.xsd", other),
        format!(
            "{at} schemaLocation \"http://x.example/x.xsd\" is not a relative path\n    hint: save the schema beside this file and name it by a relative path with /"
        )
    );
    assert_eq!(
        import("urn:x", "../../../etc/passwd", other),
        format!(
            "{at} schemaLocation \"../../../etc/passwd\" leaves the folder of the contracts\n    hint: move the schema into the folder and correct the path"
        )
    );
    assert_eq!(import("urn:x", "x.xsd", "<a/>"), format!("{at} wsdl/x.xsd is not an XSD schema"));
    assert_eq!(import("urn:x", "x.xsd", "\u{fffd}"), "wsdl/x.xsd: is not UTF-8\n    hint: save it as UTF-8");
    assert_eq!(
        import("urn:x", "x.xsd", "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>"),
        "wsdl/x.xsd: has a document type declaration (DOCTYPE)\n    hint: remove it: neither WSDL nor XSD needs one"
    );
    assert_eq!(
        import("urn:x", "x.xsd", "<?xml version='1.0' encoding='iso-8859-1'?><a/>"),
        "wsdl/test.wsdl:4: wsdl/x.xsd is not an XSD schema\nwsdl/x.xsd:1: says it is iso-8859-1, but is UTF-8\n    hint: \
         write encoding=\"utf-8\" in the XML declaration"
    );
}
