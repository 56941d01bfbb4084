//! Three layers of settings, the later wins: the defaults, the operator's file, the environment.
//! A setting is known when the defaults have it, so there is one list of them and it is the
//! documented one.

use super::document::{Document, hint_for};
use super::value::Value;
use dfdg_contract::Problem;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What stands in `[backends.all]` is the pattern of, and the default for, every backend.
const ALL_BACKENDS: &str = "backends.all.";
const BACKENDS: &str = "backends.";
/// Within a backend, `[identities.all]` is the pattern of every identity.
const ALL_IDENTITIES: &str = "identities.all.";
const IDENTITIES: &str = "identities.";
/// The name that stands for all.
const ALL: &str = "all";
const PREFIX: &str = "DFDG_FACADE__";

/// One value and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// Where a value was given, for problems with it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// File as the operator knows it, or `environment`.
    pub(super) file: String,
    /// Line in the file; 0 for the environment.
    pub(super) line: u32,
}

/// Which names a layer may use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Any: it is the defaults that are being read.
    All,
    /// Those the defaults have.
    Defaults,
}

/// All settings by their dotted name, such as `callers.limits.depth`.
#[derive(Debug, Default)]
pub(super) struct Layers {
    settings: BTreeMap<String, Setting>,
    known: Vec<String>,
}

impl Layers {
    /// The defaults; they say which settings there are.
    pub(super) fn of_defaults(document: &Document<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut layers = Self::default();
        match document.table() {
            Ok(root) => layers.add_table(document, root.get_ref(), "", Known::All, problems),
            Err(problem) => problems.push(problem),
        }
        layers.known = layers.settings.keys().cloned().collect();
        layers
    }

    /// Lays the operator's file on top.
    ///
    /// # Errors
    /// When it is no TOML; then there is no point in reading on.
    pub(super) fn add_file(&mut self, document: &Document<'_>, problems: &mut Vec<Problem>) -> Result<(), Problem> {
        let root = document.table()?;
        self.add_table(document, root.get_ref(), "", Known::Defaults, problems);
        Ok(())
    }

    /// Lays those variables on top whose names begin with `DFDG_FACADE__`.
    pub(super) fn add_environment(&mut self, env: impl Iterator<Item = (String, String)>, problems: &mut Vec<Problem>) {
        for (variable, text) in env {
            let Some(name) = variable.strip_prefix(PREFIX) else { continue };
            let name = name.to_lowercase().replace("__", ".");
            let place = Place { file: "environment".to_owned(), line: 0 };
            match self.is_value(&name) {
                true => drop(self.settings.insert(name, Setting { value: Value::Environment(text), place })),
                false => problems.push(
                    Problem::new(&place.file, 0, format!("{variable}: there is no setting `{name}`"))
                        .hint(self.hint(&name)),
                ),
            }
        }
    }

    /// A setting; for one of a backend that it lacks itself, the one of `backends.all`.
    pub(super) fn get(&self, name: &str) -> Option<&Setting> {
        let of_all = || self.settings.get(&of_all_backends(name));
        self.settings.get(name).or_else(of_all).or_else(|| self.settings.get(&pattern(name)))
    }

    /// The names of the backends that have a setting, in alphabetical order.
    pub(super) fn backends(&self) -> Vec<String> {
        let names = self.settings.keys().filter_map(|name| name.strip_prefix(BACKENDS)?.split_once('.'));
        let mut names: Vec<String> = names.map(|(backend, _)| backend.to_owned()).filter(|name| name != ALL).collect();
        names.dedup();
        names
    }

    /// The names of the identities a backend has, its own and those of `backends.all`.
    pub(super) fn identities(&self, backend: &str) -> BTreeSet<String> {
        let named = |above: &str| {
            let inside = format!("{above}{IDENTITIES}");
            let names = self.settings.keys().filter_map(move |name| name.strip_prefix(&inside)?.split_once('.'));
            names.map(|(identity, _)| identity.to_owned())
        };
        let names = named(&format!("{BACKENDS}{backend}.")).chain(named(ALL_BACKENDS));
        names.filter(|name| name != ALL).collect()
    }

    fn add_table(
        &mut self,
        document: &Document<'_>,
        table: &DeTable<'_>,
        above: &str,
        known: Known,
        problems: &mut Vec<Problem>,
    ) {
        for (key, value) in table {
            let name = format!("{above}{}", key.get_ref());
            let unknown = |kind: &str| {
                document.problem(key.span(), format!("there is no {kind} `{name}`")).hint(self.hint(&name))
            };
            match value.get_ref() {
                DeValue::Table(inner) if known == Known::All || self.is_table(&name) => {
                    self.add_table(document, inner, &format!("{name}."), known, problems);
                }
                DeValue::Table(_) => problems.push(unknown("table")),
                _ if known == Known::All || self.is_value(&name) => {
                    problems.extend(self.add_value(document, &name, value).err());
                }
                _ => problems.push(unknown("setting")),
            }
        }
    }

    fn add_value(&mut self, document: &Document<'_>, name: &str, value: &Spanned<DeValue<'_>>) -> Result<(), Problem> {
        let place = Place { file: document.file.to_owned(), line: document.line(value.span()) };
        let wrong = || {
            document.problem(
                value.span(),
                format!("`{name}` must be a text, a whole number, a truth value or a list of texts"),
            )
        };
        let value = plain(value.get_ref()).ok_or_else(wrong)?;
        self.settings.insert(name.to_owned(), Setting { value, place });
        Ok(())
    }

    fn is_value(&self, name: &str) -> bool {
        self.known.binary_search(&pattern(name)).is_ok()
    }

    fn is_table(&self, name: &str) -> bool {
        let inside = format!("{}.", pattern(name));
        name == "backends" || self.known.iter().any(|known| known.starts_with(&inside))
    }

    /// The same name in another table, else the nearest of those in this table.
    fn hint(&self, name: &str) -> String {
        let (above, last) = name.rsplit_once('.').unwrap_or(("", name));
        if let Some(elsewhere) = self.known.iter().find(|known| known.rsplit('.').next() == Some(last)) {
            return format!("did you mean `{elsewhere}`?");
        }
        match self.beside(above) {
            names if names.is_empty() => hint_for(name, self.known.iter().map(String::as_str)),
            names => hint_for(last, names.into_iter()),
        }
    }

    /// The keys of a table of the defaults.
    fn beside(&self, above: &str) -> Vec<&str> {
        let inside = if above.is_empty() { String::new() } else { format!("{}.", pattern(above)) };
        let mut names: Vec<&str> = self.known.iter().filter_map(|known| known.strip_prefix(&inside)).collect();
        names.iter_mut().for_each(|rest| *rest = rest.split('.').next().unwrap_or_default());
        names.dedup();
        names
    }
}

/// The name it has for all backends: `backends.kontaktforloeb.url` is `backends.all.url`.
fn of_all_backends(name: &str) -> String {
    generalized(name, BACKENDS, ALL_BACKENDS)
}

/// The name under which the defaults know it: `backends.kontaktforloeb.identities.kommune.key` is
/// `backends.all.identities.all.key`.
fn pattern(name: &str) -> String {
    let name = of_all_backends(name);
    match name.strip_prefix(ALL_BACKENDS) {
        Some(setting) => format!("{ALL_BACKENDS}{}", generalized(setting, IDENTITIES, ALL_IDENTITIES)),
        None => name,
    }
}

/// Puts `all` in the place of the name that follows `above`.
fn generalized(name: &str, above: &str, all: &str) -> String {
    match name.strip_prefix(above).map(|rest| rest.split_once('.')) {
        Some(Some((_, setting))) => format!("{all}{setting}"),
        Some(None) => all.trim_end_matches('.').to_owned(),
        None => name.to_owned(),
    }
}

fn plain(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Integer(number) => {
            i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok().map(Value::Number)
        }
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            texts.collect::<Option<_>>().map(Value::List)
        }
        DeValue::Boolean(truth) => Some(Value::Truth(*truth)),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}
