//! Read, change, write: what an exchange replaces, and what becomes of it when somebody else
//! changes the same in between.

use super::effect::path;
use super::{Exchange, Refusal, State};
use crate::plan::{Call, Repeat};

/// What an update replaces, by the URL it is written to. Whoever runs exchanges side by side must let those
/// that replace the same take turns, in the order of entities where there are several.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entity {
    /// Index in `Catalogue::backends`.
    pub backend: usize,
    /// The path, percent-encoded and in lower case: ids are uuids, the same in either case.
    pub path: String,
}

impl Exchange<'_, '_> {
    /// What this exchange reads in order to replace it, in order and each once. Its turn must last from
    /// before the first call until the last answer.
    #[must_use]
    pub fn entities(&self) -> Vec<Entity> {
        let mut entities: Vec<_> = self.plan.calls.iter().filter_map(|call| self.entity(call)).collect();
        entities.sort_unstable();
        entities.dedup();
        entities
    }

    /// None where a value of the path is missing or wrong: then the call is not made.
    fn entity(&self, call: &Call) -> Option<Entity> {
        call.base?;
        // Known by the number it has in the facade, where it is looked up by that.
        let call = call.looked_up.map_or(call, |look_up| &self.plan.calls[look_up]);
        let values = self.context().path_values(call).ok()?;
        let known = values.iter().all(|value| !value.is_empty());
        known.then(|| Entity { backend: call.backend, path: path(&call.path, &values).to_ascii_lowercase() })
    }

    /// `If-Match`, when what a call replaces was read with a version that can be compared.
    pub(super) fn precondition(&self, index: usize) -> Option<(String, String)> {
        let base = self.plan.calls[index].base?;
        let version = self.calls[base].version.as_deref().filter(|version| is_strong(version))?;
        self.replaces_what_was_read(index, base).then(|| ("If-Match".to_owned(), version.to_owned()))
    }

    /// Whether both calls have the same URL; the version of another one says nothing.
    fn replaces_what_was_read(&self, index: usize, base: usize) -> bool {
        let (write, read) = (&self.plan.calls[index], &self.plan.calls[base]);
        let alike = write.backend == read.backend && write.path == read.path;
        alike && read.query.is_empty() && self.calls[index].path_values == self.calls[base].path_values
    }

    /// What a call replaces had been changed by others. It is read again and the call made anew, once, and
    /// only while nothing else has been written: else part of the request would be done twice.
    pub(super) fn read_again(&mut self, index: usize) -> Result<(), Refusal> {
        let call = &self.plan.calls[index];
        let mut others = self.plan.calls.iter().zip(&self.calls).enumerate().filter(|(other, _)| *other != index);
        let written = others.any(|(_, (other, state))| other.repeat != Repeat::Read && state.handed_out);
        match call.base {
            Some(base) if !written && !self.read_again => {
                self.read_again = true;
                self.calls[base] = State::default();
                self.calls[index] = State::default();
                Ok(())
            }
            _ => Err(Refusal::Changed { call: call.name.to_string() }),
        }
    }
}

/// Only a strong entity tag fits `If-Match` (RFC 9110, 13.1.1); a weak one never would.
fn is_strong(version: &str) -> bool {
    let tag = version.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    tag.is_some_and(|tag| tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strong_versions_can_be_compared() {
        assert!(["\"7\"", "\"\"", "\"a-!~\""].into_iter().all(is_strong));
        assert!(
            !["W/\"7\"", "7", "\"", "", "\"a b\"", "\"a\"b\"", "\"7\"\r\nx: y\"", "\"æ\"", "*"]
                .into_iter()
                .any(is_strong)
        );
    }
}
