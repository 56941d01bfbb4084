//! What was read of an answer. All texts stand in one string and all objects in one table, so that an answer costs a
//! handful of allocations, however many objects it holds.

use std::ops::Range;

use crate::shape::Shape;

/// What was read of one answer: its own record first, then those of the items of its lists.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    text: String,
    texts: Vec<Option<Range<usize>>>,
    lists: Vec<Option<List>>,
    records: Vec<Place>,
}

/// Where a record's values and lists begin, and which item comes behind it in its list.
#[derive(Debug)]
struct Place {
    texts: usize,
    lists: usize,
    next: Option<usize>,
}

/// The first and the last item of a list.
#[derive(Clone, Copy, Debug)]
struct List {
    first: usize,
    last: usize,
}

impl Reading {
    /// What is read of an answer before anything is found: nothing is there.
    pub(crate) fn absent(shape: &Shape) -> Self {
        let mut reading = Self::default();
        reading.add(shape);
        reading
    }

    /// The answer itself.
    pub(crate) fn root(&self) -> Record<'_> {
        Record { reading: self, index: 0 }
    }

    /// Adds an object in which nothing is yet, and says its number.
    pub(crate) fn add(&mut self, shape: &Shape) -> usize {
        let (texts, lists) = (self.texts.len(), self.lists.len());
        self.records.push(Place { texts, lists, next: None });
        self.texts.resize(texts + shape.texts, None);
        self.lists.resize(lists + shape.lists, None);
        self.records.len() - 1
    }

    /// Takes back the object that was added last.
    pub(crate) fn take_back(&mut self) {
        if let Some(place) = self.records.pop() {
            self.texts.truncate(place.texts);
            self.lists.truncate(place.lists);
        }
    }

    /// Sets a value of an object.
    pub(crate) fn set(&mut self, record: usize, slot: usize, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.texts[self.records[record].texts + slot] = Some(start..self.text.len());
    }

    /// Makes an object the next item of a list of another.
    pub(crate) fn append(&mut self, record: usize, slot: usize, item: usize) {
        let list = &mut self.lists[self.records[record].lists + slot];
        match list {
            Some(List { last, .. }) => self.records[std::mem::replace(last, item)].next = Some(item),
            None => *list = Some(List { first: item, last: item }),
        }
    }
}

/// One object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'r> {
    reading: &'r Reading,
    index: usize,
}

impl<'r> Record<'r> {
    /// The value with this number.
    pub(crate) fn text(self, slot: usize) -> Option<&'r str> {
        let texts = self.reading.records.get(self.index)?.texts;
        self.reading.text.get(self.reading.texts.get(texts + slot)?.clone()?)
    }

    /// The items of the list with this number.
    pub(crate) fn list(self, slot: usize) -> impl Iterator<Item = Record<'r>> {
        let Self { reading, index } = self;
        let list = reading.records.get(index).and_then(|place| *reading.lists.get(place.lists + slot)?);
        let next = |item: &usize| reading.records[*item].next;
        std::iter::successors(list.map(|list| list.first), next).map(|index| Record { reading, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(texts: usize, lists: usize) -> Shape {
        Shape { texts, lists, ..Shape::default() }
    }

    #[test]
    fn items_keep_their_order_with_others_in_between() {
        let (mut reading, item, inner) = (Reading::absent(&shape(1, 1)), shape(1, 1), shape(1, 0));
        for name in ["a", "b"] {
            let outer = reading.add(&item);
            for number in ["1", "2"] {
                let added = reading.add(&inner);
                reading.set(added, 0, number);
                reading.append(outer, 0, added);
            }
            reading.set(outer, 0, name);
            reading.append(0, 0, outer);
        }
        let inner =
            |outer: Record| outer.list(0).filter_map(|inner| inner.text(0).map(str::to_owned)).collect::<String>();
        let found: Vec<_> =
            reading.root().list(0).map(|outer| (outer.text(0).unwrap().to_owned(), inner(outer))).collect();
        assert_eq!(found, [("a".to_owned(), "12".to_owned()), ("b".to_owned(), "12".to_owned())]);
        assert_eq!(reading.root().text(0), None);
    }

    #[test]
    fn what_is_taken_back_was_never_there() {
        let mut reading = Reading::absent(&shape(0, 1));
        reading.add(&shape(2, 1));
        reading.take_back();
        assert_eq!(reading.root().list(0).count(), 0);
        assert_eq!((reading.texts.len(), reading.lists.len(), reading.records.len()), (0, 1, 1));
    }
}
