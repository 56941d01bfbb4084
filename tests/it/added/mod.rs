//! An operation that no contract here has, added by data alone as docs/mapping.md says, and served to a client like
//! any other.

use std::fs;
use std::path::Path;

use crate::world::{CITIZEN, Request, Response, Setup, World, edit, repository};

const PATH: &str = "/PjakTassWCFtService/9/PersonRegistrationService.svc";
const MODEL: &str = "RegisterUnemploymentFundParticipationChoice";
const ADDED: &str = "GetParticipationChoices";

/// Steps 1 and 3 of the guide: contract and mapping. The new side has the method already.
fn add(folder: &Path) {
    let (wsdl, xsd) = (folder.join("wsdl/PersonRegistrationService.wsdl"), "xsd/PersonRegistrationService.xsd");
    for (begin, end) in [("<wsdl:message name=\"", "</wsdl:message>"), ("<wsdl:operation name=\"", "</wsdl:operation>")]
    {
        like_the_model(&wsdl, begin, end);
    }
    edit(folder.join(xsd), "</schema>", &format!("{}</schema>", include_str!("types.xsd")));
    let mapping = folder.join("mappings/personregistration/get-participation-choices.toml");
    fs::write(mapping, include_str!("get-participation-choices.toml")).unwrap();
}

/// Writes behind each part of the file that names the model the same part with the new name.
fn like_the_model(file: &Path, begin: &str, end: &str) {
    let text = fs::read_to_string(file).unwrap();
    let begin = format!("{begin}{MODEL}");
    let mut parts = text.split(&begin);
    let mut written = parts.next().unwrap().to_owned();
    for part in parts {
        let (inside, rest) = part.split_once(end).unwrap();
        let whole = format!("{begin}{inside}{end}");
        written.extend([&whole, "\n", &whole.replace(MODEL, ADDED), rest]);
    }
    fs::write(file, written).unwrap();
}

fn choice() -> Request {
    let file = repository().join("tests/scenarios/personregistration/rn_bk_06_choice/request.xml");
    Request::soap(fs::read_to_string(file).unwrap()).start("POST", PATH)
}

/// The request of the new operation: the citizen alone.
fn choices(citizen: &str) -> Request {
    let namespace = "http://service.bm.dk/PersonRegistrationService/2015/01/21/";
    let action = format!("\"http://service.bm.dk/pjaktass/9/PersonRegistrationService#{ADDED}\"");
    let body = format!(
        "<s:Body><{ADDED}Request xmlns=\"{namespace}\"><PersonCivilRegistrationIdentifier>{citizen}\
         </PersonCivilRegistrationIdentifier></{ADDED}Request></s:Body>"
    );
    choice().with_part("<s:Body>", "</s:Body>", &body).header("SOAPAction", &action)
}

async fn world() -> World {
    let setup = Setup::default().client("\"BookingService\"", "\"BookingService\", \"PersonRegistrationService\"");
    setup.catalogue(add).start().await
}

async fn backend_path(world: &World, response: &Response) -> String {
    let [call] = &world.backend.calls(response.request_id()).await[..] else { panic!("one call") };
    format!("{} {}", call.method, call.path)
}

#[tokio::test]
async fn it_is_served_in_both_directions() {
    let world = world().await;
    let none = world.call(&choices(CITIZEN)).await;
    assert_eq!(none.reply().matches("<Choice>").count(), 0, "{none:?}");
    world.call(&choice()).await.reply();
    let one = world.call(&choices(CITIZEN)).await;
    let reply = one.reply();
    assert!(reply.contains("<GetParticipationChoicesResponse xmlns=\"http://service.bm.dk/PersonRegistrationService"));
    assert_eq!(reply.matches("<Choice>").count(), 1, "{reply}");
    assert!(reply.contains("17</"), "the type of talk: {reply}");
    assert_eq!(backend_path(&world, &one).await, "GET /v1/Indkaldelse/deltagelsesvalg");
}

#[tokio::test]
async fn what_comes_with_every_operation_comes_with_it() {
    let world = world().await;
    let wrong = world.call(&choices("0101")).await;
    wrong.fault().is(1014, "PersonCivilRegistrationIdentifier");
    let unknown = world.call(&choices("0909575009")).await;
    unknown.fault().is(1010, "");
    assert_eq!(world.journal(unknown.request_id()).await["operation"], ADDED);
}

#[tokio::test]
async fn clients_are_generated_from_a_description_that_has_it() {
    let world = world().await;
    let described = world.call(&Request::get("").start("GET", &format!("{PATH}?singleWsdl"))).await;
    assert!(described.body.contains(&format!("#{ADDED}\"")), "its SOAPAction");
    assert!(described.body.contains(&format!("name=\"{ADDED}Response\"")), "its element");
}
