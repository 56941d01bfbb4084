//! What is wrong with a file the operator gave us, so that he can mend it: file, line,
//! message, hint. Problems are collected and told all at once.

use std::fmt;

/// One mistake in a contract, mapping, code list or setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as the operator knows it.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(file: impl Into<String>, line: u32, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, message: message.into(), hint: None }
    }

    /// The same problem with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.message)?,
            line => write!(out, "{}:{line}: {}", self.file, self.message)?,
        }
        match &self.hint {
            Some(hint) => write!(out, "\n    hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong, in the order of files and lines. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `Err` with all problems, sorted, or `Ok` when there are none.
    ///
    /// # Errors
    /// When `problems` is not empty.
    pub fn none(mut problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort();
        problems.dedup();
        Err(Self(problems))
    }

    /// These and others.
    #[must_use]
    pub fn with(mut self, others: Vec<Problem>) -> Self {
        self.0.extend(others);
        self.0.sort();
        self.0.dedup();
        self
    }

    /// The problems.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// The problems, owned.
    #[must_use]
    pub fn into_list(self) -> Vec<Problem> {
        self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
