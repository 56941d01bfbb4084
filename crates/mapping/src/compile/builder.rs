//! One operation being compiled: what is known so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use dfdg_contract::{Contract, ElementId, Operation, Schema};

use super::world::World;
use crate::absence::Absence;
use crate::evidence::Evidence;
use crate::format::value::ValueSpec;
use crate::info::PlanInfo;
use crate::openapi::{Document, Endpoint, SchemaId};
use crate::plan::{Repeat, Segment};
use crate::report::Report;
use crate::shape::Shape;

/// One operation being compiled.
pub(crate) struct Builder<'a> {
    pub(crate) report: Report<'a>,
    pub(crate) contract: &'a Arc<Contract>,
    pub(crate) operation: &'a Operation,
    /// Where to point for what is not there.
    pub(crate) operation_line: u32,
    pub(crate) world: &'a World,
    pub(crate) calls: Vec<Draft<'a>>,
    pub(crate) stage: Stage,
    /// The mark of evidence of the part being compiled.
    pub(crate) evidence: Evidence,
    /// Elements of the request whose values go somewhere.
    pub(crate) mapped: Vec<Vec<ElementId>>,
    /// Elements of the request that decide something.
    pub(crate) weighed: Vec<Vec<ElementId>>,
    /// Whether a part could not be looked at, so that what it covers is unknown.
    pub(crate) partial: bool,
    /// The calls whose answers the rule being compiled reads.
    pub(crate) rule_after: BTreeSet<usize>,
    /// Points that rules have shown to be there: a request without them is refused.
    pub(crate) proven: Absence,
    pub(crate) info: PlanInfo,
}

/// What is being compiled: it limits what may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Rules, before anything is written.
    Rules,
    /// The values of this call.
    Call(usize),
    Reply,
}

/// A call being compiled.
pub(crate) struct Draft<'a> {
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) backend: usize,
    pub(crate) document: &'a Document,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) repeat: Repeat,
    /// Whether it has a `when`, so that there may be no answer.
    pub(crate) conditional: bool,
    pub(crate) segments: Vec<Segment>,
    /// Names of the path values in the order of the template.
    pub(crate) path_names: Vec<String>,
    pub(crate) shape: Shape,
    /// Pointers read, lists included; an item of a list has the pointer of the list.
    pub(crate) read: BTreeSet<String>,
    /// Calls whose answers it reads.
    pub(crate) after: BTreeSet<usize>,
    /// The call whose answer its body starts from.
    pub(crate) base: Option<usize>,
    /// The look-up its path is made of, where what it replaces is known by that.
    pub(crate) looked_up: Option<usize>,
}

/// Where `./` begins.
#[derive(Clone, Debug)]
pub(crate) enum Scope {
    /// Nowhere: outside every list.
    Root,
    /// An element of the request that repeats; its path from the body.
    Element(Vec<ElementId>),
    /// An item of a list in an answer.
    Record { call: usize, lists: Vec<usize>, schema: SchemaId, pointer: String },
}

impl<'a> Builder<'a> {
    pub(crate) fn schema(&self) -> &'a Schema {
        self.contract.schema()
    }

    /// The call of this name.
    pub(crate) fn call(&self, name: &str) -> Option<usize> {
        self.calls.iter().position(|call| call.name == name)
    }

    /// Whether a part could not be read or looked at, so that what it covers, or names, is unknown.
    pub(crate) fn is_partial(&self) -> bool {
        self.partial || self.report.is_unclear()
    }

    /// Says that what is being compiled needs the answer of a call.
    pub(crate) fn needs(&mut self, call: usize) {
        match self.stage {
            Stage::Call(current) => _ = self.calls[current].after.insert(call),
            Stage::Rules => _ = self.rule_after.insert(call),
            Stage::Reply => {}
        }
    }

    /// The contract of the call whose values are being compiled.
    pub(crate) fn target_document(&self) -> Option<&'a Document> {
        match self.stage {
            Stage::Call(call) => Some(self.calls[call].document),
            Stage::Rules | Stage::Reply => None,
        }
    }

    /// The mark of a value.
    pub(crate) fn mark(&self, spec: &ValueSpec) -> Evidence {
        spec.evidence.clone().or(&self.evidence)
    }

    pub(crate) fn add_fault(&mut self, fault: u32) {
        if let Err(place) = self.info.faults.binary_search(&fault) {
            self.info.faults.insert(place, fault);
        }
    }
}
