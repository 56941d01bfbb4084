//! Reading the files again: what is good takes effect with the next call, what is not changes nothing.

use crate::world::{Request, Setup, World, edit, eventually, pki_file, rename_backend};

const MAPPING: &str = "catalogue/mappings/booking/create-booking.toml";
const FAULTS: &str = "catalogue/mappings/faults.toml";
const TEXT: &str = "Rebooking deadline must be specified if rebooking is possible";

async fn world() -> World {
    Setup::default().catalogue(|_| {}).start().await
}

/// Gets fault 8126.
fn refused() -> Request {
    Request::create_booking().with("<ReBookingPossible>false", "<ReBookingPossible>true")
}

fn reload_error(world: &World) -> String {
    format!("{:#}", world.facade().reload().expect_err("the files are bad"))
}

#[tokio::test]
async fn a_good_change_takes_effect_with_the_next_call_on_any_connection() {
    let world = world().await;
    let mut connection = world.connect().await;
    connection.call(&refused()).await.fault().is(8126, TEXT);
    edit(world.file(FAULTS), TEXT, "Say until when it can be rebooked");
    world.facade().reload().unwrap();
    connection.call(&refused()).await.fault().is(8126, "Say until when it can be rebooked");
}

#[tokio::test]
async fn a_bad_mapping_leaves_everything_as_it_was() {
    let world = world().await;
    edit(world.file(FAULTS), TEXT, "never told");
    edit(world.file(MAPPING), "Booking/CompulsoryAttendance", "Booking/CompulsoryAttendanse");
    let error = reload_error(&world);
    assert!(error.contains("mappings/booking/create-booking.toml:"), "{error}");
    assert!(error.contains("CompulsoryAttendanse"), "{error}");
    world.call(&refused()).await.fault().is(8126, TEXT);
    world.call(&Request::create_booking()).await.reply();
}

#[tokio::test]
async fn a_bad_file_of_clients_leaves_everything_as_it_was() {
    let world = world().await;
    edit(world.file(FAULTS), TEXT, "never told");
    edit(world.file("clients.toml"), "BookingService", "BokingService");
    let error = reload_error(&world);
    assert!(error.contains("clients.toml:6: "), "{error}");
    world.call(&refused()).await.fault().is(8126, TEXT);
    world.call(&Request::create_booking()).await.reply();
}

#[tokio::test]
async fn problems_of_mappings_and_clients_are_told_together() {
    let world = world().await;
    edit(world.file(MAPPING), "operation = \"CreateBooking\"", "operation = \"CreateBookings\"");
    edit(world.file("clients.toml"), "contact ", "kontakt ");
    let error = reload_error(&world);
    assert!(error.contains("create-booking.toml:2: "), "{error}");
    assert!(error.contains("clients.toml:4: "), "{error}");
}

#[tokio::test]
async fn a_bad_certificate_leaves_the_old_one_in_use() {
    let setup = Setup::default().own_certificate();
    let world = setup.start().await;
    std::fs::write(world.file("server.pem"), "no certificate").unwrap();
    let error = reload_error(&world);
    assert!(error.contains("callers.certificate") && error.contains("server.pem"), "{error}");
    world.call(&Request::get_bookings()).await.reply();
}

#[tokio::test]
async fn when_a_renewal_is_refused_the_end_of_the_certificate_in_use_is_watched() {
    let world = Setup::default().own_certificate().setting("server.watch_interval", "1s").start().await;
    let name = format!("name=\"{}\"", world.file("server.pem").display());
    let labels = ["what=\"server_certificate\"", &name];
    let days = async || world.metrics().await.sum("dfdg_ends_in_seconds", &labels) / 86_400.0;
    let of_the_first = eventually("its end", async || Some(days().await).filter(|days| *days > 390.0)).await;
    std::fs::copy(pki_file("clients/system/chain.pem"), world.file("server.pem")).unwrap(); // without its key
    eventually("the refusal", async || {
        let refused =
            world.metrics().await.sum("dfdg_reloads_total", &["outcome=\"refused\"", "what=\"certificates\""]);
        Some(()).filter(|()| refused >= 1.0)
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await; // two more looks
    assert!((days().await - of_the_first).abs() < 0.1, "{} and not the 1095 of the one on disk", days().await);
}

#[tokio::test]
async fn certificates_towards_backends_are_renewed_and_bad_ones_are_not_taken() {
    let setup = Setup::default();
    for (own, of) in [("backend.pem", "clients/facade/chain.pem"), ("backend.key", "clients/facade/key.pem")] {
        std::fs::copy(pki_file(of), setup.file(own)).unwrap();
    }
    let setup = setup.setting("backends.kontaktforloeb.certificate", "backend.pem");
    let world = setup.setting("backends.kontaktforloeb.key", "backend.key").start().await;
    world.call(&Request::get_bookings()).await.reply();

    std::fs::write(world.file("backend.pem"), "no certificate").unwrap();
    let error = reload_error(&world);
    assert!(error.contains("backends.kontaktforloeb.certificate") && error.contains("backend.pem"), "{error}");
    world.call(&Request::get_bookings()).await.reply();

    // one that the simulator does not believe: it is shown, although connections of before are open
    for (own, of) in [("backend.pem", "servers/facade/chain.pem"), ("backend.key", "servers/facade/key.pem")] {
        std::fs::copy(pki_file(of), world.file(own)).unwrap();
    }
    world.facade().reload().unwrap();
    world.call(&Request::get_bookings()).await.fault().is(1011, "Internal error");
}

/// Connections to backends are made at start.
#[tokio::test]
async fn other_backends_take_a_restart() {
    let world = Setup::default().catalogue(|_| {}).second_backend("andet").start().await;
    rename_backend(&world.file("catalogue/mappings"));
    let error = reload_error(&world);
    assert!(error.contains("the backends are not those the facade was started with"), "{error}");
    assert!(error.contains("restart the facade"), "{error}");
    world.call(&Request::create_booking()).await.reply();
}

#[tokio::test]
async fn a_reload_is_counted_and_told() {
    let world = world().await;
    let count = async |outcome: &str| {
        world.metrics().await.sum("dfdg_reloads_total", &["what=\"catalogue and clients\"", outcome])
    };
    let (accepted, refused) = (count("outcome=\"accepted\"").await, count("outcome=\"refused\"").await);
    world.facade().reload().unwrap();
    edit(world.file(MAPPING), "repeat  = \"keyed\"", "repeat  = \"often\"");
    reload_error(&world);
    assert!(count("outcome=\"accepted\"").await > accepted);
    assert!(count("outcome=\"refused\"").await > refused);
}
