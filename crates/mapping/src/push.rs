//! Reads a push (WSB) by `mappings/wsb.toml`: its standard fields and nothing else. What the entity itself looks like
//! is fetched later.

use serde_json::Value;

use crate::evidence::Evidence;
use crate::format::push::{FieldSpec, PushSpec};
use crate::json;
use crate::report::Report;

/// The file it is compiled from.
pub(crate) const FILE: &str = "mappings/wsb.toml";
/// No id or version that was seen is longer than a GUID; what is longer by far is something else.
const LONGEST_TEXT: usize = 200;
/// The types that were seen have five or six digits. A civil registration number in the place of one shall not pass for
/// it.
const LARGEST_ENTITY_TYPE: u32 = 999_999;
const DIGITS_OF_A_CIVIL_REGISTRATION_NUMBER: usize = 10;

/// Where the fields of a push stand.
#[derive(Clone, Debug)]
pub struct PushFormat {
    message_id: PushField,
    entity_type: PushField,
    entity_id: PushField,
    version: PushField,
    change: PushField,
    changes: [u32; 3],
    identification_type: PushField,
    civil_registration: u32,
    identification: PushField,
}

/// Where one field stands.
#[derive(Clone, Debug)]
pub struct PushField {
    /// Its name in the file.
    pub name: &'static str,
    /// The JSON pointer.
    pub pointer: String,
    /// How surely it is known.
    pub evidence: Evidence,
    /// Its line in the file.
    pub line: u32,
}

/// What a push says.
#[derive(Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The publisher's id of the message.
    pub message_id: Option<String>,
    /// The type of entity.
    pub entity_type: u32,
    /// The id of the entity.
    pub entity_id: String,
    /// The version of the entity.
    pub version: Option<String>,
    /// What happened to it.
    pub change: PushedChange,
    /// The civil registration number of whom it is about: ten digits.
    pub citizen: Option<String>,
}

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushedChange {
    /// It was made.
    Create,
    /// It was changed.
    Update,
    /// It was removed.
    Delete,
}

/// Why a push is not understood: where, and what must be there; never what is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushProblem {
    /// Is raised when it is not JSON, or nested without end.
    #[error("it is not JSON")]
    NotJson,
    /// Is raised when it is JSON and no object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// Is raised when a field is not what it must be.
    #[error("{pointer}: must be {rule}")]
    Field {
        /// The JSON pointer.
        pointer: String,
        /// What must be there.
        rule: &'static str,
    },
}

impl PushFormat {
    /// Compiles the file; what is wrong is reported.
    pub(crate) fn compile(text: &str, report: &Report) -> Option<Self> {
        let PushSpec { message_id, entity_type, entity_id, version, change, identification_type, identification } =
            PushSpec::read(text, report)?;
        let changes = <[u32; 3]>::try_from(numbers(&change)).ok()?;
        if changes[0] == changes[1] || changes[1] == changes[2] || changes[0] == changes[2] {
            report.problem(change.line, "two changes have the same number");
        }
        let civil_registration = *numbers(&identification_type).first()?;
        Some(Self {
            message_id: PushField::of("message_id", message_id),
            entity_type: PushField::of("entity_type", entity_type),
            entity_id: PushField::of("entity_id", entity_id),
            version: PushField::of("version", version),
            change: PushField::of("change", change),
            changes,
            identification_type: PushField::of("identification_type", identification_type),
            civil_registration,
            identification: PushField::of("identification", identification),
        })
    }

    /// Every field.
    #[must_use]
    pub fn fields(&self) -> [&PushField; 7] {
        [
            &self.message_id,
            &self.entity_type,
            &self.entity_id,
            &self.version,
            &self.change,
            &self.identification_type,
            &self.identification,
        ]
    }

    /// Reads a push.
    ///
    /// # Errors
    /// What is not understood first.
    pub fn read(&self, body: &[u8]) -> Result<Pushed, PushProblem> {
        let document = json::document(body).ok_or(PushProblem::NotJson)?;
        if !document.is_object() {
            return Err(PushProblem::NotAnObject);
        }
        Ok(Pushed {
            message_id: self.message_id.text(&document)?,
            entity_type: self.entity_type(&document)?,
            entity_id: self.entity_id.required(self.entity_id.text(&document)?)?,
            version: self.version.text(&document)?,
            change: self.change(&document)?,
            citizen: self.citizen(&document)?,
        })
    }

    fn entity_type(&self, document: &Value) -> Result<u32, PushProblem> {
        let number = self.entity_type.required(self.entity_type.number(document)?)?;
        let fits = Some(number).filter(|number| *number <= LARGEST_ENTITY_TYPE);
        fits.ok_or_else(|| self.entity_type.wrong("a number of at most six digits"))
    }

    fn change(&self, document: &Value) -> Result<PushedChange, PushProblem> {
        let number = self.change.required(self.change.number(document)?)?;
        let [create, update, delete] = self.changes;
        match number {
            number if number == create => Ok(PushedChange::Create),
            number if number == update => Ok(PushedChange::Update),
            number if number == delete => Ok(PushedChange::Delete),
            _ => Err(self.change.wrong("one of the changes of mappings/wsb.toml")),
        }
    }

    /// Nobody when the identification is of another kind, or there is none.
    fn citizen(&self, document: &Value) -> Result<Option<String>, PushProblem> {
        if self.identification_type.number(document)? != Some(self.civil_registration) {
            return Ok(None);
        }
        let number = self.identification.required(self.identification.text(document)?)?;
        let digits =
            number.len() == DIGITS_OF_A_CIVIL_REGISTRATION_NUMBER && number.bytes().all(|b| b.is_ascii_digit());
        if digits { Ok(Some(number)) } else { Err(self.identification.wrong("ten digits")) }
    }
}

impl PushField {
    fn of(name: &'static str, spec: FieldSpec) -> Self {
        Self { name, pointer: spec.pointer, evidence: spec.evidence, line: spec.line }
    }

    fn wrong(&self, rule: &'static str) -> PushProblem {
        PushProblem::Field { pointer: self.pointer.clone(), rule }
    }

    fn required<T>(&self, value: Option<T>) -> Result<T, PushProblem> {
        value.ok_or_else(|| self.wrong("there"))
    }

    fn value<'d>(&self, document: &'d Value) -> Option<&'d Value> {
        document.pointer(&self.pointer).filter(|value| !value.is_null())
    }

    /// A whole number, or its digits as text.
    fn number(&self, document: &Value) -> Result<Option<u32>, PushProblem> {
        let Some(value) = self.value(document) else { return Ok(None) };
        let number = match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_u64().and_then(|number| u32::try_from(number).ok()),
        };
        number.map(Some).ok_or_else(|| self.wrong("a whole number from 0"))
    }

    /// A text, or the digits of a whole number; an empty one counts as none.
    fn text(&self, document: &Value) -> Result<Option<String>, PushProblem> {
        const RULE: &str = "a text of at most 200 letters, or a whole number";
        let text = match self.value(document) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) if !number.is_f64() => number.to_string(),
            Some(_) => return Err(self.wrong(RULE)),
        };
        if text.chars().count() > LONGEST_TEXT || text.chars().any(char::is_control) {
            return Err(self.wrong(RULE));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

fn numbers(field: &FieldSpec) -> Vec<u32> {
    field.numbers.iter().map(|number| number.value).collect()
}

/// Whom it is about is left out.
impl std::fmt::Debug for Pushed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { message_id, entity_type, entity_id, version, change, citizen } = self;
        let citizen = citizen.as_ref().map(|_| "**********");
        out.debug_struct("Pushed")
            .field("message_id", message_id)
            .field("entity_type", entity_type)
            .field("entity_id", entity_id)
            .field("version", version)
            .field("change", change)
            .field("citizen", &citizen)
            .finish()
    }
}
