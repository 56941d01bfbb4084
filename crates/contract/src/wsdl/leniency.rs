//! What the old server of a service let pass although its contract does not say so.

use super::Contract;
use crate::problem::{Problem, Problems};
use crate::schema::{ComplexType, Content, Schema};

/// What is read beyond the contract. What is written keeps to it all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Whether the elements of a structure may come in any order. It holds for content that is a sequence of different
    /// elements, as every DataContract is; how often each may come, and what it may hold, stays as it is.
    pub any_order: bool,
    /// Local names under which requests may send an element as well: name sent, name in the contract.
    pub also: Vec<(String, String)>,
    /// Local names of header blocks that are passed over unread, whether they are sent or not.
    pub unread_headers: Vec<String>,
}

impl Contract {
    /// This contract, read with leniency. `file` is where it is asked for.
    ///
    /// # Errors
    /// Every name the contract does not have, or has for something else already.
    pub fn lenient(mut self, leniency: &Leniency, file: &str, line: u32) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        if leniency.any_order {
            self.schema.read_in_any_order();
        }
        for (sent, own) in &leniency.also {
            problems.extend(self.schema.also_call(sent, own).map(|what| Problem::new(file, line, what)));
        }
        for name in &leniency.unread_headers {
            if !self.pass_over(name) {
                problems.push(Problem::new(file, line, format!("no operation has a header block `{name}`")));
            }
        }
        Problems::none(problems).map(|()| self)
    }

    /// Moves a header block to those nobody reads; false when there is none of this name.
    fn pass_over(&mut self, name: &str) -> bool {
        let Some(block) = self.headers.iter().find(|block| block.name == name).cloned() else { return false };
        self.headers.retain(|own| *own != block);
        for operation in &mut self.operations {
            operation.headers.retain(|own| *own != block);
        }
        self.unread_headers.push(block);
        true
    }
}

impl Schema {
    fn read_in_any_order(&mut self) {
        for ty in &mut self.complex_types {
            if let Content::Elements(model) = &mut ty.content {
                model.any_order = model.plain;
            }
        }
    }

    /// Lets requests send the elements of a name under another one; the answer is why that cannot be.
    fn also_call(&mut self, sent: &str, own: &str) -> Option<String> {
        if self.complex_types.iter().any(|ty| self.holds(ty, sent) && self.holds(ty, own)) {
            return Some(format!("a structure has both `{sent}` and `{own}`; the one cannot stand for the other"));
        }
        let mut called = self.elements.iter_mut().filter(|element| &*element.name.local == own).peekable();
        if called.peek().is_none() {
            return Some(format!("the contract has no element `{own}`"));
        }
        called.for_each(|element| element.also = Some(sent.into()));
        None
    }

    fn holds(&self, ty: &ComplexType, name: &str) -> bool {
        let Content::Elements(model) = &ty.content else { return false };
        model.children.iter().any(|child| &*self.element(child.element).name.local == name)
    }
}
