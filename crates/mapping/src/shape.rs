//! The part of an answer a plan reads. What is read is known when the mapping is compiled:
//! every value and every list has a number, so an answer is read in one pass, without a tree
//! of everything it holds, and later looked into by number.

use crate::kind::Kind;

/// What is read of one object: the answer itself, or an item of a list in it.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) root: Node,
    /// How many values are read, in whatever objects below.
    pub(crate) texts: usize,
    /// How many lists.
    pub(crate) lists: usize,
}

/// What is read in one place.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// Nothing, or nothing yet.
    Unread,
    /// A value.
    Text { slot: usize, kind: Kind },
    /// Some members of an object; in a closed one there may be no others.
    Object { members: Vec<Member>, closed: bool },
    /// The items of a list.
    List { slot: usize, item: Box<Shape> },
}

/// A member that is read.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: Box<str>,
    /// Whether an answer without it breaks the new contract.
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) node: Node,
}

impl Default for Shape {
    fn default() -> Self {
        Self { root: Node::Unread, texts: 0, lists: 0 }
    }
}

impl Shape {
    /// Whether anything is read at all.
    pub(crate) fn is_read(&self) -> bool {
        !matches!(self.root, Node::Unread)
    }

    /// The items' shape of the list with this number.
    pub(crate) fn item_mut(&mut self, slot: usize) -> Option<&mut Shape> {
        self.root.item_mut(slot)
    }
}

impl Node {
    fn item_mut(&mut self, wanted: usize) -> Option<&mut Shape> {
        match self {
            Self::List { slot, item } if *slot == wanted => Some(item),
            Self::Object { members, .. } => members.iter_mut().find_map(|member| member.node.item_mut(wanted)),
            Self::Unread | Self::Text { .. } | Self::List { .. } => None,
        }
    }

    /// Makes an answer with a member nobody knows unreadable: where the whole object is kept, that member would be lost.
    pub(crate) fn close(&mut self) {
        if let Self::Object { closed, .. } = self {
            *closed = true;
        }
    }

    /// The member's node, made when it is not there yet.
    pub(crate) fn member_mut(&mut self, name: &str, required: bool, nullable: bool) -> &mut Node {
        if !matches!(self, Self::Object { .. }) {
            *self = Self::Object { members: Vec::new(), closed: false };
        }
        let Self::Object { members, .. } = self else { return self };
        let found = members.iter().position(|member| &*member.name == name);
        let index = found.unwrap_or_else(|| {
            members.push(Member { name: name.into(), required, nullable, node: Self::Unread });
            members.len() - 1
        });
        &mut members[index].node
    }
}
