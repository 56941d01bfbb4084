//! `to = "number"`: text -> number. Digits only, never through a floating point number.
//! Text that is no number is refused, not handed on as text.

use std::borrow::Cow;

use super::{Conversion, Run};
use crate::decimal;
use crate::kind::{Kind, Rule};

pub(super) const NUMBER: Conversion = Conversion {
    key: "to",
    name: "number",
    signature: "text -> number",
    about: "Reads digits. What is no number is refused.",
    examples: &[("0042", "42"), ("1.50", "1.50"), ("-7", "-7")],
    run: Some(Run { accepts: &[Kind::Text], gives: Kind::Number, apply: number }),
};

fn number(text: &str) -> Result<String, Rule> {
    decimal::decimal(text.into()).map(Cow::into_owned)
}
