//! One mapping file to one plan.

use std::sync::Arc;

use dfdg_contract::{Contract, Operation};

use super::builder::{Builder, Stage};
use super::call::Parts;
use super::world::World;
use crate::format::mapping::MappingFile;
use crate::info::PlanInfo;
use crate::plan::Plan;
use crate::report::Report;

/// Compiles a mapping; `None` when anything in it is wrong, which has been reported.
pub(crate) fn compile(
    file: &MappingFile,
    contract: &Arc<Contract>,
    operation: &Operation,
    service: &str,
    world: &World,
    report: &Report,
) -> Option<Plan> {
    let before = report.sink().len();
    let info = PlanInfo {
        service: service.to_owned(),
        operation: operation.name.clone(),
        file: report.file().to_owned(),
        evidence: file.evidence.clone(),
        ..PlanInfo::default()
    };
    let builder = Builder {
        report: report.clone(),
        contract,
        operation,
        operation_line: file.operation.line,
        world,
        calls: Vec::new(),
        stage: Stage::Rules,
        evidence: file.evidence.clone(),
        mapped: Vec::new(),
        weighed: Vec::new(),
        partial: false,
        rule_after: std::collections::BTreeSet::new(),
        proven: crate::absence::Absence::never(),
        info,
    };
    let plan = builder.plan(file);
    // A line that is wrong leaves a hole in the plan, so there is no plan.
    plan.filter(|_| report.sink().len() == before)
}

impl Builder<'_> {
    fn plan(mut self, file: &MappingFile) -> Option<Plan> {
        let drafted = self.draft_all(file);
        let rules = self.rules(&file.rules);
        let parts: Vec<Option<Parts>> =
            drafted.iter().enumerate().map(|(index, spec)| self.parts(index, &file.calls[*spec])).collect();
        let reply = self.reply(file);
        self.stage = Stage::Reply;
        let drops = self.drops(file);
        self.ignores(file);
        self.check_cycles();
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        let calls = parts.into_iter().enumerate().map(|(index, parts)| self.finish_call(index, parts)).collect();
        Some(Plan {
            contract: self.contract.clone(),
            root: self.operation.reply,
            rules,
            calls,
            reply,
            drops,
            info: self.info,
        })
    }

    /// Looks at all calls; the answer is which of them can be compiled further.
    fn draft_all(&mut self, file: &MappingFile) -> Vec<usize> {
        let mut drafted = Vec::new();
        for (index, spec) in file.calls.iter().enumerate() {
            match self.draft(spec) {
                Some(draft) => {
                    self.calls.push(draft);
                    drafted.push(index);
                }
                None => self.partial = true,
            }
        }
        drafted
    }

    /// Calls that wait for each other would wait for ever.
    fn check_cycles(&self) {
        let mut done: Vec<usize> = Vec::new();
        let ready = |done: &[usize]| {
            let waiting = (0..self.calls.len()).filter(|call| !done.contains(call));
            waiting.filter(|call| self.calls[*call].after.iter().all(|other| done.contains(other))).collect::<Vec<_>>()
        };
        loop {
            let next = ready(&done);
            if next.is_empty() {
                break;
            }
            done.extend(next);
        }
        let stuck: Vec<_> = self.calls.iter().enumerate().filter(|(call, _)| !done.contains(call)).collect();
        if let Some((_, first)) = stuck.first() {
            let names: Vec<&str> = stuck.iter().map(|(_, call)| call.name.as_str()).collect();
            let message = format!("these calls wait for each other's answers: {}", names.join(", "));
            self.report.problem(first.line, message);
        }
    }
}
