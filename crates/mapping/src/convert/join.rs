//! `join = ["a", "b"]`: what there is of several texts, with a blank between each.

use super::Conversion;

pub(super) const JOIN: Conversion = Conversion {
    key: "join",
    name: "",
    signature: "texts -> text",
    about: "What there is of several texts, with a blank between each; absent when there is none. \
            With `empty = \"omit\"` blank text is nothing. It cannot be taken apart again.",
    examples: &[
        ("join = [\"Address/StreetName\", \"Address/Floor\"], of Nygade and 2", "Nygade 2"),
        ("join = [\"Address/StreetName\", \"Address/Floor\"], of Nygade alone", "Nygade"),
    ],
    run: None,
};
