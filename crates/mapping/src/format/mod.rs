//! The files of a catalogue as they are written: TOML read into plain structures, every
//! part with its line, every mistake reported and the reading continued. What the names in
//! them mean is the compiler's business.

pub(crate) mod codelist;
pub(crate) mod faults;
pub(crate) mod mapping;
pub(crate) mod push;
mod reader;
pub(crate) mod services;
mod tree;
pub(crate) mod value;
pub(crate) mod when;

pub(crate) use reader::Reader;
pub(crate) use tree::{Content, Item, Table};

/// Something read from a file, with the line it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) line: u32,
}
