//! Whether what comes out of a value's steps is what its target takes.

use super::builder::Builder;
use super::resolve::Resolved;
use super::value::Want;
use crate::convert::code::{Codes, Outcome};
use crate::format::Located;
use crate::format::value::{From, ValueSpec};
use crate::kind::Kind;

impl Builder<'_> {
    pub(super) fn check_codes(&self, name: &Located<String>, codes: &Codes, sources: &[Resolved], want: &Want) {
        let accepts = |code: &str| {
            let text = want.target.accept(code.into()).map_err(std::borrow::Cow::into_owned)?;
            want.ty.map_or(Ok(()), |ty| ty.check(&text).map(|_| ()))
        };
        let mut outcomes: Vec<&str> = codes
            .table
            .values()
            .filter_map(|outcome| match outcome {
                Outcome::Code(code) => Some(&**code),
                Outcome::Fault(_) => None,
            })
            .collect();
        outcomes.sort_unstable();
        for code in outcomes {
            if let Err(rule) = accepts(code) {
                let message = format!(
                    "code list `{}` gives {code}, which {} cannot take: it must be {rule}",
                    name.value, want.what
                );
                self.report.problem(name.line, message);
            }
        }
        let known = sources.iter().flat_map(|source| &source.known.enumeration);
        for code in known.filter(|code| !codes.table.contains_key(*code)) {
            if codes.others.is_some() || accepts(code).is_err() {
                let message = format!("code list `{}` has a gap: {code} can come and has no partner", name.value);
                self.report.hinted(name.line, message, format!("add it to mappings/codelists/{}.toml", name.value));
            }
        }
    }

    pub(super) fn check_reach(
        &self,
        spec: &ValueSpec,
        sources: &[Resolved],
        want: &Want,
        kind: Kind,
        plain: bool,
    ) -> Option<()> {
        let target = &want.target;
        if !kind.reaches(target.kind) {
            let message = format!("{} takes {}, not {}", want.what, target.kind.a(), kind.a());
            match kind.conversion_to(target.kind) {
                Some(conversion) => self.report.hinted(spec.line, message, format!("convert it: {conversion}")),
                None => self.report.problem(spec.line, message),
            }
            return None;
        }
        if plain && kind == Kind::Text {
            self.check_lengths(spec, sources, want);
        }
        Some(())
    }

    /// Text that goes through unchanged must fit: what could be too long or empty is refused
    /// here and not when it comes.
    fn check_lengths(&self, spec: &ValueSpec, sources: &[Resolved], want: &Want) {
        let limits = &want.target.limits;
        let most = limits.max_length.or(want.ty.and_then(dfdg_contract::SimpleType::max_length));
        let lengths = sources.iter().map(|source| source.known.max_length);
        let longest = match spec.from {
            From::Join(_) => lengths.reduce(|all, next| Some(all?.saturating_add(1).saturating_add(next?))).flatten(),
            _ => lengths.flatten().max(),
        };
        if let (Some(most), Some(longest)) = (most, longest)
            && longest > most
        {
            let message = format!("text of up to {longest} characters into {}, which takes {most}", want.what);
            self.report.hinted(spec.line, message, format!("truncate = {most}, if the rest may be lost"));
        }
        let takes_empty = match want.ty {
            Some(ty) => ty.check("").is_ok(),
            None => limits.min_length == 0,
        };
        let may_be_empty = sources.iter().any(|source| source.known.may_be_empty);
        if want.target.kind == Kind::Text && may_be_empty && !takes_empty && !spec.blank_is_absent {
            let message = format!("the text may be empty, which {} cannot be", want.what);
            self.report.hinted(spec.line, message, "empty = \"omit\": blank text counts as absent");
        }
    }
}
