//! `to = "not"`: boolean -> boolean. The opposite, for members whose sense was turned round.

use super::{Conversion, Run};
use crate::kind::{Kind, Rule};

pub(super) const NOT: Conversion = Conversion {
    key: "to",
    name: "not",
    signature: "boolean -> boolean",
    about: "The opposite.",
    examples: &[("true", "false"), ("0", "true")],
    run: Some(Run { accepts: &[Kind::Boolean], gives: Kind::Boolean, apply: not }),
};

fn not(text: &str) -> Result<String, Rule> {
    match &*Kind::Boolean.canonical(text.into())? {
        "true" => Ok("false".to_owned()),
        _ => Ok("true".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_boolean_is_refused() {
        assert!(not("maybe").is_err());
    }
}
