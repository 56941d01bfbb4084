//! The simulator, asked directly.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::REQUEST_ID;
use super::http::{Answer, Call};

/// A simulator over plain HTTP.
pub struct Witness {
    address: SocketAddr,
}

impl Witness {
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Lets it forget all calls.
    pub async fn reset(&self) {
        let answer = self.send("POST", "/simulator/reset", "", "").await;
        assert_eq!(answer.status, 204);
    }

    /// What it answers to a call.
    pub async fn answer(&self, call: &Call) -> Answer {
        let header = |(name, value): &(String, String)| format!("{name}: {value}\r\n");
        let headers: String = call.headers.iter().map(header).collect();
        let headers = headers.replace("{request-id}", &REQUEST_ID.to_string()) + "Content-Type: application/json\r\n";
        self.send(&call.method, &call.path, &headers, &call.body).await
    }

    async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\nContent-Length: {length}\r\n");
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).await.unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), body: body.to_owned() }
    }
}
