//! A message that is valid against its contract: a flat arena of elements, borrowed from
//! the text it was read from. Only the reader makes one.

use std::borrow::Cow;

use crate::schema::ElementId;

/// One element in the arena. Children follow their parent directly; `end` is the index
/// after the last descendant, so a sibling is one jump away.
#[derive(Debug)]
pub(crate) struct Slot<'t> {
    pub(crate) element: ElementId,
    pub(crate) end: u32,
    pub(crate) nil: bool,
    pub(crate) text: Cow<'t, str>,
}

/// The header blocks and the body of a valid request or reply.
#[derive(Debug, Default)]
pub struct Message<'t> {
    pub(crate) slots: Vec<Slot<'t>>,
    /// Index of the first slot of each root: header blocks in the order sent, then the body.
    pub(crate) roots: Vec<u32>,
}

/// Bytes of a pretty-printed message for each of its elements, roughly.
const BYTES_PER_ELEMENT: usize = 48;

impl Message<'_> {
    /// An empty one that need not grow while a usual text is read.
    pub(crate) fn with_room_for(text: &str) -> Self {
        Self { slots: Vec::with_capacity(text.len() / BYTES_PER_ELEMENT), roots: Vec::with_capacity(3) }
    }

    /// The header block with this declaration, if it was sent.
    #[must_use]
    pub fn header(&self, element: ElementId) -> Option<Node<'_>> {
        self.roots().find(|node| node.element() == element)
    }

    /// The element in the body; `None` only where just the headers have been read.
    #[must_use]
    pub fn body(&self) -> Option<Node<'_>> {
        self.roots().last()
    }

    fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|&index| Node { slots: &self.slots, index })
    }
}

/// One element of a message.
#[derive(Clone, Copy, Debug)]
pub struct Node<'m> {
    slots: &'m [Slot<'m>],
    index: u32,
}

impl<'m> Node<'m> {
    fn slot(self) -> &'m Slot<'m> {
        &self.slots[self.index as usize]
    }

    /// Its declaration.
    #[must_use]
    pub fn element(self) -> ElementId {
        self.slot().element
    }

    /// Its text after white space handling; empty for an element with children.
    #[must_use]
    pub fn text(self) -> &'m str {
        &self.slot().text
    }

    /// Whether it was sent as `xsi:nil="true"`.
    #[must_use]
    pub fn is_nil(self) -> bool {
        self.slot().nil
    }

    /// Its child elements in the order sent.
    pub fn children(self) -> impl Iterator<Item = Node<'m>> {
        let end = self.slot().end;
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Node { slots: self.slots, index: next };
                next = child.slot().end;
                child
            })
        })
    }

    /// Its first child with this declaration.
    #[must_use]
    pub fn child(self, element: ElementId) -> Option<Node<'m>> {
        self.children().find(|child| child.element() == element)
    }
}
