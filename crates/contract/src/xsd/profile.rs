//! The XSD profile: which constructs a contract may use. It is closed, so that nothing is read, written or
//! checked in another way than the contract says; what is not in the table is refused by name and line.

use super::source::{Item, Source, XSD, line};
use crate::problem::Problem;

/// A construct with the attributes (besides `id`) and child elements (besides `annotation`) it may have.
struct Construct {
    name: &'static str,
    attributes: &'static [&'static str],
    children: &'static [&'static str],
}

const fn construct(
    name: &'static str,
    attributes: &'static [&'static str],
    children: &'static [&'static str],
) -> Construct {
    Construct { name, attributes, children }
}

/// Facets of a simple type.
pub(super) const FACETS: [&str; 12] = [
    "length",
    "minLength",
    "maxLength",
    "pattern",
    "enumeration",
    "minInclusive",
    "maxInclusive",
    "minExclusive",
    "maxExclusive",
    "totalDigits",
    "fractionDigits",
    "whiteSpace",
];

const OCCURS: &[&str] = &["minOccurs", "maxOccurs"];
const DERIVATIONS: &[&str] = &["extension", "restriction"];
const PARTICLES: &[&str] = &["element", "sequence", "choice", "any"];
const CONTENT: &[&str] = &["sequence", "choice", "all", "attribute"];

const PROFILE: [Construct; 16] = [
    construct(
        "schema",
        &["targetNamespace", "elementFormDefault", "attributeFormDefault", "version", "blockDefault", "finalDefault"],
        &["import", "include", "element", "attribute", "simpleType", "complexType"],
    ),
    construct("import", &["namespace", "schemaLocation"], &[]),
    construct("include", &["schemaLocation"], &[]),
    construct(
        "element",
        &["name", "ref", "type", "form", "minOccurs", "maxOccurs", "nillable", "abstract", "block", "final"],
        &["simpleType", "complexType"],
    ),
    construct("attribute", &["name", "ref", "type", "form", "use"], &["simpleType"]),
    construct("simpleType", &["name", "final"], &["restriction"]),
    construct(
        "complexType",
        &["name", "mixed", "abstract", "block", "final"],
        &["simpleContent", "complexContent", "sequence", "choice", "all", "attribute"],
    ),
    construct("simpleContent", &[], DERIVATIONS),
    construct("complexContent", &["mixed"], DERIVATIONS),
    construct("extension", &["base"], CONTENT),
    construct("restriction", &["base"], CONTENT),
    construct("sequence", OCCURS, PARTICLES),
    construct("choice", OCCURS, PARTICLES),
    construct("all", OCCURS, &["element"]),
    construct("any", &["namespace", "processContents", "minOccurs", "maxOccurs"], &[]),
    construct("facet", &["value", "fixed"], &[]),
];

const FORMS: &[&str] = &["qualified", "unqualified"];
const FLAGS: &[&str] = &["true", "false", "1", "0"];

/// Attributes that may have these values only.
const VALUES: [(&str, &[&str]); 7] = [
    ("elementFormDefault", FORMS),
    ("attributeFormDefault", FORMS),
    ("form", FORMS),
    ("use", &["optional", "required", "prohibited"]),
    ("nillable", FLAGS),
    ("mixed", FLAGS),
    ("abstract", FLAGS),
];

/// What to do about constructs outside the profile that contracts are known to use.
const HINTS: [(&str, &str); 13] = [
    ("union", "write one xs:restriction that allows what callers send"),
    ("list", "write an xs:string with a pattern"),
    ("group", "write its particles where it is used"),
    ("attributeGroup", "write its attributes where it is used"),
    ("anyAttribute", "name the attributes"),
    ("redefine", "write the changed types in one schema"),
    ("key", "remove it: identity constraints are not checked"),
    ("keyref", "remove it: identity constraints are not checked"),
    ("unique", "remove it: identity constraints are not checked"),
    ("notation", "remove it"),
    ("@substitutionGroup", "write an xs:choice of the elements"),
    ("@default", "remove it: a value that was not sent is not made up"),
    ("@fixed", "remove it, or write a type with one xs:enumeration"),
];

const ANY_OTHER: &str = "the profile is sequence, choice, all, any (lax or skip), element, attribute, simpleType and \
                         complexType with extension and restriction, and facets";

/// Everything in a schema that is outside the profile.
pub(super) fn check(source: &Source<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_item(Item::root(source), &mut problems);
    problems
}

fn check_item(item: Item<'_>, problems: &mut Vec<Problem>) {
    let Some(construct) = find(item.kind()) else { return };
    problems.extend(foreign_children(item));
    problems.extend(refused_attributes(item, construct));
    problems.extend(unknown_values(item));
    problems.extend(refused_values(item));
    for child in item.children() {
        match allowed(item, construct, child.kind()) {
            true => check_item(child, problems),
            false => problems.push(refused(child, item)),
        }
    }
}

fn find(kind: &str) -> Option<&'static Construct> {
    let name = if FACETS.contains(&kind) { "facet" } else { kind };
    PROFILE.iter().find(|construct| construct.name == name)
}

/// Facets and an anonymous base belong into the restriction of text only.
fn allowed(item: Item<'_>, construct: &Construct, child: &str) -> bool {
    let text_only = item.kind() == "restriction" && (FACETS.contains(&child) || child == "simpleType");
    let inside = item.node.parent().map(|parent| parent.tag_name().name()).unwrap_or_default();
    match inside {
        "simpleType" => text_only,
        "simpleContent" => child == "attribute" || text_only,
        _ => construct.children.contains(&child),
    }
}

fn foreign_children(item: Item<'_>) -> Option<Problem> {
    let foreign = |name: roxmltree::ExpandedName<'_, '_>| name.namespace() != Some(XSD);
    let node = item.node.children().find(|node| node.is_element() && foreign(node.tag_name()))?;
    let name = node.tag_name().name();
    let problem = Problem::new(item.source.file, line(node), format!("{name} is not an element of XSD"));
    Some(problem.hint("its namespace must be http://www.w3.org/2001/XMLSchema, or it must stand in an xs:annotation"))
}

fn refused_attributes<'a>(item: Item<'a>, construct: &'static Construct) -> impl Iterator<Item = Problem> + 'a {
    let own = item.node.attributes().filter(|attribute| attribute.namespace().is_none());
    own.map(|attribute| attribute.name()).filter(|name| *name != "id" && !construct.attributes.contains(name)).map(
        move |name| {
            item.problem(format!("xs:{}/@{name} is outside the XSD profile", item.kind()))
                .hint(hint(&format!("@{name}")))
        },
    )
}

fn unknown_values(item: Item<'_>) -> impl Iterator<Item = Problem> + '_ {
    VALUES.iter().filter_map(move |(name, values)| {
        let value = item.attribute(name).filter(|value| !values.contains(value))?;
        Some(item.problem(format!("{name}=\"{value}\"")).hint(format!("it may be {}", values.join(", "))))
    })
}

/// Values that XSD allows and the profile does not.
fn refused_values(item: Item<'_>) -> Option<Problem> {
    let refuse = |what: &str, hint: &str| {
        Some(item.problem(format!("xs:{} {what} is outside the XSD profile", item.kind())).hint(hint))
    };
    match item.kind() {
        "complexType" | "complexContent" if item.flag("mixed") => {
            refuse("with mixed=\"true\"", "write mixed=\"false\": text beside elements has no place in a mapping")
        }
        "element" | "complexType" if item.flag("abstract") => {
            refuse("with abstract=\"true\"", "use the type or element that is really sent")
        }
        "any" if !matches!(item.attribute("processContents"), Some("lax" | "skip")) => {
            refuse("with processContents=\"strict\"", "write processContents=\"lax\"")
        }
        _ => None,
    }
}

fn refused(child: Item<'_>, parent: Item<'_>) -> Problem {
    match find(child.kind()) {
        None => child.problem(format!("xs:{} is outside the XSD profile", child.kind())).hint(hint(child.kind())),
        Some(_) => child
            .problem(format!("xs:{} in xs:{} is outside the XSD profile", child.kind(), parent.kind()))
            .hint(ANY_OTHER),
    }
}

fn hint(name: &str) -> &'static str {
    HINTS.iter().find(|(known, _)| *known == name).map_or(ANY_OTHER, |(_, hint)| hint)
}
