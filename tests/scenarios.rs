//! The scenarios: folders of files under `tests/scenarios`, whose README says what is in them.
//!
//! `UPDATE_EXPECT=1 cargo test --test scenarios` writes `call.http` and `reply.xml` anew where
//! they differ; read the difference before it is kept.
#![cfg(feature = "demo")] // the simulator
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]

mod harness;

use std::sync::LazyLock;

use dfdg_contract::Contract;
use dfdg_contract::soap::read_bare;
use dfdg_contract::xml::Limits;
use dfdg_facade::catalogue::{Catalogue, CatalogueFiles};
use dfdg_facade::fault;
use dfdg_simulator::{Now, Settings};

use harness::http::{Answer, Exchange};
use harness::witness::Witness;
use harness::{NOW, Ran, Scenario, xml};

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::compile(&CatalogueFiles::new(None)).unwrap_or_else(|problems| panic!("{problems}")));

/// Runs every scenario and reports all that fail, each with its name.
fn for_each(check: impl Fn(&Scenario, &Ran) -> Result<(), String>) {
    let scenarios = Scenario::all();
    assert!(!scenarios.is_empty(), "no scenarios");
    let run = |scenario: &Scenario| check(scenario, &scenario.run(&CATALOGUE)?);
    let failed = scenarios.iter().filter_map(|scenario| Some((&scenario.name, run(scenario).err()?)));
    let failed: Vec<String> = failed.map(|(name, why)| format!("── {name}\n{why}")).collect();
    assert!(failed.is_empty(), "{} of {} scenarios fail\n\n{}", failed.len(), scenarios.len(), failed.join("\n"));
}

#[test]
fn a_request_becomes_its_calls_and_the_answers_its_reply() {
    for_each(|scenario, ran| match harness::wants_update() {
        true => scenario.update(ran),
        false => scenario.compare(ran),
    });
}

#[test]
fn what_is_replied_keeps_to_the_contract() {
    for_each(|scenario, ran| {
        let contract = &CATALOGUE.named(scenario.service).unwrap().service.contract;
        read_again(contract, &ran.reply)
    });
}

/// Reads the message in an envelope, or the details of its fault, as the contract declares it.
fn read_again(contract: &Contract, envelope: &str) -> Result<(), String> {
    let message = xml::between(envelope, "<detail>", "</detail>").or(xml::between(envelope, "<s:Body>", "</s:Body>"));
    let message = message.ok_or("there is no Body")?;
    let is_bare_fault = message.starts_with("<s:Fault>");
    if is_bare_fault {
        return Ok(());
    }
    read_bare(contract.schema(), message, Limits::default()).map(drop).map_err(|error| error.to_string())
}

/// The simulator shares no code with the facade. What it says of a call is what the scenario says.
#[tokio::test]
async fn the_simulator_answers_a_call_as_the_scenario_does() {
    let now = NOW.parse().unwrap();
    let simulator = dfdg_simulator::start(Settings { now: Now::new(move || now), ..Settings::local() }).await.unwrap();
    let witness = Witness::new(simulator.address());
    let mut failed = Vec::new();
    for scenario in Scenario::all() {
        witness.reset().await;
        for call in scenario.before() {
            let said = witness.answer(&call).await;
            assert_eq!(said.status, 200, "{}: before.http: {}", scenario.name, said.body);
        }
        for exchange in scenario.run(&CATALOGUE).unwrap().exchanges(&scenario) {
            let said = witness.answer(&exchange.call).await;
            failed.extend(contradiction(&exchange, &said).map(|why| format!("{}: {why}", scenario.name)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The simulator has to take what the scenario's answer takes. Where that answer is a refusal or
/// nonsense, the call itself may be good: then the simulator's answer says nothing.
fn contradiction(exchange: &Exchange, said: &Answer) -> Option<String> {
    let taken = |status: u16| (200..300).contains(&status);
    let contradicts = taken(exchange.answer.status) && !taken(said.status);
    contradicts.then(|| format!("the simulator answers {}: {}", said.status, said.body))
}

#[test]
fn every_rule_of_the_release_notes_has_its_proof() {
    let problems = harness::rules::problems(Scenario::all().into_iter().map(|scenario| scenario.name).collect());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn rn_bk_07_a_call_of_a_service_that_is_gone_is_told_its_successor() {
    let path = "/pjaktasswcftservice/3/externalbookingservice.svc";
    assert!(CATALOGUE.serves(path) && CATALOGUE.at(path).is_none());
    let told = fault::tell(&CATALOGUE.gone(path), &CATALOGUE.mapping().faults);
    let envelope = fault::envelope(&told, CATALOGUE.fault_contract(path));
    assert!(envelope.contains("It was replaced by BorgerBookingService.</faultstring>"), "{envelope}");
    assert!(envelope.contains("<ErrorCode>1100</ErrorCode>"), "{envelope}");
    assert!(!CATALOGUE.serves("/elsewhere"));
}
