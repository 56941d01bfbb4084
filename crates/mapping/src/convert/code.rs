//! `code = "<list>"`: code -> code. The number of the other side, by a list in
//! `mappings/codelists/`. Requests go from old to new, replies from new to old.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Conversion;
use crate::kind::Kind;

pub(super) const CODE: Conversion = Conversion {
    key: "code",
    name: "",
    signature: "code -> code",
    about: "The code of the other side. A code that is not in the list passes, or is refused, as the list says in `others`.",
    examples: &[("code = \"moedeform\", of 4 in a request", "8"), ("code = \"moedeform\", of 9 in a reply", "9")],
    run: None,
};

/// One direction of a code list.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    pub(crate) table: HashMap<Box<str>, Outcome>,
    /// What a code not in the table becomes: `None` passes it as it is.
    pub(crate) others: Option<u32>,
    /// What sort of codes come out.
    pub(crate) gives: Kind,
    /// The line of the first code that comes out as text, where not all are numbers.
    pub(crate) text_at: Option<u32>,
}

/// What a code becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Code(Box<str>),
    /// It is refused with this fault.
    Fault(u32),
}

impl Codes {
    /// Whether the list names this code as one that is refused.
    pub(crate) fn refuses(&self, code: &str) -> bool {
        matches!(self.table.get(code), Some(Outcome::Fault(_)))
    }

    /// The code of the other side, or the fault for one that has none.
    pub(crate) fn translate<'c>(&'c self, code: Cow<'c, str>) -> Result<Cow<'c, str>, u32> {
        match (self.table.get(&*code), self.others) {
            (Some(Outcome::Code(other)), _) => Ok(Cow::Borrowed(other)),
            (Some(Outcome::Fault(fault)), _) => Err(*fault),
            (None, Some(fault)) => Err(fault),
            (None, None) => Ok(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(others: Option<u32>) -> Codes {
        let table = [("4".into(), Outcome::Code("8".into())), ("6".into(), Outcome::Fault(2003))].into();
        Codes { table, others, gives: Kind::Integer, text_at: None }
    }

    #[test]
    fn a_code_is_translated_or_refused() {
        assert_eq!(codes(None).translate("4".into()).as_deref(), Ok("8"));
        assert_eq!(codes(None).translate("6".into()), Err(2003));
    }

    #[test]
    fn others_pass_or_are_refused() {
        assert_eq!(codes(None).translate("77".into()).as_deref(), Ok("77"));
        assert_eq!(codes(Some(2002)).translate("77".into()), Err(2002));
    }
}
