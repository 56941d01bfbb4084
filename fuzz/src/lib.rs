//! What several targets need: contracts and mappings, and what must hold of everything that is read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use dfdg_contract::soap::read_bare;
use dfdg_contract::xml::Limits;
use dfdg_contract::{Files, Folder, Message, Node, Problems, Schema, Writer};
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};

/// The contracts and mappings of the product.
pub static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::compile(&CatalogueFiles::default()).unwrap_or_else(|problems| panic!("{problems}")));

/// A small catalogue, quickly compiled: that of the tests of `crates/mapping`.
static SMALL: LazyLock<Texts> =
    LazyLock::new(|| Texts::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mapping/tests/fixture")));

/// Files in memory.
#[derive(Clone)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The small catalogue with one file replaced.
    pub fn small_with(path: &str, text: &str) -> Self {
        let mut texts = SMALL.clone();
        texts.0.insert(path.to_owned(), text.to_owned());
        texts
    }

    fn load(folder: &Path) -> Self {
        let folder = Folder(folder.to_owned());
        let paths = ["wsdl", "xsd", "openapi", "mappings"].map(|part| folder.list(part).unwrap()).concat();
        Self(paths.into_iter().map(|path| (path.clone(), folder.read(&path).unwrap().into_owned())).collect())
    }

    /// Asserts that whoever has to mend the files can: each problem names a file, a line in it, and what is wrong.
    pub fn assert_helpful(&self, problems: &Problems) {
        assert!(!problems.list().is_empty());
        for problem in problems.list() {
            let text = self.0.get(&problem.file).unwrap_or_else(|| panic!("no such file: {problem}"));
            let lines = text.split('\n').count();
            assert!(problem.line as usize <= lines, "{lines} lines: {problem}");
            assert!(!problem.message.trim().is_empty(), "{problem:?}");
        }
    }
}

impl Files for Texts {
    fn read(&self, path: &str) -> io::Result<Cow<'_, str>> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        self.0.get(path).map(|text| Cow::Borrowed(text.as_str())).ok_or_else(missing)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let below = format!("{folder}/");
        Ok(self.0.keys().filter(|path| path.starts_with(&below)).cloned().collect())
    }
}

/// Asserts that a message survives: what was read can be written, and reads the same again.
pub fn assert_survives(schema: &Schema, message: &Message<'_>) {
    let Some(body) = message.body().filter(|body| !body.is_nil()) else { return };
    let envelope = write(schema, body);
    let again = read_bare(schema, body_of(&envelope), Limits::default());
    let again = again.unwrap_or_else(|error| panic!("{error}\n{envelope}"));
    assert_same(schema, body, again.body().expect("there is a body"));
}

fn write(schema: &Schema, body: Node<'_>) -> String {
    let mut writer = Writer::new(schema, body.element());
    content(&mut writer, schema, body);
    writer.finish().expect("what was read can be written")
}

fn content(writer: &mut Writer<'_>, schema: &Schema, node: Node<'_>) {
    if schema.text_type(node.element()).is_some() {
        return writer.text(node.text()).expect("what was read can be written");
    }
    for child in in_contract_order(schema, node) {
        match child.is_nil() {
            true => writer.nil(child.element()).expect("nil"),
            false => {
                writer.start(child.element()).expect("a child");
                content(writer, schema, child);
                writer.end().expect("an end");
            }
        }
    }
}

/// The children as they are written: some services take them in any order, and write them in that of the contract.
fn in_contract_order<'m>(schema: &Schema, node: Node<'m>) -> Vec<Node<'m>> {
    let declared = schema.children(node.element());
    let place = |child: &Node<'_>| declared.iter().position(|own| own.element == child.element());
    let mut children: Vec<_> = node.children().collect();
    children.sort_by_key(place); // stable: those of one name keep their order
    children
}

fn assert_same(schema: &Schema, one: Node<'_>, other: Node<'_>) {
    assert_eq!((one.element(), one.is_nil()), (other.element(), other.is_nil()));
    if schema.text_type(one.element()).is_some() {
        assert_eq!(one.text(), other.text());
    }
    let (mut ones, mut others) = (in_contract_order(schema, one).into_iter(), other.children());
    loop {
        match (ones.next(), others.next()) {
            (Some(one), Some(other)) => assert_same(schema, one, other),
            (None, None) => return,
            _ => panic!("another number of children"),
        }
    }
}

/// What stands in the body of an envelope the facade has written.
pub fn body_of(envelope: &str) -> &str {
    let inside = envelope.split_once("<s:Body>").and_then(|(_, rest)| rest.rsplit_once("</s:Body>"));
    inside.unwrap_or_else(|| panic!("no envelope: {envelope}")).0
}

/// Asserts that a reply or fault is what its caller can read: XML, and valid against the contract.
pub fn assert_readable(schema: &Schema, envelope: &str) {
    roxmltree::Document::parse(envelope).unwrap_or_else(|error| panic!("{error}\n{envelope}"));
    let details = envelope.split_once("<detail>").and_then(|(_, rest)| rest.rsplit_once("</detail>"));
    let message = details.map_or_else(|| body_of(envelope), |(details, _)| details);
    if !message.starts_with("<s:Fault>") {
        let read = read_bare(schema, message, Limits::default()).map(drop);
        read.unwrap_or_else(|error| panic!("{error}\n{envelope}"));
    }
}
