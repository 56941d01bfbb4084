//! `each`: a list of elements or of JSON items, and the scope of what is in it.

use super::answer::Start;
use super::builder::{Builder, Scope};
use crate::path;
use crate::plan::{Base, List};
use crate::source::SourceText;

impl Builder<'_> {
    /// Finds a list; what is none is reported.
    pub(crate) fn list(&mut self, text: &str, line: u32, scope: &Scope) -> Option<(List, Scope)> {
        match (SourceText::read(text), scope) {
            (SourceText::Body(path), _) => self.element_list(text, path, line, &[]),
            (SourceText::Answer { call, pointer }, _) => self.answer_list_at(text, call, pointer, line),
            (SourceText::Item(path), Scope::Element(outer)) => self.element_list(text, path, line, outer),
            (SourceText::Item(path), Scope::Record { call, lists, schema, pointer }) => {
                let start = Start { call: *call, lists, schema: *schema, pointer };
                let segments: Vec<&str> = path.split('/').filter(|_| !path.is_empty()).collect();
                self.answer_list(text, &start, &segments, line)
            }
            _ => self.unknown(line, text, "`each` reads a list: an element that repeats, or an array of an answer"),
        }
    }

    fn element_list(
        &mut self,
        text: &str,
        path: &str,
        line: u32,
        outer: &[dfdg_contract::ElementId],
    ) -> Option<(List, Scope)> {
        let schema = self.schema();
        let root = outer.last().copied().unwrap_or(self.operation.request);
        let steps = match path::find_exact(schema, root, path) {
            Ok(steps) => steps,
            Err(missing) => return self.missing(line, text, &missing),
        };
        let repeats = path::find(schema, root, path, "").ok().and_then(|found| found.repeats);
        match repeats {
            Some((index, _)) if index + 1 == steps.len() => {}
            Some((_, element)) => {
                self.report.problem(
                    line,
                    format!("`{element}` repeats on the way to `{text}`; it needs an `each` of its own"),
                );
                return None;
            }
            None => {
                let hint = format!("read it plainly: \"{text}\"");
                self.report.hinted(line, format!("`each` on `{text}`, which does not repeat"), hint);
                return None;
            }
        }
        let base = if outer.is_empty() { Base::Body } else { Base::Item };
        let (last, way) = steps.split_last()?;
        let list = List::Nodes { base, steps: way.into(), last: *last };
        Some((list, Scope::Element([outer, &steps].concat())))
    }
}
