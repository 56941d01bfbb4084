//! The little HTTP a tool needs: the status of a page on loopback.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result};

const PATIENCE: Duration = Duration::from_secs(5);

/// The status of `http://host:port/path`.
pub(crate) fn status(url: &str) -> Result<u16> {
    let rest = url.strip_prefix("http://").with_context(|| format!("{url} is not a http address"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 12]; // HTTP/1.1 200
    stream.read_exact(&mut start)?;
    let text = std::str::from_utf8(&start)?;
    text.rsplit(' ').next().and_then(|code| code.parse().ok()).with_context(|| format!("not HTTP: {text}"))
}
