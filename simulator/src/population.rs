//! The people and organisations the simulator knows, from `population.toml`.

use std::collections::HashMap;
use std::io;

use serde::Deserialize;

use crate::cpr::Cpr;

/// Everybody and every code list.
pub(crate) struct Population {
    citizens: Vec<Citizen>,
    /// Every number, current and former, with the citizen it belongs to.
    numbers: HashMap<Cpr, CitizenId>,
    organisations: Vec<Organisation>,
    pub(crate) codelists: CodeLists,
    pub(crate) jobannoncer: Jobannoncer,
}

/// A citizen's place in the population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CitizenId(usize);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Citizen {
    number: Cpr,
    #[serde(default)]
    former: Vec<Cpr>,
    #[serde(default)]
    pub(crate) dead: bool,
    /// Not enrolled as a jobseeker (4367).
    #[serde(default)]
    pub(crate) unenrolled: bool,
    /// Code of the municipality the citizen belongs to, three digits.
    pub(crate) municipality: String,
    /// Code of the a-kasse the citizen is a member of.
    pub(crate) a_kasse: Option<String>,
}

/// An organisation a call can be made for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    #[serde(rename = "type")]
    kind: i32,
    code: String,
    #[expect(dead_code, reason = "for readers of the file")]
    name: String,
}

/// The values a write may use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeLists {
    pub(crate) samtaleform: Vec<i32>,
    pub(crate) samtaletype: Vec<i32>,
    pub(crate) moedegruppe: Vec<i32>,
    /// Those of `moedegruppe` that are group meetings.
    pub(crate) gruppemoede: Vec<i32>,
    pub(crate) brugertype: Vec<i32>,
    pub(crate) deltagelsesvalg: Vec<i32>,
}

/// What becomes of the job advertisements of some organisations, by their codes. All others are approved at once.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jobannoncer {
    /// They wait for somebody to look at them.
    pub(crate) til_godkendelse: Vec<String>,
    /// They are refused.
    pub(crate) afvist: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    citizen: Vec<Citizen>,
    organisation: Vec<Organisation>,
    codelists: CodeLists,
    #[serde(default)]
    jobannoncer: Jobannoncer,
}

impl Population {
    /// The population compiled in.
    ///
    /// # Errors
    /// When the file is not well-formed or gives two citizens the same number.
    pub(crate) fn load() -> io::Result<Self> {
        Self::parse(include_str!("../population.toml"))
    }

    fn parse(text: &str) -> io::Result<Self> {
        let broken = |why: String| io::Error::new(io::ErrorKind::InvalidData, format!("population.toml: {why}"));
        let file: File = toml::from_str(text).map_err(|error| broken(error.to_string()))?;
        let numbers = numbers(&file.citizen).ok_or_else(|| broken("a number is given twice".to_owned()))?;
        let File { citizen: citizens, organisation: organisations, codelists, jobannoncer } = file;
        Ok(Self { citizens, numbers, organisations, codelists, jobannoncer })
    }

    /// The citizen who has or had this number.
    pub(crate) fn find(&self, number: &Cpr) -> Option<CitizenId> {
        self.numbers.get(number).copied()
    }

    pub(crate) fn citizen(&self, id: CitizenId) -> &Citizen {
        &self.citizens[id.0]
    }

    pub(crate) fn has_organisation_type(&self, kind: i32) -> bool {
        self.organisations.iter().any(|organisation| organisation.kind == kind)
    }

    pub(crate) fn has_organisation(&self, kind: i32, code: &str) -> bool {
        self.organisations.iter().any(|organisation| organisation.kind == kind && organisation.code == code)
    }
}

impl Citizen {
    /// Whether this is the number the citizen has now.
    pub(crate) fn is_current(&self, number: &Cpr) -> bool {
        self.number == *number
    }
}

/// `None` when a number is given twice.
fn numbers(citizens: &[Citizen]) -> Option<HashMap<Cpr, CitizenId>> {
    let mut numbers = HashMap::new();
    for (index, citizen) in citizens.iter().enumerate() {
        for number in citizen.former.iter().chain([&citizen.number]) {
            if numbers.insert(number.clone(), CitizenId(index)).is_some() {
                return None;
            }
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_compiled_in_is_well_formed() {
        let population = Population::load().unwrap();
        assert!(population.has_organisation(8, "10100"));
        assert!(!population.has_organisation(2, "10100"));
    }

    #[test]
    fn a_former_number_leads_to_the_same_citizen() {
        let population = Population::load().unwrap();
        let [current, former] = ["0303575003", "0303575103"].map(|number| Cpr::parse(number).unwrap());
        let id = population.find(&current).unwrap();
        assert_eq!(population.find(&former), Some(id));
        assert!(population.citizen(id).is_current(&current) && !population.citizen(id).is_current(&former));
    }

    #[test]
    fn a_number_belongs_to_one_citizen() {
        let twice = "[[citizen]]\nnumber = \"0101575001\"\nmunicipality = \"101\"\n[[citizen]]\nnumber = \"0202575002\"\nmunicipality = \"101\"\nformer = [\"0101575001\"]\n";
        let rest = "[[organisation]]\ntype = 8\ncode = \"1\"\nname = \"\"\n[codelists]\nsamtaleform = []\nsamtaletype = []\nmoedegruppe = []\ngruppemoede = []\nbrugertype = []\ndeltagelsesvalg = []\n";
        let problem = Population::parse(&format!("{twice}{rest}")).err().unwrap();
        assert!(problem.to_string().contains("given twice"), "{problem}");
    }

    #[test]
    fn a_malformed_number_is_refused() {
        assert!(Population::parse("[[citizen]]\nnumber = \"9901575001\"\n").is_err());
    }
}
