//! Content models accept what XSD says they accept: by hand, and against regular expressions.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use regex::Regex;

use super::documents::Text;
use super::source::Source;
use super::sources::trees;
use crate::problem::Problem;
use crate::schema::{Content, Model, Schema, Term, Type};
use crate::walk::Walk;

/// The schema of a type `T` with this content, and its problems.
fn compile(content: &str) -> (Schema, Vec<Problem>) {
    let text = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:t\">\n\
         <xs:complexType name=\"T\">\n{content}\n</xs:complexType></xs:schema>"
    );
    let texts = [Text { path: "t.xsd".to_owned(), text, links: Vec::new() }];
    let trees = trees(&texts);
    let sources = [Source { file: "t.xsd", node: trees[0].document.root_element(), target: "urn:t" }];
    let mut problems = Vec::new();
    let schema = super::compile(&sources, &mut problems);
    (schema, problems)
}

fn model(schema: &Schema) -> Option<&Model> {
    match &schema.complex_types[0].content {
        Content::Elements(model) => Some(model),
        _ => None,
    }
}

/// Whether the type accepts elements named by the letters of a word; capitals are in no known namespace.
fn accepts(schema: &Schema, word: &str) -> bool {
    let Some(model) = model(schema) else { return word.is_empty() };
    let mut walk = Walk::new(model);
    let steps = word.chars().all(|letter| {
        let name = letter.to_string();
        let matches = |term: &Term| match term {
            Term::Element(id) => *schema.element(*id).name.local == *name,
            Term::Any(None) => letter.is_uppercase(),
            Term::Any(Some(list)) => letter.is_uppercase() && list.contains(&crate::schema::NamespaceId::FOREIGN),
        };
        walk.step(schema, &name, matches).is_ok()
    });
    steps && walk.finish(schema).is_ok()
}

#[track_caller]
fn check(content: &str, good: &[&str], bad: &[&str]) {
    let (schema, problems) = compile(content);
    assert!(problems.is_empty(), "{problems:?}");
    for word in good {
        assert!(accepts(&schema, word), "{word} is refused by {content}");
    }
    for word in bad {
        assert!(!accepts(&schema, word), "{word} is accepted by {content}");
    }
}

#[track_caller]
fn ambiguous(content: &str, message: &str) {
    let (_, problems) = compile(content);
    let found: Vec<_> = problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(found, [(4, message)], "for {content}");
}

fn element(name: &str, occurs: &str) -> String {
    format!("<xs:element name=\"{name}\" type=\"xs:int\" {occurs}/>")
}

const MANY: &str = "minOccurs=\"0\" maxOccurs=\"unbounded\"";
const MAYBE: &str = "minOccurs=\"0\"";

#[test]
fn no_content_is_empty() {
    check("", &[""], &["a"]);
    check("<xs:sequence/>", &[""], &["a"]);
    check("<xs:sequence><xs:choice/></xs:sequence>", &[""], &["a"]);
}

#[test]
fn a_sequence_keeps_its_order_and_counts() {
    let content = format!(
        "<xs:sequence>{}{}{}</xs:sequence>",
        element("a", ""),
        element("b", MAYBE),
        element("c", "minOccurs=\"2\" maxOccurs=\"3\"")
    );
    check(&content, &["acc", "abcc", "abccc"], &["", "a", "ab", "ac", "acccc", "bcc", "cca", "abbcc"]);
}

#[test]
fn a_choice_takes_one_branch() {
    let content = format!("<xs:choice>{}{}</xs:choice>", element("a", ""), element("b", "maxOccurs=\"2\""));
    check(&content, &["a", "b", "bb"], &["", "ab", "aa", "bbb", "ba"]);
    let content = format!("<xs:choice {MANY}>{}{}</xs:choice>", element("a", ""), element("b", ""));
    check(&content, &["", "a", "abba"], &["c"]);
}

#[test]
fn a_group_that_repeats_to_a_limit_is_counted() {
    let content = format!(
        "<xs:sequence minOccurs=\"2\" maxOccurs=\"3\">{}{}</xs:sequence>",
        element("a", ""),
        element("b", MAYBE)
    );
    check(&content, &["aa", "aba", "abab", "aaa", "ababab"], &["", "a", "ab", "aaaa", "abb", "baa"]);
    let content = format!("<xs:sequence maxOccurs=\"2\">{}{}</xs:sequence>", element("a", MAYBE), element("b", MAYBE));
    check(&content, &["", "a", "b", "ab", "aa", "ba", "bb", "bab", "abab"], &["aaa", "bbb", "baba", "ababa"]);
}

#[test]
fn all_takes_any_order_once() {
    let content = format!("<xs:all>{}{}</xs:all>", element("a", ""), element("b", MAYBE));
    check(&content, &["a", "ab", "ba"], &["", "b", "aa", "aba"]);
    let content = format!("<xs:all minOccurs=\"0\">{}{}</xs:all>", element("a", ""), element("b", MAYBE));
    check(&content, &["", "a", "ab", "ba"], &["b", "aa"]);
}

#[test]
fn a_wildcard_of_other_namespaces_leaves_the_own_elements_alone() {
    let content = format!(
        "<xs:sequence>{}<xs:any namespace=\"##other\" processContents=\"lax\" {MANY}/></xs:sequence>",
        "<xs:element name=\"a\" type=\"xs:int\" form=\"qualified\" maxOccurs=\"unbounded\"/>"
    );
    check(&content, &["a", "aa", "aXY"], &["", "X", "aXa"]);
}

#[test]
fn names_that_may_belong_to_two_particles_are_refused() {
    let a = element("a", "");
    let (maybe, many) = (element("a", MAYBE), element("a", MANY));
    let message = "element a may belong to this particle or to an earlier one";
    ambiguous(&format!("<xs:sequence>{maybe}\n{a}</xs:sequence>"), message);
    ambiguous(&format!("<xs:sequence>{many}\n{a}</xs:sequence>"), message);
    ambiguous(&format!("<xs:choice>{a}\n{a}</xs:choice>"), message);
    let (b, c) = (element("b", ""), element("c", ""));
    ambiguous(
        &format!("<xs:choice><xs:sequence>{a}{b}</xs:sequence>\n<xs:sequence>{a}{c}</xs:sequence></xs:choice>"),
        message,
    );
    ambiguous(&format!("<xs:all>{a}\n{a}</xs:all>"), message);
    ambiguous(
        &format!("<xs:sequence>{maybe}\n<xs:any processContents=\"skip\"/></xs:sequence>"),
        "xs:any may belong to this particle or to an earlier one",
    );
    let fixed = element("a", "minOccurs=\"2\" maxOccurs=\"2\"");
    check(&format!("<xs:sequence>{fixed}{a}</xs:sequence>"), &["aaa"], &["aa", "aaaa"]);
}

#[test]
fn an_element_with_a_count_may_not_follow_itself() {
    let message = "repeats, and so does the group around it, with nothing between";
    for occurs in ["maxOccurs=\"2\"", "minOccurs=\"2\" maxOccurs=\"unbounded\""] {
        ambiguous(&format!("<xs:sequence {MANY}>\n{}</xs:sequence>", element("a", occurs)), message);
    }
    let endless = element("a", "maxOccurs=\"unbounded\"");
    check(&format!("<xs:sequence {MANY}>{endless}</xs:sequence>"), &["", "a", "aaa"], &["b"]);
    ambiguous(&format!("<xs:sequence minOccurs=\"2\" maxOccurs=\"2\">\n{endless}</xs:sequence>"), message);
}

#[test]
fn a_group_that_repeats_too_often_is_refused() {
    let content =
        |max: u32| format!("\n<xs:sequence maxOccurs=\"{max}\">{}{}</xs:sequence>", element("a", ""), element("b", ""));
    ambiguous(&content(129), "maxOccurs=\"129\" on xs:sequence repeats too much");
    let (schema, problems) = compile(&content(128));
    assert_eq!(problems, []);
    assert!(accepts(&schema, &"ab".repeat(128)) && !accepts(&schema, &"ab".repeat(129)));
    ambiguous(&content(4_000_000_000), "maxOccurs=\"4000000000\" on xs:sequence repeats too much");
}

#[test]
fn particles_of_one_name_share_a_declaration() {
    let content = format!("<xs:sequence>{}{}{}</xs:sequence>", element("a", ""), element("b", ""), element("a", ""));
    let (schema, problems) = compile(&content);
    assert_eq!(problems, []);
    let model = model(&schema).unwrap();
    let ids: Vec<_> = model
        .positions
        .iter()
        .map(|position| match position.term {
            Term::Element(id) => id,
            Term::Any(_) => panic!("no wildcard here"),
        })
        .collect();
    assert_eq!(ids[0], ids[2]);
    assert_eq!(model.children.len(), 2);
    assert_eq!((model.children[0].min, model.children[0].max), (2, Some(2)));
    assert!(matches!(schema.element(ids[0]).ty, Type::Simple(_)));
}

/// A content model, as XSD and as a regular expression over one-letter names.
#[derive(Clone, Debug)]
struct Sample {
    xsd: String,
    regex: String,
}

fn occurs() -> impl Strategy<Value = (u32, Option<u32>)> {
    prop_oneof![
        5 => Just((1, Some(1))),
        3 => Just((0, Some(1))),
        1 => Just((0, None)),
        1 => Just((1, None)),
        2 => (0_u32..3, 1_u32..4).prop_map(|(min, more)| (min, Some((min + more).min(3)))),
    ]
}

fn repeated(inner: &str, (min, max): (u32, Option<u32>)) -> String {
    let max = max.map(|max| max.to_string()).unwrap_or_default();
    format!("(?:{inner}){{{min},{max}}}")
}

fn attributes((min, max): (u32, Option<u32>)) -> String {
    let max = max.map_or("unbounded".to_owned(), |max| max.to_string());
    format!("minOccurs=\"{min}\" maxOccurs=\"{max}\"")
}

fn sample() -> impl Strategy<Value = Sample> {
    let leaf = (prop_oneof!["a", "b", "c"], occurs())
        .prop_map(|(name, occurs)| Sample { xsd: element(&name, &attributes(occurs)), regex: repeated(&name, occurs) });
    let group = |inner| {
        (any::<bool>(), prop::collection::vec(inner, 1..4), occurs()).prop_map(
            |(choice, members, occurs): (bool, Vec<Sample>, _)| {
                let (kind, between) = if choice { ("choice", "|") } else { ("sequence", "") };
                let regex = members.iter().map(|member| member.regex.as_str()).collect::<Vec<_>>().join(between);
                let inside: String = members.into_iter().map(|member| member.xsd).collect();
                let xsd = format!("<xs:{kind} {}>{inside}</xs:{kind}>", attributes(occurs));
                Sample { xsd, regex: repeated(&regex, occurs) }
            },
        )
    };
    leaf.prop_recursive(3, 12, 3, group)
}

fn words() -> Vec<String> {
    let mut words = vec![String::new()];
    let mut start = 0;
    for _ in 0..6 {
        let end = words.len();
        for index in start..end {
            words.extend(["a", "b", "c"].map(|letter| format!("{}{letter}", words[index])));
        }
        start = end;
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// Every model that is not refused accepts exactly the words its regular expression matches.
    #[test]
    fn models_accept_what_their_regular_expressions_match(sample in sample()) {
        let (schema, problems) = compile(&format!("<xs:sequence>{}</xs:sequence>", sample.xsd));
        prop_assume!(problems.is_empty());
        let regex = Regex::new(&format!("^(?:{})$", sample.regex)).unwrap();
        for word in words() {
            prop_assert_eq!(accepts(&schema, &word), regex.is_match(&word), "{} by {}", word, &sample.xsd);
        }
    }
}
