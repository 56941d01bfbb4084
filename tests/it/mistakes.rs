//! Mistakes in files the operator gives us: refused at start, all at once, with file and line.

use std::fs;
use std::path::Path;

use dfdg_facade::facade::{Facade, load};

use crate::world::{Setup, edit, rename_backend};

/// What the facade says about the settings.
fn config_problems(setup: &Setup) -> String {
    setup.config("https://127.0.0.1:1").expect_err("settings that are refused").to_string()
}

/// What the facade says at start about contracts, mappings and clients.
fn start_problems(setup: &Setup) -> String {
    let config = setup.config("https://127.0.0.1:1").unwrap_or_else(|problems| panic!("{problems}"));
    let checked = load(&config).map(drop).expect_err("files that are refused").to_string();
    let started = Facade::start(config).map(drop).expect_err("files that are refused").to_string();
    assert_eq!(checked, started, "`check` and `serve` say the same");
    started
}

/// Asserts that each of these is in the text, in this order.
fn assert_lines(text: &str, lines: &[&str]) {
    let mut rest = text;
    for line in lines {
        let at = rest.find(line).unwrap_or_else(|| panic!("{line} is missing or out of order in:\n{text}"));
        rest = &rest[at + line.len()..];
    }
}

#[test]
fn settings_with_unknown_names_bad_values_and_missing_files() {
    let setup = Setup::default().settings(
        "[callers.limits]\ndepht = 3\nbody_timeout = \"30\"\n[backends.kontaktforloeb]\nurl = \"http://example.dk\"\n",
    );
    let text = config_problems(&setup);
    assert_lines(
        &text,
        &[
            "facade.toml",
            "facade.toml:2: there is no setting `callers.limits.depht`",
            "hint: did you mean `depth`",
            "facade.toml:3: ",
            "facade.toml:5: ",
        ],
    );
    assert!(text.contains("`callers.public_url`"), "what must be given and is not: {text}");
}

#[test]
fn mistakes_in_several_mappings_and_lists() {
    let setup = Setup::default().catalogue(|folder| {
        let mappings = folder.join("mappings");
        edit(
            mappings.join("booking/create-booking.toml"),
            "\"Booking/CompulsoryAttendance\"",
            "\"Booking/CompulsoryAttendence\"",
        );
        edit(mappings.join("booking/create-booking.toml"), "code = \"moedeform\"", "code = \"moedeforme\"");
        edit(mappings.join("booking/get-bookings.toml"), "\"./moedepligt\"", "\"./moedeplikt\"");
        edit(mappings.join("codelists/samtaletype.toml"), "others  = \"pass\"", "others  = \"perhaps\"");
    });
    assert_lines(
        &start_problems(&setup),
        &[
            "mappings/booking/create-booking.toml:",
            "moedeforme",
            "mappings/booking/create-booking.toml:",
            "CompulsoryAttendence",
            "mappings/booking/get-bookings.toml:",
            "moedeplikt",
            "mappings/codelists/samtaletype.toml:4: ",
        ],
    );
}

#[test]
fn a_contract_outside_the_profile_or_incomplete() {
    let rpc = |folder: &Path| {
        edit(
            folder.join("wsdl/BookingService.wsdl"),
            "<soap:binding transport",
            "<soap:binding style=\"rpc\" transport",
        );
    };
    assert_lines(&start_problems(&Setup::default().catalogue(rpc)), &["wsdl/BookingService.wsdl:", "rpc"]);

    let gone =
        |folder: &Path| edit(folder.join("wsdl/BookingService.wsdl"), "../xsd/FaultDetails.xsd", "../xsd/Faults.xsd");
    assert_lines(
        &start_problems(&Setup::default().catalogue(gone)),
        &["wsdl/BookingService.wsdl:16: ", "xsd/Faults.xsd"],
    );
}

#[test]
fn a_contract_that_changed_under_its_mapping() {
    let setup = Setup::default().catalogue(|folder| {
        let schema = folder.join("xsd/BookingService.xsd");
        let text = fs::read_to_string(&schema).unwrap();
        fs::write(&schema, text.replace("name=\"CompulsoryAttendance\"", "name=\"MustAttend\"")).unwrap();
    });
    assert_lines(
        &start_problems(&setup),
        &[
            "mappings/booking/create-booking.toml:",
            "CompulsoryAttendance",
            "mappings/booking/get-bookings.toml:",
            "CompulsoryAttendance",
        ],
    );
}

#[test]
fn clients_with_names_the_catalogue_does_not_have() {
    let setup = Setup::default()
        .client("\"BookingService\"", "\"BookingService\", \"JobService\"")
        .client("code = \"10100\"", "code = \"10100\", digital-meting-link = \"x\"");
    assert_lines(
        &start_problems(&setup),
        &["clients.toml:6: ", "JobService", "clients.toml:7: ", "digital-meting-link"],
    );
}

#[test]
fn a_backend_without_settings() {
    let setup = Setup::default().catalogue(|folder| {
        rename_backend(&folder.join("mappings"));
    });
    assert_lines(
        &start_problems(&setup),
        &["the backend andet of mappings/services.toml has no settings", "add [backends.andet]"],
    );
}

#[test]
fn an_address_that_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["callers.address", "admin.address"] {
        let setup = Setup::default().setting(setting, &address);
        let error = Facade::start(setup.config("https://127.0.0.1:1").unwrap()).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{setting}: {address} is in use")), "{error}");
    }
}
