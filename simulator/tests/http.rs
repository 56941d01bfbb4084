//! The simulator over plain HTTP, as a test of the facade uses it. The client is a socket, so that every byte shows.
#![allow(clippy::disallowed_methods, reason = "a blocking client in a test of its own thread")]
#![expect(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use dfdg_simulator::{Now, Running, Settings, start};
use serde_json::{Value, json};

const ID: &str = "7a5e4b6e-0f1a-4f6e-9a51-0f2d3c4b5a69";
const HEADERS: &str = "x-civilregistrationIdentifier: 0101575001\r\nx-aktivOrganisationType: 8\r\n\
    x-aktivOrganisationKode: 10100\r\nx-brugerType: 3\r\nx-brugerIdentifikation: fagsystem\r\nx-brugerNavn: Fagsystem\r\n\
    x-brugerOrganisationType: 8\r\nx-brugerOrganisationKode: 10100\r\nx-registreringstidspunkt: 2024-06-01T09:00:00+02:00\r\n";

/// What came back before the connection closed.
#[derive(Debug)]
struct Answer {
    head: String,
    body: String,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

async fn simulator() -> Running {
    let now = "2030-06-01T06:00:00Z".parse().unwrap();
    start(Settings { now: Now::new(move || now), ..Settings::local() }).await.unwrap()
}

/// One call on a connection of its own, read until the simulator closes it.
fn call(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    socket.write_all(request.as_bytes()).unwrap();
    let mut text = Vec::new();
    let _ = socket.read_to_end(&mut text);
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer { head: head.to_owned(), body: body.to_owned() }
}

fn create(address: SocketAddr, request_id: &str) -> Answer {
    let body = json!({
        "ombookingMulig": false,
        "aflysningMulig": false,
        "moedeStarttidspunkt": "2030-06-01T09:00:00+02:00",
        "samtaleType": 7,
        "moedeGruppeType": 1,
        "samtaleformType": 1
    });
    let headers = format!("{HEADERS}x-requestId: {request_id}\r\nContent-Type: application/json\r\n");
    call(address, "POST", &format!("/v1/Indkaldelse/{ID}"), &headers, &body.to_string())
}

fn get(address: SocketAddr) -> Answer {
    get_at(address, "/v1/Indkaldelse")
}

fn get_at(address: SocketAddr, path: &str) -> Answer {
    call(address, "GET", path, HEADERS, "")
}

fn trouble(address: SocketAddr, trouble: &Value) {
    let answer = call(address, "POST", "/simulator/trouble", "", &trouble.to_string());
    assert_eq!(answer.status(), 204, "{answer:?}");
}

fn registered(address: SocketAddr) -> usize {
    get(address).json()["indkaldelser"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_write_is_read_back_and_the_simulator_stops() {
    let running = simulator().await;
    let address = running.address();
    let created = create(address, "r1");
    assert_eq!(created.status(), 200, "{created:?}");
    assert!(created.head.to_ascii_lowercase().contains("content-type: application/json"));
    assert_eq!(get(address).json()["indkaldelser"][0]["indkaldelseId"], ID);
    assert_eq!(create(address, "r1").status(), 412);
    running.stop().await;
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn choices_participants_and_searches_go_over_http() {
    let running = simulator().await;
    let address = running.address();
    create(address, "r1");
    let write = |id: &str, method: &str, path: &str, body: Value| {
        let headers = format!("{HEADERS}x-requestId: {id}\r\nContent-Type: application/json\r\n");
        call(address, method, path, &headers, &body.to_string()).status()
    };
    let choices = "/v1/Indkaldelse/deltagelsesvalg";
    assert_eq!(write("c1", "PUT", choices, json!({"deltagelsesvalgType": 3, "samtaleType": 7})), 200);
    assert_eq!(get_at(address, choices).json()["deltagelsesvalg"][0]["deltagelsesvalgType"], 3);
    let participant = format!("/v2/Indkaldelse/myndighedsdeltager/{ID}");
    assert_eq!(write("m1", "POST", &participant, json!({"indkaldelseIdentifier": ID, "navn": "Åse"})), 200);
    assert_eq!(write("m1", "PUT", &participant, json!({"indkaldelseIdentifier": ID})), 412);
    let history = get_at(address, &format!("/v1/Indkaldelse/historik/{ID}")).json();
    assert_eq!(history["historik"][1]["myndighedsdeltagere"][0]["navn"], "Åse");
    let found = |query| get_at(address, &format!("/v1/Indkaldelse/soegning?{query}")).json()["indkaldelser"].take();
    assert_eq!(found("samtaleType=7&fraDato=2030-06-01")[0]["indkaldelseId"], ID);
    assert_eq!(found("fraDato=2030-06-02"), json!([]));
    let operations = call(address, "GET", "/simulator/calls", "", "").json();
    assert_eq!(operations[5]["operation"], "GetIndkaldelseshistorik2024");
}

#[test]
fn it_starts_within_an_actix_runtime_and_stops_when_dropped() {
    let address = actix_web::rt::System::new().block_on(async {
        let running = simulator().await;
        assert_eq!(get(running.address()).status(), 200);
        running.address()
    });
    let deadline = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "still listening");
    }
}

#[tokio::test]
async fn a_port_in_use_is_an_error() {
    let running = simulator().await;
    let again = start(Settings { address: running.address(), ..Settings::local() }).await;
    assert!(again.unwrap_err().to_string().contains(&running.address().to_string()));
}

#[tokio::test]
async fn control_paths_can_be_left_out() {
    let running = start(Settings { control: false, ..Settings::local() }).await.unwrap();
    let answer = call(running.address(), "GET", "/simulator/calls", "", "");
    assert_eq!((answer.status(), answer.json()["fejlkode"].as_i64()), (404, Some(3)));
}

#[tokio::test]
async fn what_was_sent_can_be_seen_and_reset() {
    let running = simulator().await;
    let address = running.address();
    create(address, "r1");
    call(address, "PUT", "/v1/Frist", "", "no json");
    let calls = call(address, "GET", "/simulator/calls", "", "").json();
    assert_eq!(calls[0]["operation"], "CreateIndkaldelse");
    assert_eq!((&calls[0]["number"], &calls[0]["status"]), (&json!(1), &json!(200)));
    assert_eq!(calls[0]["body"]["samtaleType"], 7);
    assert!(calls[0]["headers"].as_array().unwrap().contains(&json!(["x-requestid", "r1"])));
    assert_eq!((&calls[1]["method"], &calls[1]["body"]), (&json!("PUT"), &json!("no json")));
    assert_eq!(calls[1]["status"], 404);
    assert_eq!(call(address, "POST", "/simulator/reset", "", "").status(), 204);
    assert_eq!(call(address, "GET", "/simulator/calls", "", "").json(), json!([]));
    assert_eq!(registered(address), 0);
    assert_eq!(create(address, "r1").status(), 200);
}

#[tokio::test]
async fn another_answer_is_sent_and_nothing_registered() {
    let running = simulator().await;
    let address = running.address();
    let html = json!({"kind": "answer", "status": 502, "content_type": "text/html", "body": "<html>"});
    trouble(address, &json!({"operation": "CreateIndkaldelse", "effect": html}));
    let answer = create(address, "r1");
    assert_eq!((answer.status(), answer.body.as_str()), (502, "<html>"));
    assert!(answer.head.to_ascii_lowercase().contains("content-type: text/html"));
    assert_eq!(registered(address), 0);
    assert_eq!(create(address, "r1").status(), 200);
}

#[tokio::test]
async fn an_answer_can_be_lost_before_and_after_registration() {
    let running = simulator().await;
    let address = running.address();
    let drop = |apply: bool| json!({"operation": "CreateIndkaldelse", "effect": {"kind": "drop", "apply": apply}});
    trouble(address, &json!([drop(false), drop(true)]));
    let lost = create(address, "r1");
    assert_eq!((lost.head.as_str(), registered(address)), ("", 0));
    let lost = create(address, "r1");
    assert_eq!((lost.head.as_str(), registered(address)), ("", 1));
    assert_eq!(create(address, "r1").status(), 412);
}

#[tokio::test]
async fn json_can_be_spoilt() {
    let running = simulator().await;
    let address = running.address();
    create(address, "r1");
    let whole = get(address);
    trouble(address, &json!({"effect": {"kind": "unknown-member"}}));
    let more = get(address).json();
    assert_eq!(more["indkaldelser"][0]["oprettetAf"]["ukendtMedlem"], "ukendt");
    trouble(address, &json!({"effect": {"kind": "truncate"}}));
    let half = get(address);
    assert_eq!((half.status(), half.body.as_str()), (200, &whole.body[..whole.body.len() / 2]));
    assert!(half.head.contains(&format!("{}", half.body.len())));
    trouble(address, &json!({"effect": {"kind": "cut"}}));
    let cut = get(address);
    assert_eq!((cut.status(), cut.body.as_str()), (200, &whole.body[..whole.body.len() / 2]));
    assert!(cut.head.contains(&format!("content-length: {}", whole.body.len())), "{cut:?}");
    assert_eq!(get(address).body, whole.body);
}

#[tokio::test]
async fn trouble_comes_at_the_call_it_is_meant_for() {
    let running = simulator().await;
    let address = running.address();
    trouble(address, &json!({"skip": 1, "times": 2, "effect": {"kind": "answer", "status": 503}}));
    let pending = call(address, "GET", "/simulator/trouble", "", "").json();
    assert_eq!((&pending[0]["skip"], &pending[0]["times"]), (&json!(1), &json!(2)));
    let statuses: Vec<_> = (0..4).map(|_| get(address).status()).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
    assert_eq!(call(address, "GET", "/simulator/trouble", "", "").json(), json!([]));
}

#[tokio::test]
async fn a_slow_call_runs_to_its_end_when_the_caller_hangs_up() {
    let running = simulator().await;
    let address = running.address();
    trouble(address, &json!({"operation": "CreateIndkaldelse", "delay_ms": 300}));
    let body = "{}";
    let mut socket = TcpStream::connect(address).unwrap();
    write!(socket, "POST /v1/Indkaldelse/{ID} HTTP/1.1\r\nHost: s\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(socket);
    let deadline = Instant::now() + Duration::from_secs(5);
    while call(address, "GET", "/simulator/calls", "", "").json()[0]["status"] != 400 {
        assert!(Instant::now() < deadline, "the method never ran");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn an_answer_can_be_late() {
    let running = simulator().await;
    let address = running.address();
    trouble(address, &json!({"delay_answer_ms": 300}));
    let begin = Instant::now();
    assert_eq!(get(address).status(), 200);
    assert!(begin.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_script_that_is_not_understood_says_why() {
    let running = simulator().await;
    let answer = call(running.address(), "POST", "/simulator/trouble", "", r#"{"time": 2}"#);
    assert_eq!(answer.status(), 400);
    assert!(answer.body.contains("unknown field `time`"), "{answer:?}");
}
