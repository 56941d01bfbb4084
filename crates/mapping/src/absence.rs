//! When a value may be missing. Every optional element or member on the way to a value is a
//! point where the way may break off; two values that share all their points are missing
//! together. So the compiler can tell that a required part is there whenever the optional
//! whole around it is.

use std::collections::BTreeSet;

/// The points at which a value may be missing; none means it is always there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Absence(BTreeSet<String>);

impl Absence {
    pub(crate) fn never() -> Self {
        Self::default()
    }

    /// Missing on account of something nothing else is missing for.
    pub(crate) fn at(point: impl Into<String>) -> Self {
        Self([point.into()].into())
    }

    pub(crate) fn add(&mut self, point: impl Into<String>) {
        self.0.insert(point.into());
    }

    /// What is left when some points are known to be there.
    pub(crate) fn without(mut self, known: &Self) -> Self {
        self.0.retain(|point| !known.0.contains(point));
        self
    }

    /// Of several of which one is enough: missing on its own account, and where all of them are missing for the same.
    pub(crate) fn of_any<'a>(point: String, mut all: impl Iterator<Item = &'a Self>) -> Self {
        let mut shared = all.next().cloned().unwrap_or_default();
        all.for_each(|other| shared.0.retain(|point| other.0.contains(point)));
        shared.add(point);
        shared
    }

    /// Adds the points of another one.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn is_never(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is there whenever the other is.
    fn follows(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }
}

/// A part of an object or element.
pub(crate) struct Part {
    pub(crate) required: bool,
    pub(crate) absence: Absence,
}

/// When the whole is missing, which is when all its parts are; or the indexes of required
/// parts that may be missing while another is there. `always`: the whole is written even
/// when empty. `name` is the whole's own, for what cannot be said of its parts.
pub(crate) fn of_whole(always: bool, name: &str, parts: &[Part]) -> Result<Absence, Vec<usize>> {
    let alone = |index: usize| {
        let others = parts.iter().enumerate().filter(|(other, _)| *other != index);
        others.into_iter().any(|(_, other)| !parts[index].absence.follows(&other.absence))
    };
    let loose: Vec<usize> = (0..parts.len())
        .filter(|index| parts[*index].required && !parts[*index].absence.is_never())
        .filter(|index| always || alone(*index))
        .collect();
    if !loose.is_empty() {
        return Err(loose);
    }
    if always || parts.iter().any(|part| part.absence.is_never()) {
        return Ok(Absence::never());
    }
    let required = parts.iter().find(|part| part.required);
    Ok(required.map_or_else(|| Absence::at(name), |part| part.absence.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(required: bool, points: &[&str]) -> Part {
        Part { required, absence: Absence(points.iter().map(ToString::to_string).collect()) }
    }

    #[test]
    fn parts_missing_together_leave_a_whole_that_may_be_missing() {
        let parts = [part(true, &["address"]), part(true, &["address"]), part(false, &["address", "floor"])];
        assert_eq!(of_whole(false, "w", &parts), Ok(Absence::at("address")));
    }

    #[test]
    fn a_required_part_that_may_be_missing_alone_is_found() {
        let parts = [part(true, &["address", "street"]), part(false, &["address"])];
        assert_eq!(of_whole(false, "w", &parts), Err(vec![0]));
        assert_eq!(of_whole(true, "w", &[part(true, &["x"])]), Err(vec![0]));
    }

    #[test]
    fn one_of_several_is_missing_where_all_are_for_the_same() {
        let absences = ["street", "floor"].map(|own| Absence([own.to_owned(), "address".to_owned()].into()));
        let joined = Absence::of_any("line 7".to_owned(), absences.iter());
        assert_eq!(joined, Absence(["address".to_owned(), "line 7".to_owned()].into()));
        assert!(Absence::at("address").follows(&joined) && !Absence::at("street").follows(&joined));
    }

    #[test]
    fn a_single_required_part_decides_for_the_whole() {
        assert_eq!(of_whole(false, "w", &[part(true, &["x"])]), Ok(Absence::at("x")));
    }

    #[test]
    fn a_whole_of_optional_parts_is_missing_for_its_own_reason() {
        assert_eq!(of_whole(false, "w", &[part(false, &["a"]), part(false, &["b"])]), Ok(Absence::at("w")));
        assert_eq!(of_whole(true, "w", &[part(false, &["a"])]), Ok(Absence::never()));
    }
}
