use super::*;
use crate::store::{self, LastCall};

const NOON: &str = "2026-03-29T12:00:00Z"; // the day on which clocks go forward

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn line(client: &str, operation: &str) -> Line {
    Line { client: client.into(), service: "BookingService".into(), operation: operation.into() }
}

fn counted(day: &str, line: Line, calls: u64, faults: u64) -> Counted {
    Counted { day: day.parse().unwrap(), line, tally: Tally { calls, faults, last: at(&format!("{day}T08:00:00Z")) } }
}

fn registry(names: &[&str]) -> Registry {
    let client = |(number, name): (usize, &&str)| {
        format!(
            "[[client]]\nname = \"{name}\"\ncontact = \"{name}@example.dk\"\nservices = [\"BookingService\"]\n\
             certificates = [{{ cvr = \"90000002\", uuid = \"dfd90000-0000-4000-8000-00000000000{number}\" }}]\n\
             organisations = [{{ type = 8, code = \"10100\" }}]\n"
        )
    };
    Registry::parse("clients.toml", &names.iter().enumerate().map(client).collect::<String>()).unwrap()
}

/// Counts without a call: as a worker's counter has them.
fn count(usage: &Usage, line: &Line, tally: Tally) {
    let names = [&line.client, &line.service, &line.operation].map(|name| Label::from(&*name.clone().leak()));
    let counter = usage.counter();
    held(&counter.0).insert(names, tally);
}

#[test]
fn a_report_tells_days_apart_and_names_who_is_silent() {
    let (get, create) = (line("busy", "GetBookings"), line("busy", "CreateBooking"));
    let days = [
        counted("2026-02-28", get.clone(), 1, 0), // the first of 30 days
        counted("2026-03-22", get.clone(), 10, 1),
        counted("2026-03-23", get.clone(), 100, 0), // the first of 7
        counted("2026-03-29", get, 1000, 2),
        counted("2026-03-28", create, 7, 7),
        counted("2026-03-01", line("gone", ""), 3, 3),
    ];
    assert_eq!(first("2026-03-29".parse().unwrap()), "2026-02-28".parse().unwrap());
    let last = [
        LastCall { line: line("silent", "GetBookings"), at: at("2025-12-24T17:00:00Z") },
        LastCall { line: line("busy", "CancelBooking"), at: at("2025-03-29T17:00:00Z") }, // once a year
    ];
    let report = Report::new("2026-03-29".parse().unwrap(), &days, &last, &registry(&["busy", "never", "silent"]));
    let told: Vec<_> =
        report.clients.iter().map(|it| (&*it.client, it.contact.is_some(), it.silence(), it.called.len())).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            ("busy", true, None, 3),
            ("gone", false, None, 1),
            ("silent", true, text("silent since 2025-12-24"), 1),
            ("never", true, text("never called"), 0),
        ]
    );
    let figures: Vec<_> =
        report.clients[0].called.iter().map(|it| (&*it.operation, it.today, it.week, it.month, it.faults)).collect();
    let yearly = ("CancelBooking", 0, 0, 0, 0);
    assert_eq!(figures, [yearly, ("CreateBooking", 0, 7, 7, 7), ("GetBookings", 1000, 1100, 1111, 3)]);
}

#[tokio::test]
async fn counts_add_up_in_the_store_and_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let settings = crate::config::Store { file: folder.path().join("facade.db") };
    let get = line("busy", "GetBookings");
    let calls = [(2, at(NOON)), (3, at("2026-03-29T21:59:59Z")), (4, at("2026-03-29T22:00:00Z"))]; // midnight in summer
    for (calls, now) in calls {
        let store = store::open(&settings).unwrap();
        let usage = Usage::default();
        count(&usage, &get, Tally { calls, faults: 1, last: now });
        usage.save(&store, now).await.unwrap();
        usage.save(&store, now).await.unwrap(); // nothing twice
    }
    let store = store::open(&settings).unwrap();
    let kept = store.usage_since("2026-03-01".parse().unwrap()).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|it| (it.day.to_string(), it.tally.calls, it.tally.faults)).collect();
    assert_eq!(kept, [("2026-03-29".to_owned(), 5, 2), ("2026-03-30".to_owned(), 4, 1)]);
    let last = store.last_calls().await.unwrap();
    assert_eq!(last, [LastCall { line: get, at: at("2026-03-29T22:00:00Z") }]);
    assert!(store.usage_since("2026-03-31".parse().unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn without_a_store_the_report_is_of_the_time_since_the_start() {
    let usage = Usage::default();
    count(&usage, &line("busy", "GetBookings"), Tally { calls: 2, faults: 0, last: at(NOON) });
    for _ in 0..2 {
        let report = usage.report(None, &registry(&["busy"]), at(NOON)).await.unwrap();
        assert_eq!(report.clients[0].called[0].today, 2, "asking changes nothing");
    }
}
