#![allow(clippy::unwrap_used)]

use super::*;

/// A folder in which every file the examples name is there.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tls")).unwrap();
    let files =
        ["facade.pem", "facade.key", "oces3-root.pem", "oces3-issuing.pem", "facade-system.pem", "facade-system.key"];
    for file in files.map(|name| format!("tls/{name}")).iter().map(String::as_str).chain(["clients.toml", "ca.crt"]) {
        std::fs::write(folder.path().join(file), "").unwrap();
    }
    folder
}

fn example() -> String {
    include_str!("../../config/facade.example.toml").replace("/etc/ssl/certs/ca-certificates.crt", "ca.crt")
}

fn load_with(text: &str, env: &[(&str, &str)]) -> Result<Config, Problems> {
    let folder = folder();
    let file = folder.path().join("facade.toml");
    std::fs::write(&file, text).unwrap();
    Config::load(Some(&file), env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn load(text: &str) -> Result<Config, Problems> {
    load_with(text, &[])
}

/// Lines and messages of the problems, the folder taken out.
fn problems(text: &str, env: &[(&str, &str)]) -> Vec<(u32, String)> {
    let problems = load_with(text, env).unwrap_err();
    problems
        .list()
        .iter()
        .map(|problem| (problem.line, format!("{} {}", problem.message, problem.hint.as_deref().unwrap_or_default())))
        .collect()
}

#[track_caller]
fn assert_problem(found: &[(u32, String)], line: u32, part: &str) {
    assert!(found.iter().any(|(at, message)| *at == line && message.contains(part)), "{line}: {part}\n{found:#?}");
}

#[test]
fn the_example_file_is_sound_and_the_rest_comes_from_the_defaults() {
    let config = load(&example()).unwrap();
    assert_eq!(config.callers.public_url, PublicUrl::Fixed("https://facade.example.dk".to_owned()));
    assert_eq!(config.callers.client_certificate, ClientCertificate::Optional);
    assert_eq!(config.callers.limits.max_body_bytes, 5 << 20);
    assert_eq!(config.calls.deadline, Duration::from_secs(50));
    assert_eq!(config.admin.address.to_string(), "127.0.0.1:9090");
    assert!(config.server.workers >= 1);
    assert_eq!(config.catalogue.folder, None);
    assert_eq!(config.backends.keys().collect::<Vec<_>>(), ["kontaktforloeb"]);
    let backend = &config.backends["kontaktforloeb"];
    assert_eq!((backend.attempts, backend.pool_idle), (3, Duration::from_secs(15)));
    assert!(backend.identity.as_ref().unwrap().key.ends_with("tls/facade-system.key"));
}

#[test]
fn paths_begin_at_the_folder_of_the_file() {
    let folder = folder();
    let file = folder.path().join("facade.toml");
    std::fs::write(&file, example()).unwrap();
    let config = Config::load(Some(&file), std::iter::empty()).unwrap();
    assert_eq!(config.catalogue.clients, folder.path().join("clients.toml"));
}

#[test]
fn what_a_backend_says_itself_wins_over_all_backends() {
    let config =
        load(&format!("{}\ntimeout = \"1s\"\n[backends.other]\nurl = \"https://other.example\"", example())).unwrap();
    assert_eq!(config.backends["kontaktforloeb"].timeout, Duration::from_secs(1));
    assert_eq!(config.backends["other"].timeout, Duration::from_secs(20));
}

#[test]
fn an_identity_is_a_certificate_and_key_of_one_backend_or_of_all() {
    let other = "\n[backends.other]\nurl = \"https://other.example\"\n";
    let of = |backend: &str, name: &str| {
        format!("[backends.{backend}.identities.{name}]\ncertificate = \"ca.crt\"\nkey = \"tls/facade.key\"\n")
    };
    let config = load(&(example() + other + &of("kontaktforloeb", "own") + &of("all", "everywhere"))).unwrap();
    let names = |backend: &str| config.backends[backend].identities.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        (names("kontaktforloeb"), names("other")),
        (vec!["everywhere".into(), "own".into()], vec!["everywhere".into()])
    );
    let files: Vec<_> = config.backends["kontaktforloeb"].certificates().collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files[0].key.ends_with("tls/facade-system.key") && files[2].certificate.ends_with("ca.crt"), "{files:?}");
}

#[test]
fn an_identity_that_is_not_whole_or_not_known_so_is_told() {
    let line = u32::try_from(example().lines().count()).unwrap();
    let identity = "[backends.kontaktforloeb.identities.own]\ncertificate = \"no.pem\"\nkei = \"x\"\n";
    let environment = ("DFDG_FACADE__BACKENDS__KONTAKTFORLOEB__IDENTITIES__OWN__ROOTS", "ca.crt");
    let found = problems(&(example() + identity), &[environment]);
    assert_problem(
        &found,
        line + 2,
        "`backends.kontaktforloeb.identities.own.certificate` names nothing that is there",
    );
    assert_problem(&found, line + 3, "no setting `backends.kontaktforloeb.identities.own.kei` did you mean `key`?");
    assert_problem(&found, 0, "there is no setting `backends.kontaktforloeb.identities.own.roots`");
    assert_problem(&found, 0, "`backends.kontaktforloeb.identities.own.key` must be set in the environment");
    assert_eq!(found.len(), 4, "{found:#?}");
    let found = problems(&(example() + "identities = \"own\"\n"), &[]);
    assert!(found.iter().any(|(_, message)| message.contains("identities")), "{found:#?}");
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = load_with(
        &example(),
        &[
            ("DFDG_FACADE__CALLERS__LIMITS__DEPTH", "12"),
            ("DFDG_FACADE__BACKENDS__KONTAKTFORLOEB__URL", "https://elsewhere.example"),
            ("DFDG_FACADE__CALLERS__TRUST__ROOTS", "tls/oces3-root.pem, ca.crt"),
            ("DFDG_FACADE_UNRELATED", "x"),
            ("PATH", "/bin"),
        ],
    )
    .unwrap();
    assert_eq!(config.callers.document.depth, 12);
    assert_eq!(config.backends["kontaktforloeb"].url, "https://elsewhere.example");
    assert_eq!(config.callers.trust.roots.len(), 2);
}

#[test]
fn a_proxy_is_an_address_and_a_certificate() {
    let text = |proxy: &str| format!("{}\n[callers.proxy]\n{proxy}\n", example());
    let good = load(&text("addresses = [\"192.0.2.10\", \"::1\"]\ncertificates = [\"ca.crt\"]")).unwrap();
    assert_eq!(good.callers.proxy.addresses.len(), 2);
    assert_eq!(load(&example()).unwrap().callers.proxy, Proxy::default());
    let line = u32::try_from(example().lines().count()).unwrap() + 3;
    let cases = [
        ("addresses = [\"proxy.example\"]\ncertificates = [\"ca.crt\"]", line, "must be IP addresses"),
        ("addresses = [\"192.0.2.0/24\"]\ncertificates = [\"ca.crt\"]", line, "must be IP addresses"),
        ("addresses = [\"192.0.2.10\"]", 0, "`callers.proxy.certificates` must be set when"),
        ("certificates = [\"ca.crt\"]", 0, "`callers.proxy.addresses` must be set when"),
        ("addresses = [\"192.0.2.10\"]\ncertificates = [\"missing.pem\"]", line + 1, "names nothing that is there"),
    ];
    for (proxy, line, message) in cases {
        let found = problems(&text(proxy), &[]);
        assert_problem(&found, line, message);
        assert_eq!(found.len(), 1, "{found:#?}");
    }
}

#[test]
fn unknown_names_are_told_with_their_line_and_the_nearest_known() {
    let text =
        example().replace("[callers]\n", "[callers]\nadress = \"x\"\n") + "urll = \"x\"\n[jurnal]\nlevel = \"info\"\n";
    let found = problems(&text, &[("DFDG_FACADE__CALLERS__KEEP_ALIVE", "1s")]);
    assert_problem(&found, 5, "no setting `callers.adress` did you mean `address`?");
    assert_problem(&found, 38, "no setting `backends.kontaktforloeb.urll` did you mean `url`?");
    assert_problem(&found, 39, "no table `jurnal` did you mean `journal`?");
    assert_problem(
        &found,
        0,
        "DFDG_FACADE__CALLERS__KEEP_ALIVE: there is no setting `callers.keep_alive` did you mean `callers.limits.keep_alive`?",
    );
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_table_is_not_a_value_and_a_value_not_a_table() {
    let found = problems("server = 5\ncalls.deadline.soft = \"1s\"\nbackends = \"x\"\n", &[]);
    assert_problem(&found, 1, "no setting `server`");
    assert_problem(&found, 2, "no table `calls.deadline`");
    assert_problem(&found, 3, "no setting `backends`");
}

#[test]
fn an_empty_file_is_told_everything_that_must_be_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("facade.toml");
    std::fs::write(&file, "[backends.kontaktforloeb]\ntimeout = \"1s\"").unwrap();
    let error = Config::load(Some(&file), std::iter::empty()).unwrap_err();
    let text = error.to_string();
    for name in [
        "callers.public_url",
        "callers.certificate",
        "callers.key",
        "callers.trust.roots",
        "callers.trust.revocation",
        "backends.kontaktforloeb.url",
    ] {
        assert!(text.contains(&format!("`{name}` must be set")), "{name}\n{text}");
    }
    assert!(text.contains("in the environment it is DFDG_FACADE__CALLERS__PUBLIC_URL"), "{text}");
    assert!(text.contains("`catalogue.clients` names nothing that is there"), "{text}");
}

#[test]
fn values_out_of_range_are_told_with_their_line() {
    let text = example()
        + r#"
attempts = 0
timeout = 20
[server]
workers = -1
[callers.limits]
depth = "deep"
max_body_bytes = "5 MB"
[admin]
address = "localhost:9090"
[journal]
level = "]["
[calls]
deadline = 1.5
"#;
    let found = problems(&text, &[("DFDG_FACADE__CALLERS__CLIENT_CERTIFICATE", "sometimes")]);
    for part in [
        "backends.kontaktforloeb.attempts` must be at least 1",
        "backends.kontaktforloeb.timeout` must be a duration",
        "server.workers` must be a whole number",
        "callers.limits.depth` must be a whole number",
        "callers.limits.max_body_bytes` must be a number of bytes",
        "admin.address` must be an IP address and a port",
        "journal.level` must be",
        "calls.deadline` must be a text",
        "callers.client_certificate` must be \"optional\"",
    ] {
        assert!(found.iter().any(|(_, message)| message.contains(part)), "{part}\n{found:#?}");
    }
    assert_eq!(found.len(), 9, "{found:#?}");
    assert_problem(&found, 38, "attempts");
}

#[test]
fn a_secret_in_place_of_its_path_is_refused_and_not_repeated() {
    let secret = "-----BEGIN PRIVATE KEY-----abc";
    let text = example().replace("tls/facade.key", secret).replace("https://kontakt", "https://user:hunter2@kontakt");
    let error = load(&text).unwrap_err().to_string();
    assert!(error.contains("must be the path of a file, not its content"), "{error}");
    assert!(error.contains("must not carry a user name"), "{error}");
    assert!(!error.contains("abc") && !error.contains("hunter2"), "{error}");
}

#[test]
fn a_plain_backend_on_loopback_needs_no_certificates() {
    let text = example().replace("https://kontaktforloeb.example.dk", "http://127.0.0.1:9443/");
    let config = load(&text.replace("[backends.all]", "[backends.unused]\nurl = \"http://[::1]:1\"")).unwrap();
    assert_eq!(config.backends["kontaktforloeb"].url, "http://127.0.0.1:9443");
    assert_eq!(config.backends["kontaktforloeb"].identity, None);
}

#[test]
fn without_a_file_everything_may_come_from_the_environment() {
    let folder = folder();
    let path = |file: &str| folder.path().join(file).display().to_string();
    let env = [
        ("CALLERS__PUBLIC_URL", "from-host".to_owned()),
        ("CALLERS__CERTIFICATE", path("tls/facade.pem")),
        ("CALLERS__KEY", path("tls/facade.key")),
        ("CALLERS__TRUST__ROOTS", path("tls/oces3-root.pem")),
        ("CALLERS__TRUST__REVOCATION", path("ca.crt")),
        ("CATALOGUE__CLIENTS", path("clients.toml")),
    ];
    let config =
        Config::load(None, env.into_iter().map(|(name, value)| (format!("DFDG_FACADE__{name}"), value))).unwrap();
    assert_eq!(config.callers.public_url, PublicUrl::FromHost);
    assert!(config.backends.is_empty());
}

/// The example with other lines about revocation.
fn with_revocation(lines: &str) -> String {
    let example = example();
    let (before, rest) = example.split_once("revocation = [").unwrap();
    let (_, after) = rest.split_once("revocation_folder = \"revocation\"\n").unwrap();
    format!("{before}{lines}\n{after}")
}

#[test]
fn revocation_lists_must_be_named_or_done_without_in_so_many_words() {
    let problem = |lines: &str| problems(&with_revocation(lines), &[]);
    assert_problem(&problem(""), 0, "must be set; for a test without lists set `accept_revoked_certificates = true`");
    assert_problem(&problem("revocation = []"), 12, "`callers.trust.revocation` must be set");
    assert_problem(&problem("revocation = [\"no.crl\"]"), 12, "names nothing that is there");
    assert_problem(&problem("revocation = [\"https://a.example/a.crl\"]"), 12, "begin with http://");
    assert_problem(
        &problem("revocation = [\"http://a.example/a.crl\"]"),
        0,
        "`callers.trust.revocation_folder` must be set",
    );
    let both = "revocation = [\"ca.crt\"]\naccept_revoked_certificates = true";
    assert_problem(&problem(both), 12, "keeps from being read");
    assert_problem(&problem("accept_revoked_certificates = \"true\""), 12, "must be true or false");
    let config = load(&with_revocation("accept_revoked_certificates = true\nrevocation_grace = \"0s\"")).unwrap();
    assert!(config.callers.trust.revocation.accept_revoked && config.callers.trust.revocation.grace.is_zero());
    let config = load(&with_revocation("revocation = [\"ca.crt\"]")).unwrap();
    let revocation = config.callers.trust.revocation;
    assert!(matches!(revocation.sources.as_slice(), [ListSource::File(path)] if path.ends_with("ca.crt")));
    assert_eq!(revocation.grace, Duration::from_secs(6 * 3600));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load(Some(Path::new("no/facade.toml")), std::iter::empty()).unwrap_err();
    assert!(error.to_string().starts_with("no/facade.toml: cannot be read"), "{error}");
}

#[test]
fn where_a_file_was_looked_for_is_told_and_nothing_of_a_secret() {
    let folder = folder();
    let file = folder.path().join("facade.toml");
    let text = example().replace("tls/oces3-root.pem", "../no/root.pem") + "[journal]\nperson_key = \"hunter2\"\n";
    std::fs::write(&file, text).unwrap();
    let error = Config::load(Some(&file), std::iter::empty()).unwrap_err().to_string();
    let path = folder.path().join("../no/root.pem");
    let expected = format!("`callers.trust.roots` names nothing that is there: {} was looked for", path.display());
    assert!(error.contains(&expected), "{error}");
    assert!(
        error.contains("`journal.person_key` names nothing that is there") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn a_problem_of_a_setting_is_told_where_the_setting_stands() {
    let config = load_with(&example(), &[("DFDG_FACADE__CALLERS__KEY", "ca.crt")]).unwrap();
    let placed = |setting: &str| config.placed(Problem::new(setting, 0, "is bad").hint("mend it"));
    let line_of = |text: &str| 1 + example().lines().position(|line| line.starts_with(text)).unwrap();
    for (setting, line) in [
        ("callers.certificate", line_of("certificate")),
        ("backends.kontaktforloeb.roots", line_of("[backends.all]") + 3),
    ] {
        let told = placed(setting);
        assert!(told.file.ends_with("facade.toml") && told.hint.is_some(), "{told}");
        assert_eq!((told.line as usize, told.message), (line, format!("{setting}: is bad")));
    }
    for elsewhere in ["callers.key", "callers.limits.depth", "clients.toml"] {
        assert_eq!(placed(elsewhere), Problem::new(elsewhere, 0, "is bad").hint("mend it"));
    }
}

#[test]
fn settings_that_are_good_alone_and_not_together_are_refused() {
    let more = |lines: &str| problems(&format!("{}\n{lines}\n", example()), &[]);
    let line = u32::try_from(example().lines().count()).unwrap() + 3;
    for (lines, message) in [
        ("[admin]\naddress = \"127.0.0.1:8443\"", "`admin.address` must not be that of `callers.address`"),
        ("[admin]\naddress = \"0.0.0.0:8443\"", "`admin.address` must not be that of `callers.address`"),
        ("[server]\ndrain_deadline = \"49s\"", "`server.drain_deadline` must not be shorter than `calls.deadline`"),
        ("[calls]\ndeadline = \"56s\"", "`calls.deadline` must not be longer than `server.drain_deadline`"),
        ("[journal]\nfile = \"logs/facade.jsonl\"", "/logs"),
    ] {
        let found = more(lines);
        assert_problem(&found, line, message);
        assert_eq!(found.len(), 1, "{found:#?}");
    }
    for lines in
        ["[admin]\naddress = \"[::1]:8443\"", "[calls]\ndeadline = \"55s\"", "[journal]\nfile = \"facade.jsonl\""]
    {
        load(&format!("{}\n{lines}\n", example())).unwrap();
    }
    let free = load_with(
        &example(),
        &[("DFDG_FACADE__CALLERS__ADDRESS", "127.0.0.1:0"), ("DFDG_FACADE__ADMIN__ADDRESS", "127.0.0.1:0")],
    );
    free.unwrap();
}

#[test]
fn of_a_file_that_is_no_toml_nothing_is_said_to_be_missing() {
    let found = problems(&example().replace("[callers.trust]", "[callers.trust"), &[]);
    let line = 1 + example().lines().position(|line| line == "[callers.trust]").unwrap();
    assert!(matches!(&*found, [(at, _)] if *at as usize == line), "{found:#?}");
}

#[test]
fn there_is_no_intake_unless_it_is_enabled_and_then_it_shows_the_certificate_of_callers() {
    assert!(load(&example()).unwrap().intake.is_none());
    let config = load(&format!("{}\n[intake]\nenabled = true", example())).unwrap();
    let intake = config.intake.unwrap();
    assert_eq!((intake.address.to_string().as_str(), intake.limits.max_body_bytes), ("0.0.0.0:8444", 1 << 20));
    assert_eq!((intake.server, intake.client_certificate), (config.callers.server, ClientCertificate::Required));
    assert!(config.store.file.ends_with("var/facade.db"));

    let own = "[intake]\nenabled = true\ncertificate = \"tls/facade-system.pem\"\nkey = \"tls/facade-system.key\"";
    let own = load(&format!("{}\n{own}", example())).unwrap().intake.unwrap();
    assert!(own.server.key.ends_with("tls/facade-system.key"));
}

#[test]
fn the_settings_of_an_intake_are_checked() {
    let found = |settings: &str| problems(&format!("{}\n{settings}", example()), &[]);
    let line = u32::try_from(example().lines().count()).unwrap() + 2;
    let intake = "[intake]\nenabled = true\n";
    assert_problem(&found(&format!("{intake}certificate = \"tls/facade.pem\"")), 0, "`intake.key` must be set");
    let address = found(&format!("{intake}address = \"0.0.0.0:8443\""));
    assert_problem(&address, line + 2, "`intake.address` must not be that of `callers.address`");
    let address = found(&format!("{intake}address = \"127.0.0.1:9090\""));
    assert_problem(&address, line + 2, "`intake.address` must not be that of `admin.address`");
    assert_problem(&found("[intake]\nenabled = \"yes\""), line + 1, "`intake.enabled` must be true or false");
    assert_problem(&found("[store]\nfile = \"\""), line + 1, "`store.file` must be set");
}
