//! The genuine contract loads as it is; a WSDL outside the profile is refused by construct and line.
#![allow(clippy::unwrap_used, clippy::panic)]

#[allow(dead_code)]
#[path = "fixtures/memory.rs"]
mod memory;

use std::path::PathBuf;

use dfdg_contract::{Contract, Folder, HeaderBlock, Name, Schema, SimpleType};
use memory::{Memory, with};

fn load(folder: &str, path: &str) -> Contract {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    Contract::load(&Folder(folder), path).unwrap_or_else(|problems| panic!("{problems}"))
}

fn genuine() -> Contract {
    load("tests/fixtures", "PlannerExternalCalendarService.wsdl")
}

fn names(blocks: &[HeaderBlock]) -> Vec<&str> {
    blocks.iter().map(|block| block.name.as_str()).collect()
}

fn global(schema: &Schema, namespace: &str, local: &str) -> dfdg_contract::ElementId {
    schema.global(&Name { namespace: schema.namespace_id(namespace), local: local.into() }).unwrap()
}

#[test]
fn the_genuine_contract_has_its_operations_actions_and_addresses() {
    let contract = genuine();
    let namespace = "http://service.bm.dk/pjaktass/1/PlannerExternalCalendarService";
    assert_eq!(contract.name(), "PlannerExternalCalendarService");
    assert_eq!(contract.target_namespace(), namespace);
    assert_eq!(contract.address(), format!("{namespace}.svc"));
    assert_eq!(contract.addresses().len(), 1);
    let found: Vec<_> = contract.operations().iter().map(|operation| operation.name.as_str()).collect();
    assert_eq!(found, ["CreateEvents", "UpdateEvents", "DeleteEvents", "GetEvents", "GetResources"]);
    for operation in contract.operations() {
        assert_eq!(operation.action, format!("{namespace}#{}", operation.name));
        let element = |id| contract.schema().element(id).name.local.to_string();
        assert_eq!(element(operation.request), format!("{}Request", operation.name));
        assert_eq!(element(operation.reply), format!("{}Response", operation.name));
    }
}

#[test]
fn every_operation_of_the_genuine_contract_needs_two_header_blocks() {
    let contract = genuine();
    let expected = ["RequestUserMetadataHeader", "ActiveOrganisationHeader"];
    for operation in contract.operations() {
        assert_eq!(names(&operation.headers), expected);
        assert_eq!(operation.faults.len(), 1);
    }
    assert_eq!(names(contract.headers()), expected);
}

#[test]
fn the_genuine_fault_is_nillable_and_so_are_its_texts() {
    let contract = genuine();
    let schema = contract.schema();
    let fault = global(schema, "http://service.bm.dk/xml/schemas/2011/01/12/", "FaultDetails");
    assert_eq!(contract.operations()[0].faults, [fault]);
    assert!(schema.element(fault).nillable);
    let children: Vec<_> = schema.children(fault).iter().map(|child| schema.element(child.element)).collect();
    let found: Vec<_> = children.iter().map(|element| (&*element.name.local, element.nillable)).collect();
    let texts = [("Message", true), ("InnerException", true), ("StackTrace", true), ("Source", true)];
    assert_eq!(found[0], ("ErrorCode", false));
    assert_eq!(found[1..], texts);
}

/// The genuine file uses `uid:guid`, `oces:OCESRIDType` and others without an `xs:import`.
#[test]
fn namespaces_used_without_import_are_found() {
    let contract = genuine();
    let schema = contract.schema();
    let reply = contract.operation("GetResources").unwrap().reply;
    let resource = schema.child(reply, "CalendarResource").unwrap();
    assert_eq!((resource.min, resource.max), (0, None));
    let rid = schema.child(resource.element, "RID").unwrap();
    assert_eq!(schema.text_type(rid.element).and_then(SimpleType::max_length), Some(64));
    let hours = schema.child(resource.element, "WorkingHours").unwrap();
    assert_eq!((hours.min, hours.max), (0, Some(5)));
}

#[test]
fn the_contract_served_here_loads() {
    let contract = load("../..", "wsdl/BookingService.wsdl");
    assert_eq!(contract.name(), "BookingService");
    assert!(contract.operation("CreateBooking").is_some());
    assert!(contract.operation("GetBookings").is_some());
}

/// The problems of the small contract with one text of its WSDL replaced by another, and extra schema declarations.
fn changed(from: &str, to: &str) -> String {
    let wsdl = with("<xs:element name=\"Head\" type=\"xs:string\"/>");
    assert!(wsdl.contains(from), "{from} is not in the WSDL");
    Memory::new([("wsdl/test.wsdl", &wsdl.replace(from, to))]).problems()
}

#[track_caller]
fn refused(from: &str, to: &str, expected: &str) {
    assert_eq!(changed(from, to), format!("wsdl/test.wsdl:{expected}"), "for {to}");
}

const TRANSPORT: &str = "transport=\"http://schemas.xmlsoap.org/soap/http\"";
const INPUT: &str = "<wsdl:input><soap:body use=\"literal\"/></wsdl:input>";
const OUTPUT: &str = "<wsdl:output><soap:body use=\"literal\"/></wsdl:output>";
const PART: &str = "<wsdl:message name=\"DoMsg\"><wsdl:part name=\"body\" element=\"tns:Do\"/>";
const HEADER: &str = "<wsdl:message name=\"H\"><wsdl:part name=\"head\" element=\"tns:Head\"/></wsdl:message>";

#[test]
fn the_small_contract_is_within_the_profile() {
    assert_eq!(changed("Test", "Test"), "");
}

#[test]
fn rpc_encoded_and_other_transports_are_refused() {
    let literal = "only document/literal is supported";
    refused(
        TRANSPORT,
        &format!("style=\"rpc\" {TRANSPORT}"),
        &format!("16: style=\"rpc\" is outside the WSDL profile\n    hint: {literal}"),
    );
    refused(
        "<soap:operation ",
        "<soap:operation style=\"rpc\" ",
        &format!("18: style=\"rpc\" is outside the WSDL profile\n    hint: {literal}"),
    );
    refused(
        INPUT,
        &INPUT.replace("literal", "encoded"),
        &format!("19: soap:body with use=\"encoded\" is outside the WSDL profile\n    hint: {literal}"),
    );
    refused(
        TRANSPORT,
        "transport=\"urn:jms\"",
        "16: transport \"urn:jms\" is outside the WSDL profile\n    hint: write http://schemas.xmlsoap.org/soap/http",
    );
}

#[test]
fn a_body_of_anything_but_one_element_is_refused() {
    refused(
        PART,
        &format!("{PART}<wsdl:part name=\"more\" element=\"tns:Head\"/>"),
        "19: message DoMsg has several parts\n    hint: one body element is supported: name its part in soap:body/@parts",
    );
    refused(
        PART,
        "<wsdl:message name=\"DoMsg\">",
        "19: message DoMsg has no part\n    hint: document/literal needs one part with element=\"...\"",
    );
    refused(
        PART,
        &PART.replace("element=\"tns:Do\"", "type=\"xs:string\""),
        "7: wsdl:part with type= is outside the WSDL profile\n    hint: document/literal names a global element: \
         element=\"...\"",
    );
    refused(
        INPUT,
        &INPUT.replace("use", "parts=\"a b\" use"),
        "19: soap:body/@parts must name one part\n    hint: one body element is supported",
    );
    refused(INPUT, &INPUT.replace("use", "parts=\"gone\" use"), "19: message DoMsg has no part gone");
    refused(
        INPUT,
        "<wsdl:input><mime:multipartRelated xmlns:mime=\"urn:mime\"/></wsdl:input>",
        "19: wsdl:input without soap:body is outside the WSDL profile\n    hint: MIME and HTTP bindings are not supported: \
         write soap:body use=\"literal\"",
    );
    refused(OUTPUT, "", "17: operation Do has no wsdl:output\n    hint: add it with a soap:body");
}

#[test]
fn soap_body_parts_chooses_the_element() {
    let wsdl = with("<xs:element name=\"Head\" type=\"xs:string\"/>")
        .replace(PART, &format!("{PART}<wsdl:part name=\"head\" element=\"tns:Head\"/>"))
        .replace(
            INPUT,
            "<wsdl:input><soap:body parts=\"body\" use=\"literal\"/><soap:header message=\"tns:DoMsg\" part=\"head\" use=\"literal\"/></wsdl:input>",
        );
    let contract = Contract::load(&Memory::new([("wsdl/test.wsdl", &wsdl)]), "wsdl/test.wsdl").unwrap();
    let operation = contract.operation("Do").unwrap();
    assert_eq!(operation.request, global(contract.schema(), "urn:test", "Do"));
    assert_eq!(names(&operation.headers), ["Head"]);
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    let target = "hint: correct the name or its prefix; the target namespace is urn:test";
    refused(
        "<wsdl:input message=\"tns:DoMsg\"/>",
        "<wsdl:input message=\"tns:Gone\"/>",
        &format!("11: there is no wsdl:message {{urn:test}}Gone\n    {target}"),
    );
    refused(
        "binding=\"tns:TestSoap\"",
        "binding=\"TestSoap\"",
        &format!("24: there is no wsdl:binding TestSoap\n    {target}"),
    );
    refused(
        "element=\"tns:Do\"",
        "element=\"tns:Gone\"",
        "7: no schema declares the element {urn:test}Gone\n    hint: correct the name or its prefix, or import the schema of \
         its namespace in wsdl:types",
    );
    refused(
        INPUT,
        "<wsdl:input><soap:body use=\"literal\"/><soap:header message=\"tns:Gone\" part=\"head\" use=\"literal\"/></wsdl:input>",
        &format!("19: there is no wsdl:message {{urn:test}}Gone\n    {target}"),
    );
    refused(
        "<wsdl:binding name=\"TestSoap\" type=\"tns:Test\"",
        "<wsdl:binding name=\"TestSoap\" type=\"p:Test\"",
        "15: the prefix p of p:Test is not declared\n    hint: declare it: xmlns:p=\"...\" on this element or one around it",
    );
}

#[test]
fn other_shapes_of_operation_are_refused() {
    let shape = "operation Do is not request and reply\n    hint: only wsdl:input followed by wsdl:output is supported";
    refused("<wsdl:output message=\"tns:DoneMsg\"/>\n", "\n", &format!("10: {shape}"));
    let operation =
        "<wsdl:operation name=\"Do\">\n<wsdl:input message=\"tns:DoMsg\"/>\n<wsdl:output message=\"tns:DoneMsg\"/>\n";
    refused(
        operation,
        "<wsdl:operation name=\"Do\">\n<wsdl:output message=\"tns:DoneMsg\"/>\n<wsdl:input message=\"tns:DoMsg\"/>\n",
        &format!("10: {shape}"),
    );
    refused(
        operation,
        &format!("{operation}</wsdl:operation>{operation}"),
        "13: operation Do is overloaded\n    hint: give each operation a name of its own",
    );
    refused(
        OUTPUT,
        &format!(
            "{HEADER}{}",
            OUTPUT.replace("</wsdl", "<soap:header message=\"tns:DoneMsg\" part=\"body\" use=\"literal\"/></wsdl")
        ),
        "20: soap:header on wsdl:output is outside the WSDL profile\n    hint: replies carry no header blocks",
    );
}

#[test]
fn operations_are_told_apart_by_their_request_element() {
    let wsdl = with("").replace(
        "</wsdl:portType>",
        "<wsdl:operation name=\"Other\"><wsdl:input message=\"tns:DoMsg\"/><wsdl:output message=\"tns:DoneMsg\"/></wsdl:operation></wsdl:portType>",
    );
    let wsdl = wsdl.replace(
        "</wsdl:binding>",
        &format!("<wsdl:operation name=\"Other\">{INPUT}{OUTPUT}</wsdl:operation></wsdl:binding>"),
    );
    assert_eq!(
        Memory::new([("wsdl/test.wsdl", &wsdl)]).problems(),
        "wsdl/test.wsdl:22: operation Other has the same request element as Do\n    hint: give each operation an element of \
         its own"
    );
}

#[test]
fn there_is_one_service_with_one_binding() {
    let service = "<wsdl:service name=\"More\"><wsdl:port name=\"P\" binding=\"tns:TestSoap\"><soap:address \
                   location=\"http://x\"/></wsdl:port></wsdl:service>";
    refused(
        "</wsdl:service>",
        &format!("</wsdl:service>\n{service}"),
        "26: service More is a second service with a SOAP 1.1 port\n    hint: write one file for each service",
    );
    refused(
        "</wsdl:service>",
        "<wsdl:port name=\"P\" binding=\"tns:Other\"><soap:address location=\"http://x\"/></wsdl:port></wsdl:service>\
         <wsdl:binding name=\"Other\" type=\"tns:Test\"/>",
        "25: port P is a SOAP 1.1 port with another binding\n    hint: one SOAP 1.1 binding is supported",
    );
    refused(
        "<soap:address location=\"http://old.example/Test.svc\"/>",
        "",
        "1: there is no service with a SOAP 1.1 port\n    hint: add a wsdl:service whose wsdl:port has a soap:address",
    );
    refused(" location=\"http://old.example/Test.svc\"", "", "24: address has no attribute location");
}

#[test]
fn ports_of_other_bindings_are_left_alone() {
    let port = "<wsdl:port name=\"P12\" binding=\"tns:Soap12\"><s12:address xmlns:s12=\"http://schemas.xmlsoap.org/wsdl/soap12/\" \
                location=\"http://x\"/></wsdl:port></wsdl:service><wsdl:binding name=\"Soap12\" type=\"tns:Test\"/>";
    assert_eq!(changed("</wsdl:service>", port), "");
}

#[test]
fn imports_of_wsdl_and_other_files_are_refused() {
    refused(
        "<wsdl:types>",
        "<wsdl:import namespace=\"urn:x\" location=\"x.wsdl\"/>\n<wsdl:types>",
        "2: wsdl:import is outside the WSDL profile\n    hint: put the definitions of the imported file into this one",
    );
    refused(
        "</wsdl:types>",
        "</wsdl:types>\n<wsdl:types/>",
        "7: a second wsdl:types\n    hint: put all schemas into the first one",
    );
    let files = Memory::new([("wsdl/test.wsdl", "<a/>")]);
    assert_eq!(files.problems(), "wsdl/test.wsdl: is not a WSDL 1.1 file");
    assert_eq!(Memory::default().problems(), "wsdl/test.wsdl: there is no such file");
    let broken = Memory::new([("wsdl/test.wsdl", "<a>\n<b></a>")]).problems();
    assert!(broken.starts_with("wsdl/test.wsdl:2: is not well-formed XML: "), "{broken}");
}

#[test]
fn problems_of_schema_and_wsdl_are_told_together() {
    let wsdl = with("<xs:element name=\"A\"/>").replace(TRANSPORT, "transport=\"urn:jms\"");
    let found = Memory::new([("wsdl/test.wsdl", &wsdl)]).problems();
    assert!(found.contains("wsdl/test.wsdl:4: element A has no type"), "{found}");
    assert!(found.contains("wsdl/test.wsdl:16: transport \"urn:jms\""), "{found}");
}
