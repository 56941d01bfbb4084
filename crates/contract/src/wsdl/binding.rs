//! The concrete half of a WSDL: what a SOAP 1.1 binding makes of each operation of its port type.

use roxmltree::Node;

use super::definitions::{Definitions, SOAP, WSDL, child, children, name};
use super::{HeaderBlock, Operation};
use crate::problem::Problem;
use crate::schema::ElementId;

const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

const LITERAL: &str = "only document/literal is supported";

/// The operations of a binding, in its order.
pub(super) fn operations<'a>(
    definitions: Definitions<'a>,
    binding: Node<'a, 'a>,
    problems: &mut Vec<Problem>,
) -> Vec<Operation> {
    let mut reader = Reader { definitions, problems };
    reader.transport(binding);
    let Some(port_type) = reader.keep(definitions.named("portType", binding, "type")) else { return Vec::new() };
    let mut operations: Vec<Operation> = Vec::new();
    for node in children(binding, WSDL, "operation") {
        let Some(operation) = reader.operation(node, port_type) else { continue };
        reader.told_apart(&operations, &operation, node);
        operations.push(operation);
    }
    operations
}

struct Reader<'a, 'p> {
    definitions: Definitions<'a>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Reader<'a, '_> {
    fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn refuse(&mut self, node: Node<'a, 'a>, message: impl Into<String>, hint: &str) {
        self.problems.push(self.definitions.problem(node, message).hint(hint));
    }

    fn transport(&mut self, binding: Node<'a, 'a>) {
        let Some(soap) = child(binding, SOAP, "binding") else {
            let message = format!("binding {} of a SOAP 1.1 port has no soap:binding", name(binding));
            return self.refuse(binding, message, "correct the port's binding");
        };
        let transport = soap.attribute("transport").unwrap_or_default();
        if transport != HTTP {
            self.refuse(
                soap,
                format!("transport \"{transport}\" is outside the WSDL profile"),
                &format!("write {HTTP}"),
            );
        }
        self.style(soap);
    }

    fn style(&mut self, soap: Node<'a, 'a>) {
        if let Some(style) = soap.attribute("style").filter(|style| *style != "document") {
            self.refuse(soap, format!("style=\"{style}\" is outside the WSDL profile"), LITERAL);
        }
    }

    fn literal(&mut self, soap: Node<'a, 'a>) {
        if let Some(form) = soap.attribute("use").filter(|form| *form != "literal") {
            let kind = soap.tag_name().name();
            self.refuse(soap, format!("soap:{kind} with use=\"{form}\" is outside the WSDL profile"), LITERAL);
        }
    }

    /// Without a wrapper around it, the body's element is all that tells operations apart.
    fn told_apart(&mut self, known: &[Operation], operation: &Operation, node: Node<'a, 'a>) {
        if let Some(other) = known.iter().find(|known| known.request == operation.request) {
            let message = format!("operation {} has the same request element as {}", operation.name, other.name);
            self.refuse(node, message, "give each operation an element of its own");
        }
    }

    fn operation(&mut self, node: Node<'a, 'a>, port_type: Node<'a, 'a>) -> Option<Operation> {
        let name = self.keep(self.definitions.required(node, "name"))?;
        let declared = self.declared(node, name, port_type)?;
        let soap = child(node, SOAP, "operation");
        soap.into_iter().for_each(|soap| self.style(soap));
        let request = self.body(node, declared, "input");
        let reply = self.body(node, declared, "output");
        let headers = self.headers(node);
        let faults = self.faults(node, declared);
        let action = soap.and_then(|soap| soap.attribute("soapAction")).unwrap_or_default().to_owned();
        Some(Operation { name: name.to_owned(), action, request: request?, reply: reply?, headers, faults })
    }

    /// The operation of the port type, which must be one request and one reply.
    fn declared(&mut self, node: Node<'a, 'a>, name: &str, port_type: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
        let mut found = children(port_type, WSDL, "operation").filter(|found| found.attribute("name") == Some(name));
        let Some(declared) = found.next() else {
            self.refuse(node, format!("the port type has no operation {name}"), "correct the name");
            return None;
        };
        if let Some(second) = found.next() {
            self.refuse(second, format!("operation {name} is overloaded"), "give each operation a name of its own");
        }
        let order = |local| child(declared, WSDL, local).map(|node| node.range().start);
        match (order("input"), order("output")) {
            (Some(input), Some(output)) if input < output => Some(declared),
            _ => {
                let message = format!("operation {name} is not request and reply");
                self.refuse(declared, message, "only wsdl:input followed by wsdl:output is supported");
                None
            }
        }
    }

    fn body(&mut self, bound: Node<'a, 'a>, declared: Node<'a, 'a>, direction: &'static str) -> Option<ElementId> {
        let abstract_side = child(declared, WSDL, direction)?;
        let Some(side) = child(bound, WSDL, direction) else {
            self.refuse(bound, format!("operation {} has no wsdl:{direction}", name(bound)), "add it with a soap:body");
            return None;
        };
        let Some(soap) = child(side, SOAP, "body") else {
            let message = format!("wsdl:{direction} without soap:body is outside the WSDL profile");
            self.refuse(side, message, "MIME and HTTP bindings are not supported: write soap:body use=\"literal\"");
            return None;
        };
        self.literal(soap);
        if let Some(header) = child(side, SOAP, "header").filter(|_| direction == "output") {
            self.refuse(
                header,
                "soap:header on wsdl:output is outside the WSDL profile",
                "replies carry no header blocks",
            );
        }
        let element = self.body_element(soap, abstract_side);
        self.keep(element)
    }

    fn body_element(&self, soap: Node<'a, 'a>, abstract_side: Node<'a, 'a>) -> Result<ElementId, Problem> {
        let message = self.definitions.named("message", abstract_side, "message")?;
        let Some(parts) = soap.attribute("parts") else { return self.definitions.only_part(message, soap) };
        let mut parts = parts.split_whitespace();
        match (parts.next(), parts.next()) {
            (Some(part), None) => self.definitions.part(message, part, soap),
            _ => Err(self
                .definitions
                .problem(soap, "soap:body/@parts must name one part")
                .hint("one body element is supported")),
        }
    }

    fn headers(&mut self, bound: Node<'a, 'a>) -> Vec<HeaderBlock> {
        let input = child(bound, WSDL, "input").into_iter();
        let nodes: Vec<_> = input.flat_map(|input| children(input, SOAP, "header")).collect();
        nodes.into_iter().filter_map(|node| self.header(node)).collect()
    }

    fn header(&mut self, node: Node<'a, 'a>) -> Option<HeaderBlock> {
        self.literal(node);
        let definitions = self.definitions;
        let message = self.keep(definitions.named("message", node, "message"))?;
        let part = self.keep(definitions.required(node, "part"))?;
        let element = self.keep(definitions.part(message, part, node))?;
        Some(HeaderBlock { name: definitions.schema.element(element).name.local.to_string(), element })
    }

    fn faults(&mut self, bound: Node<'a, 'a>, declared: Node<'a, 'a>) -> Vec<ElementId> {
        for fault in children(bound, WSDL, "fault").filter_map(|fault| child(fault, SOAP, "fault")) {
            self.literal(fault);
        }
        let definitions = self.definitions;
        let element = |node| {
            let message = definitions.named("message", node, "message")?;
            definitions.only_part(message, node)
        };
        children(declared, WSDL, "fault").filter_map(|node| self.keep(element(node))).collect()
    }
}
