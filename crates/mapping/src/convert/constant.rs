//! `const = …`: the same value always. Checked against its target when the mapping is
//! compiled. Not for an element the old contract requires and nobody knows the partner of:
//! that would be invented data.

use super::Conversion;

pub(super) const CONST: Conversion = Conversion {
    key: "const",
    name: "",
    signature: "-> value",
    about: "The same value always, checked against its target when the mapping is compiled.",
    examples: &[("const = true", "true"), ("const = 7", "7")],
    run: None,
};
