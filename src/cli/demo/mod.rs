//! `demo`: one call of an old client, shown from end to end on this machine.

mod client;
mod folder;
mod push;
mod show;
mod soap;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use chrono::{Days, NaiveTime};
use clap::Args;
use dfdg_simulator::TlsFiles;

use self::client::Client;
use self::folder::Folder;
use self::soap::{ActiveOrganisation, Body, Booking, CreateBooking, Envelope, GetBookings, Header, Originator};
use self::soap::{RequestOrganisation, RequestUser, RequestUserMetadata};
use crate::clock;
use crate::facade::{Facade, load_config};
use crate::journal;

/// Show one call from end to end on this machine, then stay up to be tried
///
/// Makes certificates of its own, starts a simulator of the new domain services and the facade, and sends a call of the
/// old BookingService over mutual TLS. Everything stays on this machine.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade demo
  dfdg-facade demo --once --port-base 18443")]
pub(super) struct Demo {
    /// End after the scenario; exit 0 when it went well, else 1
    #[arg(long)]
    once: bool,
    /// Where certificates, settings and the journal are kept
    #[arg(long, value_name = "DIR", default_value = "var/demo")]
    dir: PathBuf,
    /// Use ports N (callers), N+1 (health and metrics), N+2 (simulator) and N+3 (intake) instead of 8443, 9090, 8445
    /// and 8444
    #[arg(long, value_name = "N")]
    port_base: Option<u16>,
}

/// The ports of a demo.
pub(super) struct Ports {
    callers: u16,
    intake: u16,
    admin: u16,
    backend: u16,
}

/// The path of the old service.
const PATH: &str = "/PjakTassWCFtService/1/BookingService.svc";
const CITIZEN: &str = "0101575001";

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.play())
    }

    async fn play(self) -> anyhow::Result<ExitCode> {
        let ports = self.ports()?;
        say!("{INTRODUCTION}");
        let folder = Folder::prepare(&self.dir, &ports)?;
        let simulator = dfdg_simulator::start(simulator_settings(&folder, &ports)).await.with_context(|| {
            format!("the simulator cannot listen on port {}; choose others with --port-base", ports.backend)
        })?;
        let config = load_config(Some(&folder.path("facade.toml")))?;
        let _journal = journal::init(&config)?;
        let facade = Facade::start(config).context("the facade cannot start; --port-base chooses other ports")?;
        let good = scenario(&folder, &ports).await? && push::deliver(&folder, &ports).await?;
        if !self.once {
            invite(&self.dir, &ports);
            super::serve::until_stopped(&facade).await?;
        }
        facade.stop().await;
        simulator.stop().await;
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn ports(&self) -> anyhow::Result<Ports> {
        let Some(base) = self.port_base else {
            return Ok(Ports { callers: 8443, intake: 8444, admin: 9090, backend: 8445 });
        };
        let after =
            |step| base.checked_add(step).ok_or_else(|| anyhow!("--port-base {base} leaves no room for four ports"));
        Ok(Ports { callers: base, admin: after(1)?, backend: after(2)?, intake: after(3)? })
    }
}

const INTRODUCTION: &str = "\
Old case systems call DFDG's SOAP services, which are gone. The facade answers in their place and
calls the REST services that replaced them. This is one call from end to end, and one message pushed the other way; client,
publisher, facade and a simulator of the new services all run on this machine, over real mutual TLS. Every person is made up.";

fn simulator_settings(folder: &Folder, ports: &Ports) -> dfdg_simulator::Settings {
    let tls = TlsFiles {
        certificate: folder.path("pki/servers/backend/chain.pem"),
        key: folder.path("pki/servers/backend/key.pem"),
        client_roots: folder.path("pki/ca/root/cert.pem"),
    };
    let address = ([127, 0, 0, 1], ports.backend).into();
    dfdg_simulator::Settings { address, tls: Some(tls), ..dfdg_simulator::Settings::local() }
}

/// The call and what is shown of it; whether it went well.
async fn scenario(folder: &Folder, ports: &Ports) -> anyhow::Result<bool> {
    let client = Client::new(folder, folder::CLIENT_CERTIFICATE, folder::CLIENT_KEY)?;
    let url = format!("https://localhost:{}{PATH}", ports.callers);
    let create = create_booking().text().map_err(|error| anyhow!(error))?;
    folder.write("create-booking.xml", &create)?;
    folder.write("get-bookings.xml", &get_bookings().text().map_err(|error| anyhow!(error))?)?;

    show::step(1, "An old client sends CreateBooking to the facade, over mutual TLS");
    say!("POST {url}\nSOAPAction: \"{}\"\n\n{create}", action("CreateBooking"));
    let answer = client.call(&url, &action("CreateBooking"), &create).await?;

    show::step(2, "The facade checked it against the old contract and made this REST call");
    let calls = client.json(&format!("https://127.0.0.1:{}/simulator/calls", ports.backend)).await?;
    say!(
        "{}\n\nsamtaleformType: 4 of the old list is 8, a digital meeting, in the new one, which must have a link:\nthe organisation's own. ombookingFrist: a date, where the old contract has a time. What was withdrawn\n(InterviewWithMoreAuthorities) is dropped and counted.",
        show::rest_call(&calls)
    );

    show::step(3, "The answer went back as a reply of the old contract");
    say!("HTTP {}   X-Request-Id: {}\n\n{}", answer.status, answer.request_id, show::indented(&answer.body));

    show::step(4, "The client understood it");
    let reply: soap::ReplyEnvelope = yaserde::de::from_str(&answer.body).map_err(|error| anyhow!("{error:?}"))?;
    match reply.body.created {
        Some(created) if answer.status == 200 => {
            say!("receipt {} of {}", created.receipt.id, created.receipt.date);
            Ok(true)
        }
        _ => {
            say!("it expected a receipt, and got none");
            Ok(false)
        }
    }
}

fn action(operation: &str) -> String {
    format!("http://service.bm.dk/pjaktass/1/BookingService#{operation}")
}

fn header() -> Header {
    let organisation = RequestOrganisation { kind: 8.into(), code: "10100".to_owned() };
    let user =
        RequestUser { name: "Søren Ærøskøbing".to_owned(), kind: 2.into(), identifier: "RID-12345".to_owned() };
    let registered = clock::in_denmark(clock::now()).to_rfc3339_opts(chrono::SecondsFormat::Millis, false);
    Header {
        metadata: RequestUserMetadata { user, organisation, registered },
        organisation: ActiveOrganisation { kind: 8, code: "10100".to_owned() },
    }
}

fn get_bookings() -> Envelope {
    let get = GetBookings { person: CITIZEN.to_owned() };
    Envelope { header: header(), body: Body { create: None, get: Some(get) } }
}

/// A digital meeting in three weeks that can be rebooked until three days before.
fn create_booking() -> Envelope {
    let on = |days: u64, hour: u32| {
        let day = clock::in_denmark(clock::now()).date_naive() + Days::new(days);
        let time = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
        time.format("%Y-%m-%dT%H:%M:%S").to_string()
    };
    let booking = Booking {
        id: clock::new_id().to_string(),
        originator: Originator { code: 10100, kind: 8.into() },
        rebooking: true,
        rebooking_deadline: Some(on(18, 12)),
        compulsory: true,
        start: on(21, 10),
        end: Some(on(21, 11)),
        interview: 7.into(),
        contact: 4.into(),
        form: 1.into(),
        location: Some("Brug døren mod gården".to_owned()),
        more_authorities: Some(false),
        ..Booking::default()
    };
    let create = CreateBooking { person: CITIZEN.to_owned(), booking };
    Envelope { header: header(), body: Body { create: Some(create), get: None } }
}

/// Commands to paste.
fn invite(dir: &std::path::Path, ports: &Ports) {
    let (dir, callers, admin) = (dir.display(), ports.callers, ports.admin);
    let url = format!("https://localhost:{callers}{PATH}");
    let (ca, certificate, key) = (folder::SERVER_CA, folder::CLIENT_CERTIFICATE, folder::CLIENT_KEY);
    let (push, publisher, publisher_key) = (push::url(ports), folder::PUBLISHER_CERTIFICATE, folder::PUBLISHER_KEY);
    show::step(6, "Try it yourself; Ctrl-C ends the demo");
    say!(
        "# the contract, to generate a client from (?singleWsdl: in one file)
curl --cacert {dir}/{ca} '{url}?wsdl'

# a call: read the bookings of the citizen; {dir}/create-booking.xml creates one more when you change its BookingIdentifier
curl --cacert {dir}/{ca} --cert {dir}/{certificate} --key {dir}/{key} \\
     -H 'Content-Type: text/xml; charset=utf-8' --data-binary @{dir}/get-bookings.xml {url}

# without a certificate: fault 1101
curl --cacert {dir}/{ca} -H 'Content-Type: text/xml; charset=utf-8' --data-binary @{dir}/get-bookings.xml {url}

# a push of a publisher; the same again is known again, another beskedId is another message
curl --cacert {dir}/{ca} --cert {dir}/{publisher} --key {dir}/{publisher_key} \\
     -H 'Content-Type: application/json' --data-binary @{dir}/push.json {push}
dfdg-facade queue list --config {dir}/facade.toml

# health, metrics, and the journal with one line for each call and push
curl http://127.0.0.1:{admin}/health/ready
curl http://127.0.0.1:{admin}/metrics
tail {dir}/journal.jsonl"
    );
}
