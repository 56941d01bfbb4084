//! What the admin listener answers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The text Prometheus reads. The metrics of a process are one: those of all worlds are in it.
pub(crate) struct Metrics(pub(crate) String);

impl Metrics {
    pub(super) async fn read(admin: SocketAddr) -> Self {
        let (status, text) = get(admin, "/metrics").await;
        assert_eq!(status, 200);
        Self(text)
    }

    /// The sum of the samples of a metric that have all these labels, such as `client="world-1"`.
    pub(crate) fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let samples = self.0.lines().filter(|line| line.starts_with(&format!("{name}{{")));
        let meant = samples.filter(|line| labels.iter().all(|label| line.contains(label)));
        meant.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
    }
}

/// Status and body of a page of the admin listener.
pub(crate) async fn get(admin: SocketAddr, path: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(admin).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
