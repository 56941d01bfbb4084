#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

const ONE: &str = r#"
[[client]]
name = "one"
contact = "a@b.example"
certificates = [{ cvr = "12345678", uuid = "7a0c2f6e-3f0b-4a55-9d8e-2f6d3c1b0a99" }]
services = ["BookingService"]
organisations = [{ type = 8, code = "10100", digital-meeting-link = "https://video.example" }]
valid_from = 2026-01-01
valid_to = "2026-12-31"
"#;

fn problems(text: &str) -> Vec<(u32, String)> {
    let problems = Registry::parse("clients.toml", text).unwrap_err();
    problems.list().iter().map(|problem| (problem.line, problem.message.clone())).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn one() -> Arc<ClientSystem> {
    let registry = Registry::parse("clients.toml", ONE).unwrap();
    let uuid = "7A0C2F6E-3F0B-4A55-9D8E-2F6D3C1B0A99".parse().unwrap();
    match registry.find("12345678".parse().unwrap(), uuid).unwrap() {
        Registered::Client(client) => Arc::clone(client),
        Registered::Publisher(publisher) => panic!("{publisher:?}"),
    }
}

#[test]
fn a_client_is_found_by_the_identity_in_its_certificate() {
    let registry = Registry::parse("clients.toml", ONE).unwrap();
    assert_eq!(one().name(), "one");
    assert_eq!(registry.clients().len(), 1);
    assert!(registry.find("12345679".parse().unwrap(), Uuid::nil()).is_none());
}

#[test]
fn without_operations_all_of_its_services_are_allowed_and_with_them_only_those() {
    assert!(one().may_call("BookingService", "GetBookings"));
    assert!(!one().may_call("JobAdService", "GetBookings"));
    let fewer = ONE.replace("services =", "operations = [\"CreateBooking\"]\nservices =");
    let fewer = Registry::parse("clients.toml", &fewer).unwrap();
    assert!(fewer.clients()[0].may_call("BookingService", "CreateBooking"));
    assert!(!fewer.clients()[0].may_call("BookingService", "GetBookings"));
}

#[test]
fn an_organisation_is_its_type_and_its_code() {
    let client = one();
    assert_eq!(client.organisation(8, "10100").unwrap().setting("digital-meeting-link"), Some("https://video.example"));
    assert!(client.organisation(7, "10100").is_none());
    assert!(client.organisation(8, "1010").is_none());
}

const TWO_ORGANISATIONS: &str =
    "organisations = [{ type = 2, code = \"81\" }, { type = 8, code = \"10100\" }]\nvalid_to";

/// The code of the default organisation with other lines about organisations.
fn default_of(lines: &str) -> Option<String> {
    let (before, rest) = ONE.split_once("organisations").unwrap();
    let (_, after) = rest.split_once("valid_to").unwrap();
    let registry = Registry::parse("clients.toml", &format!("{before}{lines}{after}")).unwrap();
    registry.clients()[0].default_organisation().map(|organisation| organisation.code().to_owned())
}

#[test]
fn the_default_organisation_is_the_one_named_or_the_only_one() {
    assert_eq!(one().default_organisation(), one().organisation(8, "10100"));
    assert_eq!(default_of(TWO_ORGANISATIONS), None);
    assert_eq!(default_of("valid_to"), None);
    let named = format!("default_organisation = {{ type = 8, code = \"10100\" }}\n{TWO_ORGANISATIONS}");
    assert_eq!(default_of(&named).as_deref(), Some("10100"));
}

#[test]
fn a_default_organisation_must_be_one_of_the_clients_own() {
    let with =
        |value: &str| problems(&ONE.replace("valid_from", &format!("default_organisation = {value}\nvalid_from")));
    let none = "`default_organisation` is none of the client's `organisations`".to_owned();
    assert_eq!(with("{ type = 7, code = \"10100\" }"), [(8, none)]);
    assert_eq!(with("\"10100\""), [(8, "`default_organisation` must be a table".to_owned())]);
    assert_eq!(with("{ type = 8, code = \"10100\", kode = \"1\" }"), [(8, "`kode` is not known here".to_owned())]);
    assert_eq!(with("{ code = \"10100\" }"), [(8, "`type` is missing or empty".to_owned())]);
}

#[test]
fn both_days_of_validity_count() {
    for (text, valid) in [("2025-12-31", false), ("2026-01-01", true), ("2026-12-31", true), ("2027-01-01", false)] {
        assert_eq!(one().valid_on(day(text)), valid, "{text}");
    }
}

#[test]
fn an_identity_of_two_clients_is_an_error_that_names_both_lines() {
    let two = format!("{ONE}{}", ONE.replace("\"one\"", "\"two\""));
    assert_eq!(problems(&two), [(14, "this identity is registered on line 5 already".to_owned())]);
}

const PUBLISHER: &str = r#"
[[publisher]]
name = "wsb"
contact = "c@d.example"
certificates = [{ cvr = "87654321", uuid = "7a0c2f6e-3f0b-4a55-9d8e-2f6d3c1b0a98" }]
valid_to = 2026-12-31
"#;

#[test]
fn a_publisher_is_found_beside_clients_and_is_none() {
    let registry = Registry::parse("clients.toml", &format!("{ONE}{PUBLISHER}")).unwrap();
    let uuid = "7a0c2f6e-3f0b-4a55-9d8e-2f6d3c1b0a98".parse().unwrap();
    let Some(Registered::Publisher(found)) = registry.find("87654321".parse().unwrap(), uuid) else { panic!("none") };
    assert_eq!((found.name(), found.contact()), ("wsb", "c@d.example"));
    assert!(found.valid_on(day("2026-12-31")) && !found.valid_on(day("2027-01-01")));
    assert_eq!(registry.clients().len(), 1);
}

#[test]
fn an_identity_or_name_of_a_client_cannot_be_a_publishers_too() {
    let same = PUBLISHER.replace("87654321", "12345678").replace("0a98", "0a99").replace("wsb", "one");
    let (identity, name) = ("this identity is registered on line 5 already", "`name` is taken on line 3 already");
    let found = problems(&format!("{ONE}{same}"));
    assert_eq!(found, [(12, name.to_owned()), (14, identity.to_owned())]);
}

#[test]
fn a_publisher_has_nothing_to_call_and_nobody_to_act_for() {
    let wrong = PUBLISHER.replace("valid_to =", "services = [\"BookingService\"]\nvalid_from = 2027-01-01\nvalid_to =");
    let found = problems(&wrong.replace("contact", "kontakt"));
    let expected = [
        (2, "`contact` is missing or empty"),
        (2, "`valid_to` is before `valid_from`"),
        (4, "`kontakt` is not known here"),
        (6, "`services` is not known here"),
    ];
    assert_eq!(found, expected.map(|(line, message)| (line, message.to_owned())));
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = r#"
[[client]]
name = "one"
contakt = "a@b.example"
certificates = [{ cvr = 12345678, uuid = "x" }]
services = []
organisations = [{ type = "8", code = "10100" }, { code = "" }]
valid_from = "yesterday"

[[client]]
name = "one"
contact = "a"
services = "BookingService"
"#;
    let found = problems(text);
    let lines: Vec<u32> = found.iter().map(|(line, _)| *line).collect();
    for (line, part) in [
        (2, "`contact` is missing"),
        (2, "may call no service"),
        (4, "`contakt` is not known"),
        (5, "`cvr` must be"),
        (5, "`uuid` must be"),
        (7, "`type` must be"),
        (7, "`type` is missing"),
        (7, "`code` is missing"),
        (8, "`valid_from` must be"),
        (10, "it has no `certificates`"),
        (11, "taken on line 3 already"),
        (13, "`services` must be"),
    ] {
        assert!(found.iter().any(|(at, message)| *at == line && message.contains(part)), "{part}: {found:#?}");
    }
    assert!(lines.is_sorted());
}

#[test]
fn a_name_must_be_fit_for_a_label() {
    for wrong in ["", "a\\\"b", "a\\nb", &"x".repeat(65)] {
        assert!(Registry::parse("c", &ONE.replace("\"one\"", &format!("\"{wrong}\""))).is_err(), "{wrong}");
    }
    assert!(Registry::parse("c", &ONE.replace("\"one\"", "\"Kommune Ærø 2\"")).is_ok());
}

#[test]
fn names_the_catalogue_lacks_are_told_with_line_and_the_nearest_name() {
    let registry = Registry::parse("clients.toml", &ONE.replace("meeting-link", "meeting-lnk")).unwrap();
    let names = Names {
        services: vec!["JobAdService"],
        operations: vec![],
        settings: vec!["digital-meeting-link"],
        ..Names::default()
    };
    let problems = registry.check(&names).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "clients.toml:6: there is no service `BookingService`\n    hint: known here: JobAdService\n\
         clients.toml:7: there is no setting `digital-meeting-lnk`\n    hint: did you mean `digital-meeting-link`?"
    );
}

#[test]
fn every_backend_a_client_reaches_must_have_its_identity() {
    let reached =
        |service, backend, identities: &[&'static str]| Reached { service, backend, identities: identities.to_vec() };
    let names = |reached| Names {
        services: vec!["BookingService"],
        settings: vec!["digital-meeting-link"],
        reached,
        ..Names::default()
    };
    let registry = ONE.replace("valid_from", "backend_identity = \"kommune\"\nvalid_from");
    let registry = Registry::parse("clients.toml", &registry).unwrap();
    assert_eq!(registry.clients()[0].backend_identity(), Some("kommune"));
    let good = names(vec![reached("BookingService", "a", &["kommune"]), reached("JobAdService", "b", &[])]);
    registry.check(&good).unwrap();
    let bad = names(vec![reached("BookingService", "a", &["komune"]), reached("BookingService", "b", &[])]);
    assert_eq!(
        registry.check(&bad).unwrap_err().to_string(),
        "clients.toml:8: backend `a`, which BookingService calls, has no identity `kommune`\n    hint: did you mean `komune`?\n\
         clients.toml:8: backend `b`, which BookingService calls, has no identity `kommune`\n    hint: add \
         [backends.b.identities.kommune] with certificate and key to the settings"
    );
}

#[test]
fn the_example_file_is_sound() {
    let example = include_str!("../../config/clients.example.toml");
    let registry = Registry::parse("clients.example.toml", example).unwrap();
    assert_eq!(registry.clients()[0].organisations().len(), 2);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Registry::load(Path::new("no/such/clients.toml")).unwrap_err();
    assert!(error.to_string().starts_with("no/such/clients.toml: cannot be read"), "{error}");
}

#[test]
fn of_a_file_that_is_no_toml_the_first_mistake_alone_is_told() {
    for (wrong, line) in
        [("{ type = 8 code = \"10100\" }", 7), ("{ type = 8, code = \"10100 }", 7), ("{ type = , }", 7)]
    {
        let organisation = "{ type = 8, code = \"10100\", digital-meeting-link = \"https://video.example\" }";
        let text = ONE.replace(organisation, wrong).replace("contact", "kontakt");
        let found = problems(&text);
        assert!(matches!(&*found, [(at, message)] if *at == line && !message.contains("known")), "{wrong}\n{found:#?}");
    }
}

#[test]
fn what_is_of_the_wrong_kind_is_not_told_as_missing_too() {
    let text = ONE.replace("\"one\"", "1").replace("[\"BookingService\"]", "\"BookingService\"");
    let found = problems(&text.replace("certificates = [{", "certificates = { cvr = \"1\" }\nx = [{"));
    let expected =
        ["`name` must be a text", "`certificates` must be a list", "`x` is not known", "`services` must be a list"];
    assert_eq!(found.len(), 4, "{found:#?}");
    for part in expected {
        assert!(found.iter().any(|(_, message)| message.contains(part)), "{part}\n{found:#?}");
    }
}

#[test]
fn names_nobody_has_are_told_together_with_what_else_is_wrong() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = ONE.replace("\"BookingService\"", "\"BokingService\"").replace("type = 8", "type = \"x\"");
    std::fs::write(file.path(), text).unwrap();
    let names = Names { services: vec!["BookingService"], settings: vec!["digital-meeting-link"], ..Names::default() };
    let found = Registry::load_checked(file.path(), &names).unwrap_err();
    let lines: Vec<u32> = found.list().iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [6, 7], "{found}");
}

#[test]
fn a_setting_of_a_client_holds_for_each_organisation_that_has_none_of_the_name() {
    let text =
        ONE.replace("services", "settings = { digital-meeting-link = \"of the client\", other = \"x\" }\nservices");
    let registry = Registry::parse("clients.toml", &text).unwrap();
    let client = &registry.clients()[0];
    let setting = |name| client.setting(client.default_organisation().unwrap_or(&client.organisations()[0]), name);
    assert_ne!(setting("digital-meeting-link"), Some("of the client"), "the organisation has its own");
    assert_eq!((setting("other"), setting("another")), (Some("x"), None));
    let names = Names { services: vec!["BookingService"], settings: vec!["digital-meeting-link"], ..Names::default() };
    let told = registry.check(&names).unwrap_err().to_string();
    assert!(told.contains("there is no setting `other`"), "{told}");
    assert!(Registry::parse("c", &text.replace("\"x\"", "\"\"")).is_err(), "an empty one is none");
}
