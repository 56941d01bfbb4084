//! An installation as a whole, tried without starting it: everything a start reads, and what there is to know of it.

use chrono::{DateTime, Utc};
use dfdg_contract::{Problem, Problems};

use crate::backend::TlsConfigs;
use crate::catalogue::Catalogue;
use crate::clock;
use crate::config::{Config, ListSource};
use crate::expiry::{self, End};
use crate::facade::load;
use crate::listener::{Tls, TlsSettings};
use crate::revocation::{ListError, Standing};
use crate::store;

/// What was found good.
#[derive(Debug)]
pub struct Installation {
    /// Contracts and mappings.
    pub catalogue: Catalogue,
    /// How many client systems are registered.
    pub clients: usize,
    /// How many publishers are registered.
    pub publishers: usize,
    /// Whether there is a listener for them.
    pub intake: bool,
    /// The certificates callers and backends depend on, with their ends.
    pub certificates: Vec<End>,
    /// The revocation lists, one for each authority; none when revocation is not checked.
    pub lists: Vec<Standing>,
}

/// Everything a start reads beside the settings, tried without starting: contracts, mappings and clients; certificates,
/// keys and trust towards callers, proxies and backends; revocation lists, with `fetch` also those of addresses.
///
/// # Errors
/// All that is wrong, together; what is wrong with a setting at its line.
pub async fn check(config: &Config, fetch: bool) -> Result<Installation, Problems> {
    let now = clock::now();
    let loaded = load(config);
    let mut problems = TlsConfigs::load(config).err().map(Problems::into_list).unwrap_or_default();
    problems.extend(Tls::problems(&config.callers));
    let intake = config.intake.as_ref().map(|intake| TlsSettings::of_intake(intake, &config.callers));
    problems.extend(intake.into_iter().flat_map(Tls::problems));
    let mut lists = Vec::new();
    if let Ok(tls) = Tls::load_unread(&config.callers) {
        problems.extend(list_problems(config, &tls, fetch, now).await);
        lists = tls.revocation().standings(&tls.authorities(), now);
    }
    problems.extend(expiry::ended(config, now));
    problems.extend(config.intake.as_ref().and_then(|_| store::look(&config.store).err()));
    let problems = problems.into_iter().map(|problem| config.placed(problem)).collect();
    match loaded {
        Err(found) => Err(found.with(problems)),
        Ok((catalogue, registry)) => {
            Problems::none(problems)?;
            Ok(Installation {
                catalogue,
                clients: registry.clients().len(),
                publishers: registry.publishers().len(),
                intake: config.intake.is_some(),
                certificates: expiry::certificates(config).collect(),
                lists,
            })
        }
    }
}

async fn list_problems(config: &Config, tls: &Tls, fetch: bool, now: DateTime<Utc>) -> Vec<Problem> {
    const SETTING: &str = "callers.trust.revocation";
    let failed = tls.revocation().try_sources(&tls.authorities(), fetch, now).await;
    let problem =
        |(source, error): (String, ListError)| Problem::new(SETTING, 0, format!("{source} {error}")).hint(error.hint());
    let mut problems: Vec<Problem> = failed.into_iter().map(problem).collect();
    let all_asked = fetch || !config.callers.trust.revocation.sources.iter().any(ListSource::is_url);
    if problems.is_empty() && all_asked {
        let missing = tls.revocation_known_at(now).err();
        problems
            .extend(missing.map(|what| Problem::new(SETTING, 0, what).hint("add its list; nobody is let in without")));
    }
    problems
}
