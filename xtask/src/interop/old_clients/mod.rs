//! Clients that rustls cannot serve: what the facade says of them, and how they get through with a proxy in front.
//! Both proxies run with the files of config/proxy, only addresses and paths put in.

mod client;
mod proxy;

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::Setup;
use crate::command::headline;
use crate::facade::{Another, Demo};
use crate::needs::in_ci;
use client::{Client, Request};
use proxy::{Files, Kind, Proxy};

const PATIENCE: Duration = Duration::from_secs(10);
/// What OpenSSL 3 has to be told before it speaks as old clients do.
const TLS_1_0: &[&str] = &["-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"];
const RSA_KEY_EXCHANGE: &[&str] = &["-tls1_2", "-cipher", "AES128-SHA"];
const CBC: &[&str] = &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"];
const MODERN: &[&str] = &["-tls1_3"];
/// Not the address of the proxies.
const ELSEWHERE: &[&str] = &["-bind", "127.0.0.2:0"];

/// The demo's PKI, clients and simulator, and a facade that knows proxies.
pub(super) fn call(setup: &Setup<'_>, demo: &Demo) -> Result<()> {
    headline("old clients, with a proxy in front");
    if let Err(problem) = proxy::needs() {
        ensure!(!in_ci(), problem);
        println!("SKIPPED old clients: {problem:#}");
        return Ok(());
    }
    let work = setup.workspace.target.join("interop/old-clients");
    std::fs::create_dir_all(&work)?;
    let files = Files::make(&work, &demo.folder.join("pki"))?;
    let journal = work.join("journal.jsonl");
    let _ = std::fs::remove_file(&journal); // what an earlier run wrote
    let text = |path: &Path| path.to_str().map(str::to_owned).context("the target directory is not UTF-8");
    let (certificate, journal_file) = (text(&files.proxy_certificate)?, text(&journal)?);
    let settings = [
        ("CALLERS__PROXY__ADDRESSES", "127.0.0.1"),
        ("CALLERS__PROXY__CERTIFICATES", certificate.as_str()),
        ("JOURNAL__FILE", journal_file.as_str()),
    ];
    let facade = Another::start(&setup.binary, demo, &work.join("facade.log"), &settings)?;
    let client = Client::new(&demo.folder)?;
    told_apart(&client, &facade, &journal)?;
    for kind in [Kind::Haproxy, Kind::Nginx] {
        let proxy = Proxy::start(kind, &setup.workspace.root, &work, &facade.callers_url)?;
        let problem = || format!("through {kind:?}");
        through(&client, &proxy.address).with_context(problem)?;
    }
    Ok(())
}

/// The facade alone: who is too old is told by a reason of its own.
fn told_apart(client: &Client, facade: &Another, journal: &Path) -> Result<()> {
    let address = facade.callers_url.replace("https://localhost", "127.0.0.1");
    for (how, reason) in
        [(TLS_1_0, "protocol_version"), (RSA_KEY_EXCHANGE, "no_common_cipher"), (CBC, "no_common_cipher")]
    {
        let before = count(journal, reason);
        let answer = client.ask(&address, Some("system"), &[how, ELSEWHERE].concat(), Request::Call)?;
        ensure!(answer.status.is_none(), "{how:?} was served: {answer:?}");
        eventually(&format!("the journal says {reason} of {how:?}"), || count(journal, reason) > before)?;
    }
    let answer = client.ask(&address, Some("system"), &[MODERN, ELSEWHERE].concat(), Request::Forged)?;
    answer.is(500, "1012")?;
    let answer = client.ask(&address, Some("system"), MODERN, Request::Call)?;
    ensure!(answer.status.is_none(), "served from the address of a proxy: {answer:?}");
    eventually("the journal says not_the_proxy", || count(journal, "not_the_proxy") == 1)
}

/// The same clients through a proxy, and that nobody gets in who must not.
fn through(client: &Client, address: &str) -> Result<()> {
    for how in [TLS_1_0, RSA_KEY_EXCHANGE, CBC, MODERN] {
        let ask = |name, request| client.ask(address, name, how, request);
        ask(Some("system"), Request::Call)?.is(200, "GetBookingsResponse").with_context(|| format!("{how:?}"))?;
        ask(Some("system"), Request::Forged)?
            .is(200, "GetBookingsResponse")
            .context("the proxy replaces the header")?;
        ask(None, Request::Call)?.is(500, "1101")?;
        ask(None, Request::Forged)?.is(500, "1101").context("the proxy removes the header")?;
        ask(Some("revoked"), Request::Call)?.is(500, "1012")?;
        ask(Some("employee"), Request::Call)?.is(500, "1012")?;
        ask(Some("unregistered"), Request::Forged)?.is(500, "1012")?;
    }
    client.resume(address, &["-tls1_2"])?.is(200, "GetBookingsResponse").context("a resumed session")
}

/// How many handshakes failed for this reason so far.
fn count(journal: &Path, reason: &str) -> usize {
    let text = std::fs::read_to_string(journal).unwrap_or_default();
    let reason = format!("\"reason\":\"{reason}\"");
    text.lines().filter(|line| line.contains("\"event\":\"handshake_failed\"") && line.contains(&reason)).count()
}

fn eventually(what: &str, reached: impl Fn() -> bool) -> Result<()> {
    let start = Instant::now();
    while !reached() {
        ensure!(start.elapsed() < PATIENCE, "not so within {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(20));
    }
    println!("ok  {what}");
    Ok(())
}
