//! A backend that misbehaves as it is told, over real sockets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Status and body.
    Reply(u16, String),
    /// The same, and the connection stays open.
    ReplyAndKeep(u16, String),
    /// The same, this much later.
    ReplyLater(Duration, u16, String),
    /// Read it, then close without a word.
    ReadAndClose,
    /// Close in the middle of the answer.
    HalfAnAnswer,
    /// Anything at all.
    Raw(Vec<u8>),
}

/// The backend and what it has seen.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it; requests are served by `acts` in turn, those beyond with 200 and `{}`.
    pub(super) async fn start(acts: Vec<Act>) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), acts).await
    }

    /// Starts it at an address.
    pub(super) async fn start_at(address: SocketAddr, acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (acts, log) = (Arc::new(Mutex::new(VecDeque::from(acts))), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&acts), Arc::clone(&log)));
            }
        });
        Self { address, seen }
    }

    /// The requests as they came, in lower case.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The `x-requestId` of each.
    pub(super) fn request_ids(&self) -> Vec<String> {
        let id = |request: &String| {
            request.split("x-requestid: ").nth(1).and_then(|rest| rest.lines().next()).map(str::to_owned)
        };
        self.seen().iter().filter_map(id).collect()
    }
}

async fn serve(mut socket: TcpStream, acts: Arc<Mutex<VecDeque<Act>>>, seen: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read_request(&mut socket).await {
        seen.lock().unwrap().push(request);
        let act = acts.lock().unwrap().pop_front().unwrap_or(Act::Reply(200, "{}".to_owned()));
        let keep = matches!(act, Act::ReplyAndKeep(..));
        if perform(act, &mut socket).await.is_err() || !keep {
            return;
        }
    }
}

async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

async fn perform(act: Act, socket: &mut TcpStream) -> std::io::Result<()> {
    match act {
        Act::Reply(status, body) => socket.write_all(&answer(status, &body, "close")).await,
        Act::ReplyAndKeep(status, body) => socket.write_all(&answer(status, &body, "keep-alive")).await,
        Act::ReplyLater(delay, status, body) => {
            tokio::time::sleep(delay).await;
            socket.write_all(&answer(status, &body, "close")).await
        }
        Act::ReadAndClose => Ok(()),
        Act::HalfAnAnswer => socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":").await,
        Act::Raw(bytes) => socket.write_all(&bytes).await,
    }
}

fn answer(status: u16, body: &str, connection: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nconnection: {connection}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}
