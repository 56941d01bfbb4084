//! Ports on loopback that nobody uses.

use std::net::TcpListener;

use anyhow::{Context, Result};

/// The first of so many neighbouring ports that are free now.
pub(crate) fn free_block(size: u16) -> Result<u16> {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    // below the range from which the system takes ports for outgoing connections
    let mut bases = (18_000..32_000).step_by(usize::from(size));
    bases.find(|base| (*base..base + size).all(free)).context("no free ports on 127.0.0.1")
}
