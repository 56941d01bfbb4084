//! `first-of = ["a", "b"]`: the first source that has something. All must be of one sort.

use super::Conversion;

pub(super) const FIRST_OF: Conversion = Conversion {
    key: "first-of",
    name: "",
    signature: "sources -> value",
    about: "The first source that has something; with `empty = \"omit\"` blank text is nothing.",
    examples: &[("first-of = [\"Person/Mobile\", \"Person/Telephone\"]", "Mobile, and Telephone where there is none")],
    run: None,
};
