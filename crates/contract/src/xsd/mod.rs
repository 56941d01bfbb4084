//! XSD: reads the schemas of a contract and compiles them to [`crate::schema::Schema`].
//!
//! | step | module |
//! |---|---|
//! | files, and the files they refer to | [`documents`], [`sources`] |
//! | nothing outside the profile | `profile` |
//! | global names | `globals` |
//! | declarations, types, derivation | `compiler`, `complex`, `attributes`, `simple` |
//! | content models as trees | `particle` |
//! | trees as automata | `automaton`, `unique` |
//!
//! Every step goes on after a problem, so that all are told at once.

mod attributes;
mod automaton;
mod compiler;
mod complex;
pub(crate) mod documents;
mod globals;
mod particle;
mod profile;
mod simple;
pub(crate) mod source;
pub(crate) mod sources;
#[cfg(test)]
mod tests;
mod unique;

pub(crate) use compiler::compile;
