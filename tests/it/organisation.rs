//! For whom a call is made where its contract has no header block to say so: the registration says it.

use std::path::Path;

use crate::world::{Request, Setup, World, edit};

const ONE: &str = r#"{ type = 8, code = "10100" }"#;
const TWO: &str = r#"{ type = 8, code = "10100", digital-meeting-link = "https://one.example" },
    { type = 8, code = "10101", digital-meeting-link = "https://two.example" }"#;

/// A contract without header blocks, such as HR systems call. What a user is to the backend is constant then.
fn without_blocks(folder: &Path) {
    let wsdl = folder.join("wsdl/BookingService.wsdl");
    rewrite(&wsdl, |line| (!line.contains("<soap:header ")).then(|| line.to_owned()));
    rewrite(&folder.join("mappings/services.toml"), |line| match line.split_once(' ') {
        Some(("x-brugerEmail", _)) => None,
        Some((name @ "x-registreringstidspunkt", _)) => Some(format!("{name} = {{ fact = \"now\" }}")),
        Some((name @ ("x-brugerType" | "x-brugerOrganisationType"), _)) => Some(format!("{name} = {{ const = 2 }}")),
        Some((name, _)) if name.starts_with("x-bruger") => Some(format!("{name} = {{ const = \"81\" }}")),
        _ => Some(line.to_owned()),
    });
    let create = folder.join("mappings/booking/create-booking.toml");
    let text = std::fs::read_to_string(&create).unwrap();
    let rules = text.split("\n[[refuse]]\n").filter(|rule| !rule.contains("header:"));
    std::fs::write(&create, rules.collect::<Vec<_>>().join("\n[[refuse]]\n")).unwrap();
}

/// What becomes of each line of a file.
fn rewrite(file: &Path, line: impl Fn(&str) -> Option<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<String> = text.lines().filter_map(line).collect();
    assert_ne!(text, lines.join("\n") + "\n", "{}", file.display());
    std::fs::write(file, lines.join("\n") + "\n").unwrap();
}

fn setup() -> Setup {
    Setup::default().catalogue(without_blocks)
}

/// As a client of such a contract sends it.
fn bare(request: Request) -> Request {
    request.with_part("<s:Header>", "</s:Header>", "")
}

/// The organisation in the journal, after that in the header fields of the one backend call.
async fn acted_for(world: &World, request: &Request) -> [String; 2] {
    let response = world.call(request).await;
    response.reply();
    let line = world.journal(response.request_id()).await;
    let calls = world.backend.calls(response.request_id()).await;
    let field = |name: &str| calls[0].header(name).unwrap().to_owned();
    let journal = format!("{} {}", line["organisation"]["type"], line["organisation"]["code"].as_str().unwrap());
    [journal, format!("{} {}", field("x-aktivorganisationtype"), field("x-aktivorganisationkode"))]
}

#[tokio::test]
async fn the_only_organisation_of_the_registration_is_the_one() {
    let world = setup().start().await;
    for request in [Request::create_booking(), Request::get_bookings()] {
        assert_eq!(acted_for(&world, &bare(request)).await, ["8 10100", "8 10100"]);
    }
}

#[tokio::test]
async fn of_several_it_is_the_one_the_registration_names_with_its_settings() {
    let named = "default_organisation = { type = 8, code = \"10101\" }\nservices ";
    let world = setup().client(ONE, TWO).client("services ", named).start().await;
    let contact = |form: u32| format!(">{form}</CodeListItemIdentifier>\n        </InterviewContactTypeIdentifier>");
    let digital = bare(Request::create_booking()).with(&contact(1), &contact(8));
    assert_eq!(acted_for(&world, &digital).await, ["8 10101", "8 10101"]);
    let sent = world.backend.last_call("POST").await.unwrap();
    assert_eq!(sent.body["digitaltMoedelink"], "https://two.example");
}

#[tokio::test]
async fn of_several_with_none_named_there_is_none_and_the_caller_is_told_so() {
    let world = setup().client(ONE, TWO).start().await;
    let response = world.call(&bare(Request::get_bookings())).await;
    world.refused(&response).await.is(4575, "the registration of the client system names no single one");
    let line = world.journal(response.request_id()).await;
    assert_eq!((&line["reason"], &line["organisation"]), (&"organisation_not_named".into(), &serde_json::Value::Null));
    let counted = world.metrics().await.sum("dfdg_access_refused_total", &["reason=\"organisation_not_named\""]);
    assert!(counted >= 1.0);
}

#[tokio::test]
async fn a_type_the_service_is_not_for_is_4413_here_too() {
    let for_others = |folder: &Path| {
        without_blocks(folder);
        let mappings = "mappings = \"mappings/booking\"";
        edit(folder.join("mappings/services.toml"), mappings, &format!("{mappings}\norganisation_types = [2]"));
    };
    let world = Setup::default().catalogue(for_others).start().await;
    let response = world.call(&bare(Request::get_bookings())).await;
    world.refused(&response).await.is(4413, "The authoritytype of the requestheader is invalid");
}

/// A block that is not in the contract has no say.
#[tokio::test]
async fn a_caller_cannot_choose_another_organisation_by_a_block_of_its_own() {
    let named = "default_organisation = { type = 8, code = \"10101\" }\nservices ";
    let world = setup().client(ONE, TWO).client("services ", named).start().await;
    assert_eq!(acted_for(&world, &Request::get_bookings()).await, ["8 10101", "8 10101"]);
}

/// It is a matter of the operation: in one contract, one may have the block and another not.
#[tokio::test]
async fn an_operation_that_has_the_block_is_judged_by_it_though_another_has_none() {
    let some = |folder: &Path| {
        let wsdl = folder.join("wsdl/BookingService.wsdl");
        let text = std::fs::read_to_string(&wsdl).unwrap();
        let at = text.find("BookingService#GetBookings\"").unwrap();
        let block = "        <soap:header message=\"tns:ActiveOrganisationHeader\" part=\"ActiveOrganisationHeader\" use=\"literal\" />\n";
        std::fs::write(wsdl, text[..at].to_owned() + &text[at..].replacen(block, "", 1)).unwrap();
    };
    let named = "default_organisation = { type = 8, code = \"10101\" }\nservices ";
    let world = Setup::default().client(ONE, TWO).client("services ", named).catalogue(some).start().await;
    assert_eq!(acted_for(&world, &Request::create_booking()).await, ["8 10100", "8 10100"]);
    assert_eq!(acted_for(&world, &Request::get_bookings()).await, ["8 10101", "8 10101"]);
    let foreign = Request::create_booking().with("<a:OrganisationCode>10100", "<a:OrganisationCode>22300");
    let response = world.call(&foreign).await;
    world.refused(&response).await.is(4575, "");
}
