//! Stopping: nobody is cut off who can still be answered in time.

use std::time::{Duration, Instant};

use dfdg_facade::listener::Drained;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::world::{Caller, Request, Setup, World, eventually, get, wait_for};

/// Stops the facade of a world, on a thread where waiting is allowed.
fn stop(world: &mut World) -> JoinHandle<Drained> {
    let facade = world.take_facade();
    tokio::task::spawn_blocking(|| wait_for(facade.stop()))
}

/// Waits until the facade says that it is stopping.
async fn draining(world: &World) -> Value {
    let page = async || match get(world.admin(), "/health/ready").await {
        (503, page) => Some(serde_json::from_str(&page).unwrap()),
        _ => None,
    };
    eventually("a facade that is not ready", page).await
}

#[tokio::test]
async fn a_call_under_way_is_answered_and_no_new_connection_is_taken() {
    let mut world = World::start().await;
    world.backend.is_slow(1_000).await;
    let mut connection = world.connect().await;
    connection.write(&Request::create_booking().bytes()).await;
    world.backend.first_call().await;

    let stopping = stop(&mut world);
    let ready = draining(&world).await;
    assert!(ready.to_string().contains("the facade is stopping"), "{ready}");
    let refused = async || Caller::named("system").connect(world.callers()).await.err();
    eventually("a connection that is refused", refused).await;

    let response = connection.response().await.unwrap();
    response.reply();
    assert_eq!(response.header("Connection"), Some("close"));
    assert_eq!(stopping.await.unwrap(), Drained { cut: 0 });
    TcpStream::connect(world.callers()).await.unwrap_err();
}

#[tokio::test]
async fn an_open_connection_without_a_call_does_not_hold_it_up() {
    let mut world = World::start().await;
    let mut idle = world.connect().await;
    idle.call(&Request::get_bookings()).await.reply();
    let stopping = stop(&mut world);
    assert!(idle.ends().await);
    assert_eq!(stopping.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn what_does_not_end_by_the_deadline_is_cut_and_counted() {
    let mut world = Setup::default().drained_within(Duration::from_millis(200)).start().await;
    world.backend.is_slow(10_000).await;
    let mut connection = world.connect().await;
    connection.write(&Request::create_booking().bytes()).await;
    world.backend.first_call().await;

    let started = Instant::now();
    assert_eq!(stop(&mut world).await.unwrap(), Drained { cut: 1 });
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(connection.ends().await);
}
