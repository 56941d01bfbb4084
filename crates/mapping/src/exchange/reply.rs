//! Writes a reply in the order of the old contract. An optional element is opened only when
//! something in it is written, so that none is ever empty; a required one whose parent is open, and each item of a list, at
//! once.

use dfdg_contract::{ElementId, Violation, Writer};

use super::ReplyError;
use super::read::{Context, Item};
use crate::plan::{ReplyContent, ReplyNode, Value};

/// The writer, and the elements that are opened as soon as something comes.
struct Out<'s> {
    writer: Writer<'s>,
    pending: Vec<ElementId>,
}

impl Out<'_> {
    fn open(&mut self) -> Result<(), Violation> {
        self.pending.drain(..).try_for_each(|element| self.writer.start(element))
    }

    fn leaf(&mut self, element: ElementId, text: &str) -> Result<(), Violation> {
        self.open()?;
        self.writer.leaf(element, text)
    }

    fn nil(&mut self, element: ElementId) -> Result<(), Violation> {
        self.open()?;
        self.writer.nil(element)
    }

    /// Begins an element. One that must be there is opened where its parent is: else it is left out together with that.
    fn begin(&mut self, element: ElementId, required: bool) -> Result<(), Violation> {
        if required && self.pending.is_empty() {
            return self.writer.start(element);
        }
        self.pending.push(element);
        Ok(())
    }

    /// Ends an element. One that was never opened is left out.
    fn end(&mut self) -> Result<(), Violation> {
        self.pending.pop().map_or_else(|| self.writer.end(), |_| Ok(()))
    }
}

impl<'x> Context<'x, '_> {
    pub(super) fn reply(&self) -> Result<String, ReplyError> {
        let writer = Writer::new(self.plan.contract.schema(), self.plan.root);
        let mut out = Out { writer, pending: Vec::new() };
        for node in &self.plan.reply {
            self.reply_node(node, Item::None, &mut out)?;
        }
        Ok(out.writer.finish()?)
    }

    fn reply_node(&self, node: &'x ReplyNode, item: Item<'x>, out: &mut Out) -> Result<(), ReplyError> {
        match &node.each {
            // An item is always written, even when nothing in it is.
            Some(list) => self.each(list, item, |item| {
                out.open()?;
                self.content(node, true, item, out)
            }),
            None => self.content(node, node.required, item, out),
        }
    }

    fn content(&self, node: &'x ReplyNode, required: bool, item: Item<'x>, out: &mut Out) -> Result<(), ReplyError> {
        match &node.content {
            ReplyContent::Text(value) => self.reply_text(node, value, item, out),
            ReplyContent::Elements(nodes) => {
                out.begin(node.element, required)?;
                for node in nodes {
                    self.reply_node(node, item, out)?;
                }
                Ok(out.end()?)
            }
        }
    }

    fn reply_text(&self, node: &ReplyNode, value: &'x Value, item: Item<'x>, out: &mut Out) -> Result<(), ReplyError> {
        match self.value(value, item)? {
            Some(text) => Ok(out.leaf(node.element, &text)?),
            None if node.required && node.nillable => Ok(out.nil(node.element)?),
            None => Ok(()),
        }
    }
}
