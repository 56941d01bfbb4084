//! The publisher's side: something happened to the booking, and the facade is told.

use anyhow::Context;
use serde_json::{Value, json};

use super::client::Client;
use super::folder::{Folder, PUBLISHER_CERTIFICATE, PUBLISHER_KEY};
use super::{CITIZEN, Ports, show};
use crate::clock;
use crate::store::sqlite::Reading;
use crate::store::{Contents, PushId, PushQueries, Stored};

/// The job centre it is for.
const PATH: &str = "/wsb/8/10100";
/// Indkaldelse, and the number of an update.
const INDKALDELSE: u32 = 90_000;
const UPDATE: u32 = 2;

/// Delivers a push and shows that it is kept; whether it is.
pub(super) async fn deliver(folder: &Folder, ports: &Ports) -> anyhow::Result<bool> {
    let url = url(ports);
    let push = serde_json::to_string_pretty(&push())?;
    folder.write("push.json", &push)?;
    let publisher = Client::new(folder, PUBLISHER_CERTIFICATE, PUBLISHER_KEY)?;
    show::step(5, "The new side pushes what happened (WSB), and the facade keeps it");
    say!("POST {url}\n\n{push}\n");
    let answer = publisher.push(&url, &push).await?;
    say!("HTTP {}   {}\n", answer.status, answer.body);
    let id = serde_json::from_str::<Value>(&answer.body).ok().and_then(|answer| answer["id"].as_i64());
    let store = Reading::open(&folder.path(super::folder::STORE)).context("the store cannot be read")?;
    let kept = match id {
        Some(id) => store.push(PushId(id)).await?,
        None => None,
    };
    match kept {
        Some(Stored { id, state, push }) if push.body.0 == folder.read("push.json")? => {
            let understood = matches!(push.contents, Contents::Understood(_));
            say!(
                "It was answered when it was on the disk, as it came: push {id} for {}, {}.\nA second delivery is known again. Giving pushes out to old clients (WSRM) comes later.",
                push.recipient,
                state.label()
            );
            Ok(understood)
        }
        _ => {
            say!("it is not in the store");
            Ok(false)
        }
    }
}

pub(super) fn url(ports: &Ports) -> String {
    format!("https://localhost:{}{PATH}", ports.intake)
}

/// An update of an Indkaldelse, in the shape of `mappings/wsb.toml`.
fn push() -> Value {
    json!({
        "metadata": {
            "beskedId": clock::new_id(),
            "entitetNavn": "Indkaldelse",
            "entitetId": INDKALDELSE,
            "eksternIdentifier": clock::new_id(),
            "versionIdentifier": 1,
            "identifikationstypeId": 1,
            "identifikation": CITIZEN,
            "aendringstype": UPDATE,
        }
    })
}
