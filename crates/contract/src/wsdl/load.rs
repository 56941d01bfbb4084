//! Loads a contract: files, schemas, the service, its binding, and the files to serve.

use roxmltree::Node;

use super::definitions::{Definitions, SOAP, WSDL, child, children, name};
use super::{Contract, HeaderBlock, Operation, binding, serve, single};
use crate::files::Files;
use crate::problem::{Problem, Problems};
use crate::xsd;
use crate::xsd::documents::{Text, read_closure};
use crate::xsd::source::{XSD, line};
use crate::xsd::sources::{sources, trees};

pub(super) fn load(files: &dyn Files, wsdl: &str) -> Result<Contract, Problems> {
    let mut problems = Vec::new();
    let texts = read_closure(files, wsdl, &mut problems);
    let contract = build(&texts, &mut problems);
    Problems::none(problems)?;
    contract.ok_or_else(|| Problem::new(wsdl, 0, "is not a WSDL 1.1 file").into())
}

/// `None` only where a problem was added, or the first file is no WSDL.
fn build(texts: &[Text], problems: &mut Vec<Problem>) -> Option<Contract> {
    let trees = trees(texts);
    let first = trees.first()?;
    let root = first.document.root_element();
    if !root.has_tag_name((WSDL, "definitions")) {
        return None;
    }
    refuse_imports(&first.text.path, root, problems);
    let types = child(root, WSDL, "types");
    let embedded: Vec<_> = types.into_iter().flat_map(|types| children(types, XSD, "schema")).collect();
    let sources = sources(&trees, &embedded, problems);
    let schema = xsd::compile(&sources, problems);
    let definitions = Definitions { file: &first.text.path, root, schema: &schema };
    let service = Service::find(definitions, problems)?;
    let operations = binding::operations(definitions, service.binding, problems);
    let edits = service.address_edits();
    Some(Contract {
        name: name(service.node).to_owned(),
        target_namespace: definitions.target().to_owned(),
        addresses: service.addresses.iter().filter_map(|node| node.attribute("location")).map(str::to_owned).collect(),
        headers: distinct_headers(&operations),
        unread_headers: Vec::new(),
        operations,
        wsdl: serve::template(first.text, texts, edits.clone()),
        single: single::template(&first.text.text, types, &sources, edits),
        documents: serve::documents(texts),
        schema,
    })
}

fn refuse_imports(file: &str, root: Node<'_, '_>, problems: &mut Vec<Problem>) {
    let imports = root.children().filter(|node| node.has_tag_name((WSDL, "import")));
    problems.extend(imports.map(|node| {
        Problem::new(file, line(node), "wsdl:import is outside the WSDL profile")
            .hint("put the definitions of the imported file into this one")
    }));
    let second = root.children().filter(|node| node.has_tag_name((WSDL, "types"))).nth(1);
    problems.extend(
        second.map(|node| {
            Problem::new(file, line(node), "a second wsdl:types").hint("put all schemas into the first one")
        }),
    );
}

fn distinct_headers(operations: &[Operation]) -> Vec<HeaderBlock> {
    let mut distinct: Vec<HeaderBlock> = Vec::new();
    for block in operations.iter().flat_map(|operation| &operation.headers) {
        if !distinct.contains(block) {
            distinct.push(block.clone());
        }
    }
    distinct
}

/// The one service with SOAP 1.1 ports.
struct Service<'a> {
    node: Node<'a, 'a>,
    binding: Node<'a, 'a>,
    /// The `soap:address` of each of its SOAP 1.1 ports.
    addresses: Vec<Node<'a, 'a>>,
}

impl<'a> Service<'a> {
    fn find(definitions: Definitions<'a>, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut services = children(definitions.root, WSDL, "service").filter(|node| addresses(*node).next().is_some());
        let Some(node) = services.next() else {
            let problem = definitions.problem(definitions.root, "there is no service with a SOAP 1.1 port");
            problems.push(problem.hint("add a wsdl:service whose wsdl:port has a soap:address"));
            return None;
        };
        problems.extend(services.map(|second| {
            definitions
                .problem(second, format!("service {} is a second service with a SOAP 1.1 port", name(second)))
                .hint("write one file for each service")
        }));
        let binding = shared_binding(definitions, node).map_err(|problem| problems.push(problem)).ok()?;
        let addresses: Vec<_> = addresses(node).collect();
        problems.extend(definitions.required(node, "name").err());
        problems.extend(addresses.iter().filter_map(|node| definitions.required(*node, "location").err()));
        Some(Self { node, binding, addresses })
    }

    fn address_edits(&self) -> Vec<serve::Edit> {
        let locations = self.addresses.iter().filter_map(|node| node.attribute_node("location"));
        locations.map(|location| serve::Edit::address(location.range_value())).collect()
    }
}

fn addresses<'a>(service: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    children(service, WSDL, "port").filter_map(|port| child(port, SOAP, "address"))
}

/// Several ports may give the same binding several addresses, but there is one binding.
fn shared_binding<'a>(definitions: Definitions<'a>, service: Node<'a, 'a>) -> Result<Node<'a, 'a>, Problem> {
    let mut shared = None;
    for port in children(service, WSDL, "port").filter(|port| child(*port, SOAP, "address").is_some()) {
        let binding = definitions.named("binding", port, "binding")?;
        if shared.is_some_and(|known| known != binding) {
            let problem =
                definitions.problem(port, format!("port {} is a SOAP 1.1 port with another binding", name(port)));
            return Err(problem.hint("one SOAP 1.1 binding is supported"));
        }
        shared = Some(binding);
    }
    shared.ok_or_else(|| definitions.problem(service, "there is no SOAP 1.1 port"))
}
