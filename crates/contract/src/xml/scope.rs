//! Namespace declarations in scope.

use std::borrow::Cow;

use crate::schema::NamespaceId;

/// The declarations of all open elements, innermost last.
pub(super) struct Scope<'t>(Vec<Binding<'t>>);

/// A prefix and what it stands for; the default namespace has the empty prefix.
struct Binding<'t> {
    prefix: &'t str,
    uri: Cow<'t, str>,
    namespace: NamespaceId,
    depth: u32,
}

impl<'t> Scope<'t> {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(32))
    }

    /// Takes a declaration of the element at this depth; `None` when it is doubled or Namespaces in XML forbids it.
    pub(super) fn bind(
        &mut self,
        prefix: &'t str,
        uri: Cow<'t, str>,
        namespace: NamespaceId,
        depth: u32,
    ) -> Option<()> {
        let reserved = uri == "http://www.w3.org/2000/xmlns/" || (namespace == NamespaceId::XML) != (prefix == "xml");
        let doubled = self.0.iter().rev().take_while(|binding| binding.depth == depth).any(|own| own.prefix == prefix);
        if reserved || doubled || prefix == "xmlns" || (uri.is_empty() && !prefix.is_empty()) {
            return None;
        }
        self.0.push(Binding { prefix, uri, namespace, depth });
        Some(())
    }

    /// Forgets the declarations of an element that ends.
    pub(super) fn leave(&mut self, depth: u32) {
        while self.0.last().is_some_and(|binding| binding.depth >= depth) {
            self.0.pop();
        }
    }

    /// The namespace a prefix stands for; `None` when it is not declared.
    pub(super) fn resolve(&self, prefix: &str) -> Option<NamespaceId> {
        match self.find(prefix) {
            Some(binding) => Some(binding.namespace),
            None if prefix.is_empty() => Some(NamespaceId::NONE),
            None if prefix == "xml" => Some(NamespaceId::XML),
            None => None,
        }
    }

    /// The URI a prefix stands for, which tells namespaces apart that the schema does not know.
    pub(super) fn uri(&self, prefix: &str) -> Option<&str> {
        self.find(prefix).map(|binding| &*binding.uri)
    }

    fn find(&self, prefix: &str) -> Option<&Binding<'t>> {
        self.0.iter().rev().find(|binding| binding.prefix == prefix)
    }
}
