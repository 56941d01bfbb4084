//! A plan: one operation, compiled. Everything is resolved; at run time there are indexes,
//! no names to look up and no text to take apart.

use std::sync::Arc;

use dfdg_contract::{Contract, ElementId};

use crate::convert::Run;
use crate::convert::code::Codes;
use crate::info::PlanInfo;
use crate::kind::Kind;
use crate::shape::Shape;
use crate::target::Target;

/// One operation, compiled. Only the compiler makes one.
#[derive(Debug)]
pub struct Plan {
    pub(crate) contract: Arc<Contract>,
    /// The element in the body of a reply.
    pub(crate) root: ElementId,
    pub(crate) rules: Vec<RefuseRule>,
    pub(crate) calls: Vec<Call>,
    pub(crate) reply: Vec<ReplyNode>,
    pub(crate) drops: Vec<Box<[ElementId]>>,
    pub(crate) info: PlanInfo,
}

impl Plan {
    /// Everything it reads, writes, drops and assumes.
    #[must_use]
    pub fn info(&self) -> &PlanInfo {
        &self.info
    }
}

/// A rule that refuses a request before anything is written.
#[derive(Debug)]
pub(crate) struct RefuseRule {
    pub(crate) all: Vec<Condition>,
    /// The calls whose answers it reads; empty for a rule about the request alone.
    pub(crate) after: Vec<usize>,
    pub(crate) fault: u32,
    pub(crate) text: Option<Box<str>>,
}

/// One call of a backend.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Box<str>,
    /// It is made only if all of these hold.
    pub(crate) when: Vec<Condition>,
    pub(crate) backend: usize,
    pub(crate) method: Method,
    pub(crate) path: Vec<Segment>,
    pub(crate) path_values: Vec<Value>,
    pub(crate) query: Vec<(Box<str>, Value)>,
    pub(crate) headers: Vec<(Box<str>, Value)>,
    pub(crate) body: Option<Json>,
    pub(crate) repeat: Repeat,
    /// HTTP status without a code in the body -> fault.
    pub(crate) faults: Vec<(u16, u32)>,
    /// The calls whose answers it reads.
    pub(crate) after: Vec<usize>,
    /// The call whose answer its body starts from: it replaces what that call has read.
    pub(crate) base: Option<usize>,
    /// The look-up its path is made of, where it is: what that asks for names what is replaced.
    pub(crate) looked_up: Option<usize>,
    pub(crate) shape: Shape,
    pub(crate) error_code: Arc<str>,
    pub(crate) error_text: Arc<str>,
}

/// The methods a call may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

impl Method {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// As HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Whether the facade may send a call again when it does not know how the first went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Repeat {
    /// It changes nothing: again as often as one likes.
    Read,
    /// Again with the same `x-requestId`; 412 after that means the first one was accepted.
    Keyed,
    /// Never once a byte has gone out.
    Once,
}

impl Repeat {
    /// As mapping files write it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Keyed => "keyed",
            Self::Once => "once",
        }
    }
}

/// A piece of a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Text(Box<str>),
    /// The path value with this index.
    Value(usize),
}

/// A value to be written somewhere.
#[derive(Debug)]
pub(crate) struct Value {
    /// The first that has something; of joined ones, all that have.
    pub(crate) sources: Vec<(Place, Source)>,
    /// Whether what there is of all sources is joined, with a blank between each.
    pub(crate) joined: bool,
    pub(crate) when: Option<Condition>,
    pub(crate) blank_is_absent: bool,
    pub(crate) steps: Vec<Step>,
    pub(crate) target: Target,
    pub(crate) percent: Option<&'static Run>,
    pub(crate) carrier: Carrier,
    pub(crate) otherwise: Option<Box<Value>>,
}

/// What carries a value, which may not carry every text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// A body or a query: any text.
    Any,
    /// A piece of a path: nothing that would lead to another path.
    Path,
    /// A header: visible ASCII characters.
    Header,
}

impl Carrier {
    pub(crate) fn check(self, text: &str) -> Result<(), &'static str> {
        match self {
            Self::Any => Ok(()),
            Self::Path if matches!(text, "" | "." | "..") => Err("text that can stand in a path"),
            Self::Path => Ok(()),
            Self::Header => {
                let visible = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
                let tidy = visible && !text.starts_with(' ') && !text.ends_with(' ');
                tidy.then_some(()).ok_or("text of visible ASCII characters, which is all a header carries")
            }
        }
    }
}

/// How a source is called when something is wrong with its value, and whose value it is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Box<str>,
    pub(crate) origin: Origin,
}

/// Whose value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The caller sent it.
    Caller,
    /// A backend answered it.
    Answer { call: usize },
    /// The facade knows it, or a mapping states it.
    Facade,
}

/// Where a value is read.
#[derive(Debug)]
pub(crate) enum Source {
    Node { base: Base, steps: Box<[ElementId]> },
    Answer { call: usize, slot: usize },
    Item { slot: usize },
    PathValue { call: usize, index: usize },
    Now,
    Today,
    RequestId,
    NewGuid,
    OrganisationType,
    OrganisationCode,
    CallerIdentifier,
    Setting(Box<str>),
    Constant(Box<str>),
}

/// Where a path of elements begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Body,
    Header(ElementId),
    Item,
}

/// What is done to a value on its way.
#[derive(Debug)]
pub(crate) enum Step {
    Convert(&'static Run),
    Code { list: Box<str>, codes: Arc<Codes>, from: Kind },
    Truncate(u32),
}

/// A comparison.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) source: Source,
    pub(crate) kind: Kind,
    pub(crate) test: Test,
}

/// What must hold.
#[derive(Debug)]
pub(crate) enum Test {
    Present,
    Absent,
    /// One of these constants.
    OneOf(Vec<Box<str>>),
    Equals(Source),
    Not(Box<Test>),
    Before(Operand),
    After(Operand),
    Between(Operand, Operand),
    MoreCharacters(u32),
    MoreDays(Operand, u32),
    /// One of the items of this list; the condition's source reads an item.
    Contains(List, Box<str>),
}

/// What is compared with.
#[derive(Debug)]
pub(crate) struct Operand {
    pub(crate) source: Source,
    pub(crate) kind: Kind,
}

/// A template of JSON.
#[derive(Debug)]
pub(crate) enum Json {
    Value(Box<Value>),
    Object(Vec<Member>),
    Array {
        list: List,
        item: Box<Json>,
    },
    /// An array of just these, as far as they are there.
    Items(Vec<Json>),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    /// The name as JSON writes it, with quotes and colon.
    pub(crate) key: Box<str>,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) node: Json,
}

/// Something that repeats.
#[derive(Debug)]
pub(crate) enum List {
    /// The elements `last` below a path.
    Nodes {
        base: Base,
        steps: Box<[ElementId]>,
        last: ElementId,
    },
    Answer {
        call: usize,
        slot: usize,
    },
    Item {
        slot: usize,
    },
}

/// An element of the reply.
#[derive(Debug)]
pub(crate) struct ReplyNode {
    pub(crate) element: ElementId,
    pub(crate) required: bool,
    pub(crate) nillable: bool,
    /// Written once for each item.
    pub(crate) each: Option<List>,
    pub(crate) content: ReplyContent,
}

/// What an element of the reply holds.
#[derive(Debug)]
pub(crate) enum ReplyContent {
    Text(Box<Value>),
    Elements(Vec<ReplyNode>),
}
