//! `"new-guid"`: a new uuid, for an id the caller may leave to the service. Each place that
//! names it gets its own; to use one twice, make it a path value and read `path:<name>`.

use super::Conversion;

pub(super) const NEW_GUID: Conversion = Conversion {
    key: "fact",
    name: "new-guid",
    signature: "-> uuid",
    about: "A new uuid. Each place that names it gets its own.",
    examples: &[("else = \"new-guid\"", "0f8fad5b-d9cb-469f-a165-70867728950e")],
    run: None,
};
