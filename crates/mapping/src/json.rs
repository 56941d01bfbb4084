//! Reads an answer by its shape, in one pass. What is not read is skipped, but must be JSON.
//! Numbers keep their digits. The only place that parses JSON at run time.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::kind::Kind;
use crate::reading::Reading;
use crate::shape::{Member, Node, Shape};

/// Why an answer cannot be read: where, and what must be there; never what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// JSON pointer; empty for the answer as a whole.
    pub(crate) pointer: String,
    pub(crate) rule: String,
}

/// Reads the part of an answer that a shape wants.
pub(crate) fn read(body: &[u8], shape: &Shape) -> Result<Reading, Unreadable> {
    // Of octets the parser would check those alone that are read.
    let Ok(text) = std::str::from_utf8(body) else { return Err(no_json()) };
    let reading = Reading::absent(shape);
    let mut walk = Walk { reading, path: Vec::new(), seen: Vec::new(), failure: None };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = NodeSeed { node: &shape.root, record: 0, walk: &mut walk };
    let outcome = seed.deserialize(&mut deserializer).and_then(|_| deserializer.end());
    match (walk.failure, outcome) {
        (Some(failure), _) => Err(failure),
        (None, Err(_)) => Err(no_json()),
        (None, Ok(())) => Ok(walk.reading),
    }
}

fn no_json() -> Unreadable {
    Unreadable { pointer: String::new(), rule: "JSON".to_owned() }
}

/// A document as a whole; `None` when it is not JSON, or nested more deeply than 128 times.
pub(crate) fn document(body: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(body).ok()
}

/// The code and the text of an error body; nothing where they are not to be found.
pub(crate) fn error(body: &[u8], code: &str, text: &str) -> (Option<i64>, Option<String>) {
    let Some(body) = document(body) else { return (None, None) };
    let code = body.pointer(code).and_then(|code| code.as_i64().or_else(|| code.as_str()?.trim().parse().ok()));
    let text = body.pointer(text).and_then(serde_json::Value::as_str);
    (code, text.filter(|text| !text.trim().is_empty()).map(str::to_owned))
}

/// Where the reading stands, and what it has found.
struct Walk<'s> {
    reading: Reading,
    path: Vec<Step<'s>>,
    /// Which members have come, for every object that is open.
    seen: Vec<Seen>,
    failure: Option<Unreadable>,
}

/// A step down. A pointer is made of them only when something is wrong.
#[derive(Clone, Copy)]
enum Step<'s> {
    Member(&'s str),
    Item(usize),
}

impl Step<'_> {
    fn pointer(self) -> String {
        match self {
            Self::Member(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            Self::Item(index) => format!("/{index}"),
        }
    }
}

/// Whether a member has come.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    No,
    Null,
    Value,
}

impl<'s> Walk<'s> {
    fn fail<E: Error>(&mut self, rule: impl fmt::Display) -> E {
        self.fail_below(None, rule)
    }

    /// Fails because of a member, whether the shape knows its name or not.
    fn fail_at<E: Error>(&mut self, name: &str, rule: &str) -> E {
        self.fail_below(Some(name), rule)
    }

    fn fail_below<E: Error>(&mut self, member: Option<&str>, rule: impl fmt::Display) -> E {
        let steps = self.path.iter().copied().chain(member.map(Step::Member));
        let pointer = || steps.map(Step::pointer).collect();
        self.failure.get_or_insert_with(|| Unreadable { pointer: pointer(), rule: rule.to_string() });
        E::custom("")
    }

    /// Runs a step one level down.
    fn below<T>(&mut self, step: Step<'s>, run: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = run(self);
        self.path.pop();
        result
    }
}

/// Reads one place; answers whether something was there.
struct NodeSeed<'w, 's> {
    node: &'s Node,
    /// The record its values belong to.
    record: usize,
    walk: &'w mut Walk<'s>,
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        match self.node {
            Node::Unread => deserializer.deserialize_ignored_any(IgnoredAny).map(|_| true),
            Node::Text { slot, kind: kind @ (Kind::Integer | Kind::Decimal) } => {
                let raw = <&RawValue as serde::Deserialize>::deserialize(deserializer)?.get();
                let number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
                match raw {
                    "null" => Ok(false),
                    raw if number => self.text(*slot, *kind, raw),
                    _ => Err(self.walk.fail(kind.name())),
                }
            }
            Node::Text { .. } | Node::Object { .. } | Node::List { .. } => deserializer.deserialize_any(self),
        }
    }
}

impl<'s> NodeSeed<'_, 's> {
    fn text<E: Error>(self, slot: usize, kind: Kind, text: &str) -> Result<bool, E> {
        match kind.canonical(text.into()) {
            Ok(text) => self.walk.reading.set(self.record, slot, &text),
            Err(rule) => return Err(self.walk.fail(rule)),
        }
        Ok(true)
    }

    fn wrong<E: Error>(self) -> Result<bool, E> {
        let wanted = match self.node {
            Node::Text { kind, .. } => kind.name(),
            Node::Object { .. } => "an object",
            Node::List { .. } => "an array",
            Node::Unread => "a value",
        };
        Err(self.walk.fail(wanted))
    }

    fn members<'de, A: MapAccess<'de>>(self, members: &'s [Member], closed: bool, map: &mut A) -> Result<(), A::Error> {
        let Self { record, walk, .. } = self;
        let seen = walk.seen.len();
        walk.seen.resize(seen + members.len(), Seen::No);
        let mut guess = 0;
        while let Some(found) = map.next_key_seed(NameSeed { members, closed, guess, walk })? {
            let Some(index) = found else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let Member { name, node, .. } = &members[index];
            if walk.seen[seen + index] != Seen::No {
                return Err(walk.fail_at(name, "there once"));
            }
            let value = |walk: &mut Walk<'s>| map.next_value_seed(NodeSeed { node, record, walk });
            let there = walk.below(Step::Member(name), value)?;
            walk.seen[seen + index] = if there { Seen::Value } else { Seen::Null };
            guess = index + 1;
        }
        for (index, member) in members.iter().enumerate() {
            let fits = match walk.seen[seen + index] {
                Seen::Value => true,
                Seen::Null => member.nullable || !member.required,
                Seen::No => !member.required,
            };
            if !fits {
                return Err(walk.fail_at(&member.name, "there"));
            }
        }
        walk.seen.truncate(seen);
        Ok(())
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_, '_> {
    type Value = bool;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("what the mapping reads")
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        match self.node {
            Node::Text { slot, kind: Kind::Boolean } => {
                self.text(*slot, Kind::Boolean, if value { "true" } else { "false" })
            }
            _ => self.wrong(),
        }
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<bool, E> {
        self.wrong()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<bool, E> {
        self.wrong()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<bool, E> {
        self.wrong()
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        match self.node {
            Node::Text { slot, kind } if *kind != Kind::Boolean => self.text(*slot, *kind, text),
            _ => self.wrong(),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let Node::List { slot, item } = self.node else {
            return self.wrong();
        };
        let Self { record: parent, walk, .. } = self;
        for index in 0.. {
            let record = walk.reading.add(item);
            let there = walk.below(Step::Item(index), |walk| {
                match items.next_element_seed(NodeSeed { node: &item.root, record, walk })? {
                    Some(false) => Err(walk.fail("an item, not null")),
                    there => Ok(there),
                }
            })?;
            if there.is_none() {
                walk.reading.take_back();
                break;
            }
            walk.reading.append(parent, *slot, record);
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Node::Object { members, closed } = self.node else {
            return self.wrong();
        };
        self.members(members, *closed, &mut map).map(|()| true)
    }
}

/// Reads a name; answers which member it is. Members mostly come in the order of the shape, so the one behind the
/// last is looked at first.
struct NameSeed<'w, 's> {
    members: &'s [Member],
    closed: bool,
    guess: usize,
    walk: &'w mut Walk<'s>,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        let (before, behind) = self.members.split_at(self.guess);
        let at = |members: &[Member]| members.iter().position(|member| *member.name == *name);
        match at(behind).map(|index| self.guess + index).or_else(|| at(before)) {
            None if self.closed => Err(self.walk.fail_at(name, "a member of the contract, or it would be lost")),
            found => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `{"a": <number>, "l": [{"t": <text>}]}`
    fn shape() -> Shape {
        let mut shape = Shape::default();
        *shape.root.member_mut("a", false, false) = Node::Text { slot: 0, kind: Kind::Decimal };
        let mut item = Box::<Shape>::default();
        *item.root.member_mut("t", true, false) = Node::Text { slot: 0, kind: Kind::Text };
        item.texts = 1;
        *shape.root.member_mut("l", false, true) = Node::List { slot: 0, item };
        (shape.texts, shape.lists) = (1, 1);
        shape
    }

    #[test]
    fn numbers_keep_their_digits() {
        let record = read(br#"{"a": 0.10000000000000000000001}"#, &shape());
        assert_eq!(record.unwrap().root().text(0), Some("0.10000000000000000000001"));
    }

    #[test]
    fn escapes_are_undone_and_what_is_not_read_is_skipped() {
        let body = br#"{"x": [{"t": 1}], "l": [{"t": "\u00e6\n\"", "x": null}]}"#;
        let reading = read(body, &shape()).unwrap();
        let texts: Vec<_> = reading.root().list(0).map(|item| item.text(0)).collect();
        assert_eq!(texts, [Some("æ\n\"")]);
    }

    #[test]
    fn pointers_are_escaped() {
        let mut shape = Shape::default();
        *shape.root.member_mut("a/b~c", true, false) = Node::Text { slot: 0, kind: Kind::Text };
        shape.texts = 1;
        assert_eq!(read(b"{}", &shape).err().map(|error| error.pointer), Some("/a~1b~0c".to_owned()));
    }

    #[test]
    fn octets_that_are_no_text_are_no_json_even_where_nothing_is_read() {
        assert!(read(b"{\"x\": \"\xe5\"}", &shape()).is_err());
    }

    #[test]
    fn depth_without_end_is_no_json() {
        let body = format!("{{\"x\":{}", "[".repeat(1_000_000));
        assert!(read(body.as_bytes(), &shape()).is_err());
    }

    #[test]
    fn an_error_body_may_be_anything() {
        assert_eq!(error(b"{\"c\": 1.5, \"t\": 7}", "/c", "/t"), (None, None));
        assert_eq!(error(b"{\"c\": \"42\", \"t\": \" \"}", "/c", "/t"), (Some(42), None));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body, &shape());
        }

        #[test]
        fn what_is_accepted_is_json(body in r#"\{("a": ?-?[0-9.eE+]{1,5})?,?("l": ?\[(\{"t":"[a-z]?"\})?,?\])?\}"#) {
            if read(body.as_bytes(), &shape()).is_ok() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok());
            }
        }
    }
}
