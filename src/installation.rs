//! An installation as a whole, tried without starting it: everything a start reads, and what there is to know of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use dfdg_contract::{Problem, Problems};

use crate::backend::TlsConfigs;
use crate::catalogue::{Catalogue, settings_of_every_call};
use crate::clients::{ClientSystem, Registry};
use crate::clock;
use crate::config::{Config, ListSource};
use crate::expiry::{self, End};
use crate::facade::{load, needs_store};
use crate::journal;
use crate::listener::{self, Tls};
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
    /// Settings that client systems lack and that go with every call of a service they may call.
    pub unset: Vec<Unset>,
    /// Backends of the settings that mappings/services.toml does not have: nothing is sent to them.
    pub uncalled: Vec<String>,
    /// The certificates callers and backends depend on, with their ends.
    pub certificates: Vec<End>,
    /// The revocation lists, one for each authority; none when revocation is not checked.
    pub lists: Vec<Standing>,
}

/// A setting a client system lacks for one of its organisations at least.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unset {
    /// The client system.
    pub client: String,
    /// The service it may call.
    pub service: String,
    /// The setting.
    pub setting: String,
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
    problems.extend(listener::certificate_problems(config));
    problems.extend(journal::problems(&config.journal));
    let mut lists = Vec::new();
    if let Ok(tls) = Tls::load_unread(&config.callers) {
        problems.extend(list_problems(config, &tls, fetch, now).await);
        lists = tls.revocation().standings(&tls.authorities(), now);
    }
    problems.extend(expiry::ended(config, now));
    let kept = loaded.as_ref().is_ok_and(|(catalogue, registry)| needs_store(catalogue, registry));
    problems.extend((kept || config.intake.is_some()).then(|| store::look(&config.store).err()).flatten());
    let problems = problems.into_iter().map(|problem| config.placed(problem)).collect();
    match loaded {
        Err(found) => Err(found.with(problems)),
        Ok((catalogue, registry)) => {
            Problems::none(problems)?;
            Ok(Installation {
                clients: registry.clients().len(),
                publishers: registry.publishers().len(),
                intake: config.intake.is_some(),
                unset: unset(&catalogue, &registry),
                uncalled: uncalled(config, &catalogue),
                certificates: expiry::certificates(config).collect(),
                lists,
                catalogue,
            })
        }
    }
}

/// The backends of the settings that no mapping knows.
fn uncalled(config: &Config, catalogue: &Catalogue) -> Vec<String> {
    let known = |name: &&String| catalogue.mapping().backends.iter().any(|backend| backend.name == **name);
    config.backends.keys().filter(|name| !known(name)).cloned().collect()
}

fn unset(catalogue: &Catalogue, registry: &Registry) -> Vec<Unset> {
    let plans = catalogue.mapping().plans().map(|plan| (&plan.info().service, plan));
    let sent = plans.flat_map(|(service, plan)| settings_of_every_call(plan).map(move |setting| (service, setting)));
    let sent: BTreeSet<_> = sent.collect();
    let of_client = |client: &Arc<ClientSystem>| {
        let called = sent.iter().filter(|(service, _)| client.services().contains(service));
        let lacks = |setting: &str| client.organisations().iter().any(|own| client.setting(own, setting).is_none());
        let lacking = called.filter(|(_, setting)| lacks(setting));
        let unset = |(service, setting): &(&String, &str)| Unset {
            client: client.name().to_owned(),
            service: (*service).clone(),
            setting: (*setting).to_owned(),
        };
        lacking.map(unset).collect::<Vec<_>>()
    };
    registry.clients().iter().flat_map(of_client).collect()
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
