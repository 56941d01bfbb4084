//! Where the compiler puts what is wrong, so that it can go on and find the rest.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use dfdg_contract::{Problem, Problems};

/// All problems of one compilation.
#[derive(Debug, Default)]
pub(crate) struct Sink(RefCell<Vec<Problem>>);

impl Sink {
    pub(crate) fn add(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    pub(crate) fn add_all(&self, problems: Problems) {
        self.0.borrow_mut().extend(problems.into_list());
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn finish(self) -> Result<(), Problems> {
        Problems::none(self.0.into_inner())
    }
}

/// The problems of one file.
#[derive(Clone, Debug)]
pub(crate) struct Report<'s> {
    file: Rc<str>,
    /// Whether a table of the file has an unknown key, or lacks one: what it leaves out is not told apart from what it
    /// meant to say.
    unclear: Rc<Cell<bool>>,
    sink: &'s Sink,
}

impl<'s> Report<'s> {
    pub(crate) fn new(sink: &'s Sink, file: &str) -> Self {
        Self { file: file.into(), unclear: Rc::default(), sink }
    }

    pub(crate) fn sink(&self) -> &'s Sink {
        self.sink
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Remembers that a table of the file could not be read whole, which has been reported.
    pub(crate) fn set_unclear(&self) {
        self.unclear.set(true);
    }

    /// Whether something that is not there may be meant by what could not be read.
    pub(crate) fn is_unclear(&self) -> bool {
        self.unclear.get()
    }

    /// A place the file says nothing about; not told where it may have tried to.
    pub(crate) fn gap(&self, line: u32, message: impl Into<String>, hint: Option<String>) {
        if !self.is_unclear() {
            let problem = Problem::new(&*self.file, line, message);
            self.sink.add(Problem { hint, ..problem });
        }
    }

    pub(crate) fn problem(&self, line: u32, message: impl Into<String>) {
        self.sink.add(Problem::new(&*self.file, line, message));
    }

    pub(crate) fn hinted(&self, line: u32, message: impl Into<String>, hint: impl Into<String>) {
        self.sink.add(Problem::new(&*self.file, line, message).hint(hint));
    }
}
