//! Wrong mappings that the compiler cannot see, planted: the simulator, which knows no mapping, refuses what they make.
//! So every good call of these tests says that the mapping is right, not only that the facade agrees with itself.

use std::path::Path;

use crate::world::{Request, Setup, World, edit, scenario};

/// A world with another `create-booking.toml`.
async fn with_mapping(is: &str, shall_be: &str) -> World {
    let plant = |folder: &Path| edit(folder.join("mappings/booking/create-booking.toml"), is, shall_be);
    Setup::default().catalogue(plant).start().await
}

/// A booking that can be cancelled until a deadline, and not rebooked.
fn cancellable() -> Request {
    let deadline = "<CancellationDeadline>2026-04-10T12:00:00+02:00</CancellationDeadline>";
    let can = format!("<CancellationPossible>true</CancellationPossible>{deadline}");
    Request::create_booking().with("<CancellationPossible>false</CancellationPossible>", &can)
}

#[tokio::test]
async fn the_mapping_as_it_is_is_taken() {
    World::start().await.call(&cancellable()).await.reply();
}

#[tokio::test]
async fn two_members_that_are_swapped_are_refused() {
    let world = with_mapping(
        "aflysningMulig      = { from = \"Booking/CancellationPossible\"",
        "aflysningMulig      = { from = \"Booking/ReBookingPossible\"",
    )
    .await;
    world.call(&cancellable()).await.fault().is(8127, "Cancellation deadline cannot be specified");
}

#[tokio::test]
async fn a_member_that_is_dropped_is_refused() {
    let deadline = "ombookingFrist      = { from = \"Booking/ReBookingDeadline\", to = \"date\", ";
    let never = format!("{deadline}when = {{ path = \"Booking/SelfBooked\", is = \"equals\", value = true }}, ");
    let world = with_mapping(deadline, &never).await;
    let response = world.call(&Request::soap(scenario("create_everything/request.xml"))).await;
    response.fault().is(8126, "Rebooking deadline must be specified");
}

#[tokio::test]
async fn a_code_that_is_not_translated_is_refused() {
    let plant = |folder: &Path| {
        let list = folder.join("mappings/codelists/moedeform.toml");
        edit(&list, "old = 5\nnew = 5\nread_only", "old = 15\nnew = 5\nread_only");
        edit(&list, "old = 5\nnew = 9", "old = 5\nnew = 5");
    };
    let world = Setup::default().catalogue(plant).start().await;
    let request = Request::soap(scenario("rn_bk_03_contact_type_5_becomes_9_without_link/request.xml"));
    world.call(&request).await.fault().is(4708, "The submitted InterviewContactTypeIdentifier is invalid");
}
