//! `mappings/wsb.toml`: where the fields of a push stand.

use super::{Located, Reader, Table};
use crate::evidence::Evidence;
use crate::report::Report;

/// The whole file.
#[derive(Debug)]
pub(crate) struct PushSpec {
    pub(crate) message_id: FieldSpec,
    pub(crate) entity_type: FieldSpec,
    pub(crate) entity_id: FieldSpec,
    pub(crate) version: FieldSpec,
    pub(crate) change: FieldSpec,
    pub(crate) identification_type: FieldSpec,
    pub(crate) identification: FieldSpec,
}

/// `[<field>]`.
#[derive(Debug)]
pub(crate) struct FieldSpec {
    pub(crate) line: u32,
    pub(crate) pointer: String,
    /// The numbers the file gives, in the order they were asked for.
    pub(crate) numbers: Vec<Located<u32>>,
    pub(crate) evidence: Evidence,
}

impl PushSpec {
    /// Reads the file; `None` when it lacks something, which is reported.
    pub(crate) fn read(text: &str, report: &Report) -> Option<Self> {
        let mut reader = Reader::new(Table::parse(text, report)?, report);
        let mut plain = |key| field(&mut reader, key, &[]);
        let (message_id, entity_type, entity_id) = (plain("message_id"), plain("entity_type"), plain("entity_id"));
        let (version, identification) = (plain("version"), plain("identification"));
        let change = field(&mut reader, "change", &["create", "update", "delete"]);
        let identification_type = field(&mut reader, "identification_type", &["civil_registration"]);
        reader.finish();
        Some(Self {
            message_id: message_id?,
            entity_type: entity_type?,
            entity_id: entity_id?,
            version: version?,
            change: change?,
            identification_type: identification_type?,
            identification: identification?,
        })
    }
}

fn field(file: &mut Reader<'_, '_>, key: &'static str, numbers: &[&'static str]) -> Option<FieldSpec> {
    let table = file.table(key).map(|table| Located { line: table.line, value: table });
    let table = file.required(key, table)?;
    let (line, report) = (table.line, file.report());
    let mut reader = Reader::new(table.value, report);
    let pointer = reader.text("pointer");
    let pointer = reader.required("pointer", pointer);
    if let Some(pointer) = pointer.as_ref().filter(|pointer| !pointer.value.starts_with('/')) {
        let hint = "a JSON pointer begins with `/`, such as /metadata/entitetId";
        report.hinted(pointer.line, format!("`{}` is no JSON pointer", pointer.value), hint);
    }
    let numbers: Vec<_> = numbers
        .iter()
        .map(|key| {
            let number = reader.number(key);
            reader.required(key, number)
        })
        .collect();
    let evidence = reader.evidence();
    reader.finish();
    Some(FieldSpec { line, pointer: pointer?.value, numbers: numbers.into_iter().collect::<Option<_>>()?, evidence })
}
