//! Reads the organisations of a client system.

use super::Organisation;
use super::names::Named;
use super::read::Reader;
use crate::config::table::Table;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Reader {
    pub(super) fn organisations(&mut self, table: &Table<'_, '_>) -> Vec<Arc<Organisation>> {
        let mut found: Vec<Arc<Organisation>> = Vec::new();
        for table in table.tables("organisations", &mut self.problems) {
            let Some(organisation) = self.organisation(&table) else { continue };
            if found.iter().any(|other| (other.kind, &other.code) == (organisation.kind, &organisation.code)) {
                self.problems.push(table.problem("this organisation is listed twice for the same client"));
            }
            found.push(Arc::new(organisation));
        }
        found
    }

    fn organisation(&mut self, table: &Table<'_, '_>) -> Option<Organisation> {
        let named = self.type_and_code(table);
        let settings = self.organisation_settings(table);
        let (kind, code) = named?;
        Some(Organisation { kind, code: code.to_owned(), settings })
    }

    fn type_and_code<'d>(&mut self, table: &Table<'d, '_>) -> Option<(u32, &'d str)> {
        let kind = table.number("type", &mut self.problems);
        if kind.is_none() && !table.keys().any(|key| key.text == "type") {
            self.missing(table, "type");
        }
        let code = self.required(table, "code");
        Some((kind?, code?))
    }

    /// The one of its organisations that the key names; without it the only one there is.
    pub(super) fn default_organisation(
        &mut self,
        table: &Table<'_, '_>,
        organisations: &[Arc<Organisation>],
    ) -> Option<Arc<Organisation>> {
        const KEY: &str = "default_organisation";
        if !table.keys().any(|key| key.text == KEY) {
            return match organisations {
                [only] => Some(Arc::clone(only)),
                _ => None,
            };
        }
        let named = table.table(KEY, &mut self.problems)?;
        named.allow(&["type", "code"], &mut self.problems);
        let (kind, code) = self.type_and_code(&named)?;
        let found = organisations.iter().find(|organisation| (organisation.kind, &*organisation.code) == (kind, code));
        if found.is_none() {
            let problem = named.problem(format!("`{KEY}` is none of the client's `organisations`"));
            self.problems.push(problem.hint("add it to them, or name another"));
        }
        found.cloned()
    }

    /// Settings for mappings that hold for every organisation that has none of the name.
    pub(super) fn client_settings(&mut self, table: &Table<'_, '_>) -> BTreeMap<String, String> {
        let table = table.keys().any(|key| key.text == "settings").then(|| table.table("settings", &mut self.problems));
        table.flatten().map(|table| self.settings(&table, &[])).unwrap_or_default()
    }

    /// Every other key is a setting for mappings.
    fn organisation_settings(&mut self, table: &Table<'_, '_>) -> BTreeMap<String, String> {
        self.settings(table, &["type", "code"])
    }

    /// The catalogue says whether a mapping reads a setting.
    fn settings(&mut self, table: &Table<'_, '_>, others: &[&str]) -> BTreeMap<String, String> {
        let mut settings = BTreeMap::new();
        for key in table.keys().filter(|key| !others.contains(&key.text)) {
            self.mention(Named::Setting, key);
            if let Some(value) = self.required(table, key.text) {
                settings.insert(key.text.to_owned(), value.to_owned());
            }
        }
        settings
    }
}
